import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { drawFree, grow, NEW } from "../../src/sparse/grow.js";
import { select } from "../../src/sparse/remove.js";
import { fanIn, fanOut, type Topology, validateTopology } from "../../src/sparse/topology.js";
import { random } from "../../src/util/random.js";
import { anyCells, cellList, topologyOf } from "./cells.js";

function emptyTopology(rows: number, cols: number): Topology {
  return { rows, cols, nnz: 0, rowPtr: new Uint32Array(rows + 1), colIdx: new Uint32Array(0) };
}

/** Throws unless `topology` is `base` plus `count` other cells and `source` says which is which. */
function checkGrown(base: Topology, count: number, { topology, source }: { topology: Topology; source: Uint32Array }): void {
  validateTopology(topology);
  expect([topology.rows, topology.cols, topology.nnz]).toEqual([base.rows, base.cols, base.nnz + count]);
  expect(source.length).toBe(topology.nnz);
  const before = cellList(base);
  const after = cellList(topology);
  const kept = after.filter((_, k) => source[k] !== NEW);
  expect(kept).toEqual(before); // grown cells were free: a topology holds no cell twice
  expect(source.filter((k) => k !== NEW)).toEqual(Uint32Array.from(before.keys()));
}

describe("drawFree", () => {
  test("draws free cells alone, each once, where connections survive and where they do not", () => {
    const cases = fc.tuple(anyCells, fc.integer(), fc.double({ min: 0.01, max: 0.99, noNaN: true }), fc.integer());
    fc.assert(
      fc.property(cases, ([cells, marks, part, seed]) => {
        const base = topologyOf(cells);
        const survivors = new Uint32Array(Math.ceil(base.nnz / 32)).fill(marks);
        const drawn = drawFree(base, part, random(seed), survivors);
        validateTopology(drawn);
        const taken = new Set(cellList(select(base, survivors).topology).map(String));
        expect(cellList(drawn).filter((cell) => taken.has(String(cell)))).toEqual([]);
        expect(drawFree(base, part, random(seed), survivors)).toEqual(drawn);
      }),
    );
  });

  test("draws every free cell as often, whatever the others", () => {
    const base = topologyOf([
      [true, false, false, true],
      [false, false, true, false],
      [false, true, true, true],
    ]);
    const [trials, part] = [4000, 0.3];
    const rng = random(5, "draws");
    const counts = new Map<string, number>();
    let pairs = 0;
    for (let i = 0; i < trials; i++) {
      const cells = cellList(drawFree(base, part, rng)).map(String);
      for (const cell of cells) counts.set(cell, (counts.get(cell) ?? 0) + 1);
      if (cells.includes("0,1") && cells.includes("1,0")) pairs++;
    }
    expect([...counts.keys()].sort()).toEqual(["0,1", "0,2", "1,0", "1,1", "1,3", "2,0"]);
    const near = (count: number, p: number) => Math.abs(count - trials * p) < 5 * Math.sqrt(trials * p * (1 - p));
    for (const [cell, count] of counts) expect(near(count, part), `${cell}: ${count}`).toBe(true);
    expect(near(pairs, part ** 2)).toBe(true);
  });

  test("has room for more cells than it expects", () => {
    const always = { ...random(1), uint32: () => 2 ** 32 - 1 }; // every gap is 0
    expect(drawFree(emptyTopology(10, 40), 0.01, always).nnz).toBe(400);
  });
});

describe("grow", () => {
  test("adds the asked number of free cells and keeps every connection, from none to all free cells", () => {
    const cases = anyCells.chain((cells) => {
      const free = cells.flat().filter((connected) => !connected).length;
      return fc.tuple(fc.constant(cells), fc.integer({ min: 0, max: free }), fc.integer());
    });
    fc.assert(
      fc.property(cases, ([cells, count, seed]) => {
        const base = topologyOf(cells);
        const before = structuredClone(base);
        const grown = grow(base, count, random(seed));
        checkGrown(base, count, grown);
        expect(base).toEqual(before);
        expect(grow(base, count, random(seed))).toEqual(grown);
      }),
    );
  });

  // Both ways of sampling: 1 + 2 of 16 cells are drawn and redrawn, 3 + 2 of 6 selected in one pass.
  test.each([
    [
      "rejection",
      [
        [0, 1, 0, 0],
        [0, 0, 0, 0],
        [0, 0, 0, 0],
        [0, 0, 0, 0],
      ],
      2,
      105,
      166.4,
    ],
    [
      "selection",
      [
        [1, 0, 0],
        [0, 1, 1],
      ],
      2,
      3,
      18.4,
    ],
    [
      "selection of more",
      [
        [1, 0, 0, 0],
        [0, 0, 1, 0],
      ],
      3,
      20,
      50.8,
    ],
  ])("makes every set of free cells equally likely (%s)", (_, matrix, count, sets, limit) => {
    const base = topologyOf(matrix.map((row) => row.map(Boolean)));
    const counts = new Map<string, number>();
    const trials = sets * 200;
    for (let seed = 0; seed < trials; seed++) {
      const { topology, source } = grow(base, count, random(seed, "uniformity"));
      const grown = cellList(topology).filter((_cell, k) => source[k] === NEW);
      counts.set(grown.join(" "), (counts.get(grown.join(" ")) ?? 0) + 1);
    }
    const chiSquare = [...counts.values()].reduce((sum, n) => sum + (n - 200) ** 2 / 200, 0);
    expect(counts.size).toBe(sets);
    expect(chiSquare).toBeLessThan(limit); // the 1 - 1e-4 quantile at sets - 1 degrees of freedom
  });

  test("grows a million connections with the degrees of a uniform draw, and regrows a third of a layer", () => {
    const empty = emptyTopology(10_000, 5_000);
    const { topology, source } = grow(empty, 1_000_000, random(1, "million"));
    validateTopology(topology);
    expect(topology.nnz).toBe(1_000_000);
    expect(source.every((k) => k === NEW)).toBe(true);
    // Degrees are hypergeometric: variance n p (1 - p) with n cells a line, p = 0.02.
    for (const [degrees, cells] of [
      [fanIn(topology), 5_000],
      [fanOut(topology), 10_000],
    ] as const) {
      const mean = cells * 0.02;
      const variance = degrees.reduce((sum, degree) => sum + (degree - mean) ** 2, 0) / degrees.length;
      expect(variance / (mean * 0.98)).toBeGreaterThan(1 - 5 * Math.sqrt(2 / degrees.length));
      expect(variance / (mean * 0.98)).toBeLessThan(1 + 5 * Math.sqrt(2 / degrees.length));
    }
    const more = grow(topology, 500_000, random(2, "million"));
    validateTopology(more.topology);
    expect(more.topology.nnz).toBe(1_500_000);
    let kept = 0;
    for (let k = 0; k < more.source.length; k++) {
      if (more.source[k] === NEW) continue;
      if (more.source[k] !== kept || more.topology.colIdx[k] !== topology.colIdx[kept]) break;
      kept++;
    }
    expect(kept).toBe(1_000_000);
  });

  test("reaches every part of a layer of more than 2^32 cells", () => {
    const { topology } = grow(emptyTopology(200_000, 1_000_000), 10_000, random(3));
    validateTopology(topology);
    const quarters = new Uint32Array(16);
    for (const [row, col] of cellList(topology)) quarters[Math.floor(row / 50_000) * 4 + Math.floor(col / 250_000)]++;
    const chiSquare = quarters.reduce((sum, n) => sum + (n - 625) ** 2 / 625, 0);
    expect(chiSquare).toBeLessThan(44.3); // 1 - 1e-4 quantile at 15 degrees of freedom
  });

  test("refuses more connections than there are free cells, and counts that are not whole", () => {
    const base = topologyOf([
      [true, false],
      [true, true],
    ]);
    expect(() => grow(base, 2, random(1))).toThrow(
      "growing a layer of 2 x 2: 2 connections were asked for, but only 1 of 4 cells are free; ask for fewer",
    );
    expect(() => grow(base, -1, random(1))).toThrow("connections to add: -1 is not an integer of at least 0");
    expect(() => grow(base, 0.5, random(1))).toThrow("0.5 is not an integer");
  });
});

describe("grow among survivors", () => {
  test("is grow after select, by drawing and by selecting, with slots of the layer itself as sources", () => {
    const layers = fc
      .tuple(fc.integer({ min: 1, max: 12 }), fc.integer({ min: 1, max: 12 }), fc.constantFrom(0.1, 0.2, 0.6, 1), fc.integer())
      .map(([rows, cols, density, seed]) => {
        const count = Math.floor(rows * cols * density);
        return grow(emptyTopology(rows, cols), count, random(seed)).topology;
      });
    const words = fc.uint32Array({ minLength: 5, maxLength: 5 });
    fc.assert(
      fc.property(layers, words, fc.integer(), (t, survivors, seed) => {
        const before = structuredClone(t);
        const kept = select(t, survivors);
        const count = t.nnz - kept.topology.nnz;
        const { topology, source } = grow(kept.topology, count, random(seed));
        const expected = { topology, source: source.map((k) => (k === NEW ? NEW : kept.source[k])) };
        expect(grow(t, count, random(seed), survivors)).toEqual(expected);
        expect(t).toEqual(before);
      }),
    );
  });

  test("names the slots that stay, of a layer that loses its first and its last connection", () => {
    const t = topologyOf([Array.from({ length: 40 }, (_, col) => col % 8 === 0)]);
    const { topology, source } = grow(t, 2, random(1), Uint32Array.of(0b01110));
    validateTopology(topology);
    expect(topology.nnz).toBe(5);
    expect(Array.from(topology.colIdx).filter((_, k) => source[k] !== NEW)).toEqual([8, 16, 24]);
    expect(Array.from(source).filter((k) => k !== NEW)).toEqual([1, 2, 3]);
  });
});
