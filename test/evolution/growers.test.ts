import { expect, test } from "vitest";
import { createCpuDevice, type Device, type TrainOptions, train } from "../../src/api/index.js";
import type { Room } from "../../src/evolution/growers/grower.js";
import { GROWERS, type GrowerName } from "../../src/evolution/growers/index.js";
import { membersOf } from "../../src/io/saved-model.js";
import { grow } from "../../src/sparse/grow.js";
import { allMarked } from "../../src/sparse/marks.js";
import { type Cells, placeCells } from "../../src/sparse/place.js";
import { type Derived, rowIdxOf, type Topology } from "../../src/sparse/topology.js";
import { random } from "../../src/util/random.js";
import { BASE, DATA, EVERY_DEVICE, trainEvolved } from "../extend/trained.js";
import { matrixTest, WHOLE } from "../matrix.js";
import { cellList, topologyOf } from "../sparse/cells.js";
import { expectSameState } from "../train/same-runs.js";

const BY_GRADIENT = (Object.keys(GROWERS) as GrowerName[]).filter((name) => "gradients" in GROWERS[name]);
const ALL = Object.keys(GROWERS) as GrowerName[];

for (const [name, open] of EVERY_DEVICE) {
  matrixTest(
    `what grows by gradients keeps to what all evolutions keep to, and is resumed to the same bits, on ${name}`,
    async () => {
      const device = await open();
      for (const grow of BY_GRADIENT)
        await trainEvolved(device, { method: "set", evolution: { grow, growFirst: true, zeta: 0.1 } });
      await trainEvolved(device, {
        method: "npset",
        evolution: { grow: "sampled", removal: { amount: 0.4, first: 1, last: 3 } },
      });
      await device.dispose();
    },
  );
}

/** Networks of a run, those of all members. */
async function networksOf(device: Device, options: TrainOptions & { readonly member?: number }) {
  const model = await train(DATA, { ...BASE, method: "npset", hidden: [30, 20], epsilon: 3, ...options, device });
  const saved = await model.save();
  await model.dispose();
  return membersOf(saved);
}

const EVOLUTION = { growFirst: true, growSamples: 20, removal: { amount: 0.4, first: 1, last: 3 } };

test("candidates that are all free cells make of sampled what gradient is; fewer, or fewer samples, do not", async () => {
  const device = createCpuDevice({ threads: 1 });
  const grown = async (more: object) => (await networksOf(device, { evolution: { ...EVOLUTION, ...more } }))[0];
  const exact = await grown({ grow: "gradient" });
  expectSameState(await grown({ grow: "sampled", gamma: 1000 }), exact);
  expect((await grown({ grow: "sampled", gamma: 0.5 })).layers[0].topology).not.toEqual(exact.layers[0].topology);
  expect((await grown({ grow: "gradient", growSamples: 8 })).layers[0].topology).not.toEqual(exact.layers[0].topology);
});

for (const grow of ALL) {
  matrixTest(`${grow}: a member of an ensemble grows as it does alone`, async () => {
    const device = createCpuDevice({ threads: 1 });
    const { growSamples, ...plain } = EVOLUTION;
    const evolution = { ...plain, ...(BY_GRADIENT.includes(grow) && { growSamples }), grow };
    const members = await networksOf(device, { evolution, members: 2 });
    for (const [member, network] of members.entries())
      expectSameState(network, (await networksOf(device, { evolution, member }))[0]);
  });
}

matrixTest("any number of threads grows the same", async () => {
  for (const grow of ALL) {
    const all = [1, 2, 3].map((threads) => createCpuDevice({ threads }));
    const grown = await Promise.all(all.map((device) => networksOf(device, { evolution: { grow }, hidden: [300, 200] })));
    for (const [other] of grown.slice(1)) expectSameState(other, grown[0][0]);
    await Promise.all(all.map((device) => device.dispose()));
  }
});

/** A gradient for each cell of a layer, in f64. */
const gradientAt = (row: number, col: number) => Math.sin(7 * row + 3 * col) ** 3;

/** A layer of a third of its cells where `count` grow, and cells that the probe was asked about. */
function roomOf(seed: number, count: number, gamma: number) {
  const rng = random(seed, "room");
  const base = topologyOf(Array.from({ length: 12 }, () => Array.from({ length: 20 }, () => rng.below(3) === 0)));
  const survivors = allMarked(base.nnz);
  const asked: string[] = [];
  const at = async (_: number, cells: Cells | Topology) => {
    const rows = "rowPtr" in cells ? rowIdxOf(cells) : cells.rowIdx;
    asked.push(...Array.from(cells.colIdx, (col, k) => `${rows[k]},${col}`));
    return Float32Array.from(cells.colIdx, (col, k) => gradientAt(rows[k], col));
  };
  const room = {
    layer: 0,
    base,
    survivors,
    kept: base,
    count,
    gamma,
    rng,
    progress: 0.5,
    free: 240 - base.nnz,
    probe: { at },
    place: (cells: Cells) => placeCells(base, survivors, cells),
    draw: () => grow(base, count, rng, survivors),
  };
  return { room: room as unknown as Room, base, asked };
}

const grownCells = ({ topology }: Derived, base: Topology) => {
  const before = new Set(cellList(base).map(String));
  return cellList(topology)
    .map(String)
    .filter((cell) => !before.has(cell));
};

test("sampled takes the largest of about gamma free cells a connection, each of which is as likely", async () => {
  const size = (cell: string) => Math.abs(gradientAt(...(cell.split(",").map(Number) as [number, number])));
  const drawn: number[] = [];
  const rounds = WHOLE ? 400 : 100;
  for (let seed = 0; seed < rounds; seed++) {
    const { room, base, asked } = roomOf(seed, 10, 0.8);
    const grown = grownCells(await GROWERS.sampled.grow(room), base);
    expect(new Set(asked).size).toBe(asked.length);
    const taken = new Set(cellList(base).map(String));
    expect(asked.filter((cell) => taken.has(cell))).toEqual([]);
    const best = asked.sort((a, b) => size(b) - size(a)).slice(0, 10);
    expect(grown.sort()).toEqual(best.sort());
    drawn.push(asked.length / (0.8 * (base.nnz + 10)));
  }
  const mean = drawn.reduce((a, b) => a + b) / rounds;
  expect(Math.abs(mean - 1)).toBeLessThan(6 * Math.sqrt(1 / (72 * rounds))); // binomial, about 72 cells a round
});

test("where gamma draws fewer cells than are to grow, they grow at random, and the probe is not asked", async () => {
  const { room, base, asked } = roomOf(1, 40, 0.01);
  expect(grownCells(await GROWERS.sampled.grow(room), base)).toHaveLength(40);
  expect(asked).toEqual([]);
});

test("an option that no chosen rule takes is refused", async () => {
  const device = createCpuDevice({ threads: 1 });
  const run = (evolution: TrainOptions["evolution"]) => train(DATA, { ...BASE, method: "set", device, evolution });
  await expect(run({ gamma: 2 })).rejects.toThrow(
    "gamma: none of set, random, constant takes it; choose sampled, or drop the option",
  );
  await expect(run({ growSamples: 9 })).rejects.toThrow(
    "grow samples: none of set, random, constant takes it; choose sampled or gradient or fan-in or ablation or dormant, or",
  );
  await expect(run({ grow: "gradient", gamma: 2 })).rejects.toThrow("gamma: none of set, gradient, constant takes it");
  await expect(run({ grow: "sampled", gamma: 0 })).rejects.toThrow("gamma: 0 is not a finite number above 0");
  await expect(run({ grow: "sampled", growSamples: 0 })).rejects.toThrow("grow samples: 0 is not an integer of at least 1");
});
