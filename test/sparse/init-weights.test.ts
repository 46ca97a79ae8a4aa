import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { drawWeights, initWeights, WEIGHT_INITS, type WeightInit } from "../../src/sparse/init-weights.js";
import { denseTopology, type Topology } from "../../src/sparse/topology.js";
import { type Rng, random } from "../../src/util/random.js";
import { anyCells, cellList, topologyOf } from "./cells.js";

/** Row 0 connects to all 4000 columns, row 1 to the first 1000: fan-in 4000 and 1000, fan-out 2 and 1. */
const uneven: Topology = topologyOf([Array<boolean>(4000).fill(true), Array.from({ length: 4000 }, (_, col) => col < 1000)]);
const ROW_1 = { from: 4000, to: 5000, fanIn: 1000, fanOut: 2 };
const ROW_0_END = { from: 1000, to: 4000, fanIn: 4000, fanOut: 1 };

const variances: [WeightInit, (fanIn: number, fanOut: number) => number][] = [
  ["heUniform", (fanIn) => 2 / fanIn],
  ["heNormal", (fanIn) => 2 / fanIn],
  ["xavierUniform", (fanIn, fanOut) => 2 / (fanIn + fanOut)],
  ["xavierNormal", (fanIn, fanOut) => 2 / (fanIn + fanOut)],
  ["normal", () => 0.01],
];

describe("initial weights", () => {
  test.each(variances)("%s have mean 0 and the variance that the actual degrees ask for", (kind, variance) => {
    const weights = initWeights(kind, uneven, random(1, kind));
    for (const { from, to, fanIn, fanOut } of [ROW_1, ROW_0_END]) {
      const part = weights.slice(from, to);
      const sigma = Math.sqrt(variance(fanIn, fanOut));
      const mean = part.reduce((sum, w) => sum + w, 0) / part.length;
      const squares = part.reduce((sum, w) => sum + w * w, 0) / part.length;
      expect(Math.abs(mean / sigma)).toBeLessThan(4 / Math.sqrt(part.length));
      expect(Math.abs(squares / sigma ** 2 - 1)).toBeLessThan(4 * Math.sqrt(2 / part.length));
    }
  });

  test("scale each slot by the fan-in of its own row and the fan-out of its own column", () => {
    const rng: Rng = { ...random(0), normal: () => 1 };
    fc.assert(
      fc.property(anyCells, (cells) => {
        const t = topologyOf(cells);
        const ins = cells.map((row) => row.filter(Boolean).length);
        const outs = cells[0].map((_, col) => cells.filter((row) => row[col]).length);
        const he = cellList(t).map(([row]) => Math.fround(Math.sqrt(2 / ins[row])));
        const xavier = cellList(t).map(([row, col]) => Math.fround(Math.sqrt(2 / (ins[row] + outs[col]))));
        expect(Array.from(initWeights("heNormal", t, rng))).toEqual(he);
        expect(Array.from(initWeights("xavierNormal", t, rng))).toEqual(xavier);
        const odd = Uint32Array.from([...he.keys()].filter((k) => k % 2));
        expect(Array.from(drawWeights("heNormal", t, odd, rng))).toEqual(he.filter((_, k) => k % 2));
      }),
    );
  });

  test.each([
    ["heUniform", Math.sqrt(6 / 1000)],
    ["xavierUniform", Math.sqrt(6 / 1002)],
  ] as [WeightInit, number][])("%s fill the interval up to their limit", (kind, limit) => {
    const magnitudes = initWeights(kind, uneven, random(2)).slice(ROW_1.from, ROW_1.to).map(Math.abs);
    const largest = magnitudes.reduce((a, b) => Math.max(a, b));
    expect(largest).toBeLessThanOrEqual(Math.fround(limit));
    expect(largest).toBeGreaterThan(0.98 * limit);
  });

  test("are drawn for some slots with the degrees of the whole topology", () => {
    const slots = Uint32Array.from({ length: 500 }, (_, i) => 4000 + 2 * i);
    const largest = drawWeights("heUniform", uneven, slots, random(3))
      .map(Math.abs)
      .reduce((a, b) => Math.max(a, b));
    expect(largest).toBeLessThanOrEqual(Math.fround(Math.sqrt(6 / 1000)));
    expect(largest).toBeGreaterThan(0.95 * Math.sqrt(6 / 1000)); // 4000 inputs would halve it
  });

  test.each(WEIGHT_INITS)("%s of a dense layer are those of the topology of density 1", (kind) => {
    expect(initWeights(kind, { rows: 7, cols: 9 }, random(4))).toEqual(initWeights(kind, denseTopology(7, 9), random(4)));
  });

  test.each(WEIGHT_INITS.filter((kind) => kind !== "zeros"))("%s are never 0, not even rounded to f32", (kind) => {
    const draws = [0, 1e-300, 0.25];
    const fixed = () => draws.shift() ?? 0.25;
    const rng: Rng = { ...random(5), normal: fixed, float: () => (fixed() + 1) / 2 };
    const weights = initWeights(kind, denseTopology(1, 1), rng);
    expect(weights[0]).toBeGreaterThan(0.02);
    expect(draws).toEqual([]);
  });

  test("zeros are 0 and leave the stream alone", () => {
    const rng = random(6);
    expect(initWeights("zeros", denseTopology(2, 3), rng)).toEqual(new Float32Array(6));
    expect(rng.uint32()).toBe(random(6).uint32());
  });

  test("refuse unknown kinds and slots out of range or order", () => {
    expect(() => initWeights("heuniform" as WeightInit, uneven, random(1))).toThrow('did you mean "heUniform"?');
    expect(() => drawWeights("zeros", uneven, Uint32Array.of(5000), random(1))).toThrow("slot 5000 is not below nnz = 5000");
    expect(() => drawWeights("zeros", uneven, Uint32Array.of(7, 7), random(1))).toThrow("slot 7 follows 7; sort the slots");
    expect(() => initWeights("normal", { rows: 0, cols: 2 }, random(1))).toThrow("dense layer: rows: 0 is not an integer");
  });
});
