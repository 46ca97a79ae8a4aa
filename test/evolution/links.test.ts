import fc from "fast-check";
import { expect, test } from "vitest";
import type { Room } from "../../src/evolution/growers/grower.js";
import { GROWERS } from "../../src/evolution/growers/index.js";
import { nodeScore, pathScore } from "../../src/evolution/link-scores.js";
import { grow } from "../../src/sparse/grow.js";
import { allMarked } from "../../src/sparse/marks.js";
import { type Cells as CellArrays, placeCells } from "../../src/sparse/place.js";
import { type Derived, type Topology, validateTopology } from "../../src/sparse/topology.js";
import { random } from "../../src/util/random.js";
import { EVERY_DEVICE, trainEvolved } from "../extend/trained.js";
import { matrixTest, numRuns, WHOLE } from "../matrix.js";
import { anyCells, type Cells, cellList, topologyOf } from "../sparse/cells.js";

const LINKS = ["ch2-l3n", "ch2-l3n-soft", "ch3-l3p", "ch3-l3p-soft"] as const;

/** Everything counted anew for each cell, on a matrix of ones and zeros. */
function oracle(cells: Cells) {
  const [rows, cols] = [cells.length, cells[0].length];
  const outputs = [...cells.keys()];
  const inputs = [...Array(cols).keys()];
  const [at, degreeOut] = [
    (u: number, v: number) => Number(cells[u][v]),
    inputs.map((v) => outputs.filter((u) => cells[u][v]).length),
  ];
  const degreeIn = outputs.map((u) => inputs.filter((v) => cells[u][v]).length);
  const sum = (list: number[], of: (i: number) => number) => list.reduce((total, i) => total + of(i), 0);
  const common = (a: number, b: number) => sum(inputs, (v) => at(a, v) * at(b, v)); // of two outputs
  const shared = (a: number, b: number) => sum(outputs, (u) => at(u, a) * at(u, b)); // of two inputs
  const part = (degree: number, c: number) => (c > 0 ? (c + 1) / Math.max(1, degree - c) : 0);
  const node = (u: number, v: number) =>
    sum(outputs, (z) => at(z, v) * part(degreeIn[z], common(z, u))) +
    sum(inputs, (z) => at(u, z) * part(degreeOut[z], shared(z, v)));
  const path = (u: number, v: number) =>
    sum(inputs, (z1) =>
      sum(outputs, (z2) => {
        if (!at(u, z1) || !at(z2, z1) || !at(z2, v)) return 0;
        const [e1, e2] = [degreeOut[z1] - 1 - shared(z1, v), degreeIn[z2] - 1 - common(z2, u)];
        return 1 / Math.sqrt((1 + e1) * (1 + e2));
      }),
    );
  const free = outputs.flatMap((u) => inputs.filter((v) => !cells[u][v]).map((v) => [u, v] as const));
  return { rows, cols, free, node, path };
}

test("scores of links are those that are counted cell by cell", () => {
  fc.assert(
    fc.property(anyCells, (cells) => {
      const { rows, cols, free, node, path } = oracle(cells);
      const layer = topologyOf(cells);
      for (const [score, expected] of [
        [nodeScore, node],
        [pathScore, path],
      ] as const) {
        const scoresOf = score(layer);
        const found = Array.from({ length: rows }, (_, row) => {
          const scores = new Float64Array(cols);
          scoresOf(row, scores);
          return scores;
        });
        for (const [u, v] of free) expect(found[u][v]).toBeCloseTo(expected(u, v), 9);
      }
    }),
    numRuns(40),
  );
});

/** A layer where `count` connections grow. */
function roomOf(cells: Cells, count: number, seed = 1) {
  const base = topologyOf(cells);
  const [rng, survivors] = [random(seed, "links"), allMarked(base.nnz)];
  const draw = (first: CellArrays) => {
    const { topology } = placeCells(base, survivors, first);
    return grow(topology, base.nnz + count - topology.nnz, rng);
  };
  const room = { kept: base, base, survivors, count, rng, place: (of: Topology) => placeCells(base, survivors, of), draw };
  return { room: room as unknown as Room, base };
}

const grownCells = ({ topology }: Derived, base: Topology) => {
  const before = new Set(cellList(base).map(String));
  return cellList(topology).filter((cell) => !before.has(String(cell)));
};

const MIDDLE: Cells = Array.from({ length: 9 }, (_, row) =>
  Array.from({ length: 12 }, (_, col) => (5 * row + 3 * col) % 4 === 0),
);

test("what grows are the cells with the largest scores, and where too few have any, others at random", async () => {
  const rng = random(2, "cells");
  const sparse = MIDDLE.map((row) => row.map(() => rng.below(6) === 0));
  const { free, node, path } = oracle(sparse);
  for (const [name, score] of [
    ["ch2-l3n", node],
    ["ch3-l3p", path],
  ] as const) {
    const scored = free.map(([u, v]) => score(u, v));
    const positive = scored.filter((value) => value > 0).length;
    const best = scored.sort((a, b) => b - a);
    for (const count of [1, 7, positive, positive + 5, free.length]) {
      const { room, base } = roomOf(sparse, count);
      const grown = await GROWERS[name].grow(room);
      validateTopology(grown.topology);
      const cells = grownCells(grown, base);
      expect(cells).toHaveLength(count);
      const sizes = cells.map(([u, v]) => score(u, v)).sort((a, b) => b - a);
      for (const [i, size] of sizes.entries()) expect(size).toBeCloseTo(best[i], 5);
    }
  }
});

test("soft growth draws a cell as often as its score says", async () => {
  const cells = [
    [true, true, false, false],
    [true, false, true, false],
    [false, true, true, true],
  ];
  const { free, node } = oracle(cells);
  const whole = free.reduce((sum, [u, v]) => sum + node(u, v), 0);
  const rounds = WHOLE ? 4000 : 300;
  const drawn = new Map<string, number>();
  for (let seed = 0; seed < rounds; seed++) {
    const { room, base } = roomOf(cells, 1, seed);
    const [cell] = grownCells(await GROWERS["ch2-l3n-soft"].grow(room), base);
    drawn.set(String(cell), (drawn.get(String(cell)) ?? 0) + 1);
  }
  for (const [u, v] of free) {
    const p = node(u, v) / whole;
    expect(Math.abs((drawn.get(`${u},${v}`) ?? 0) / rounds - p)).toBeLessThan(5 * Math.sqrt((p * (1 - p)) / rounds) + 1e-9);
  }
});

for (const [name, open] of EVERY_DEVICE) {
  matrixTest(
    `what grows by links keeps to what all evolutions keep to, and is resumed to the same bits, on ${name}`,
    async () => {
      const device = await open();
      const wide = { hidden: [24, 20], epsilon: 4 }; // so that no neuron is without a side: what has no gradient may grow where it was
      for (const grow of LINKS) await trainEvolved(device, { method: "set", ...wide, evolution: { grow } });
      const removal = { amount: 0.4, first: 1, last: 3 };
      await trainEvolved(device, { method: "npset", evolution: { grow: "ch3-l3p-soft", removal } });
      await device.dispose();
    },
  );
}
