import * as fc from "fast-check";
import { afterAll, describe, expect, it } from "vitest";
import type { Dataset } from "../../src/data/dataset.js";
import { checkOverlap } from "../../src/data/overlap.js";
import { takeSamples } from "../../src/data/take-samples.js";
import { createCpuDevice } from "../../src/device/cpu/device.js";
import { train } from "../../src/train/train.js";
import { blobs } from "../train/blobs.js";

const device = createCpuDevice({ threads: 1 });
afterAll(() => device.dispose());

const range = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => from + i);
const set = blobs({ samples: 60 });
const others = blobs({ samples: 60, seed: 2 });
/** Samples of two sets as one. */
const joined = (a: Dataset<Float32Array>, b: Dataset<Float32Array>) => ({
  ...a,
  x: Float32Array.of(...a.x, ...b.x),
  y: Uint32Array.of(...a.y, ...b.y),
  samples: a.samples + b.samples,
});

describe("samples of a test set that are training samples", () => {
  it.each<[string, Dataset]>([
    ["the same dataset", set],
    ["the same values by another name", { ...set, name: "copy", x: set.x.slice() }],
    ["the same values in 64 bits", { ...set, x: Float64Array.from(set.x) }],
    ["a part", takeSamples(set, range(20, 30))],
    ["one sample", takeSamples(set, [7])],
    ["all, in another order", takeSamples(set, range(0, 60).reverse())],
    ["half and others", joined(takeSamples(set, range(0, 20)), takeSamples(others, range(0, 20)))],
  ])("are refused: %s", async (_, test) => {
    await expect(train({ train: set, test }, { device })).rejects.toThrow(
      /^test set: \d+ of the \d+ test samples? ha(ve|s) the values of a/,
    );
    await expect(train({ train: set, validation: test }, { device })).rejects.toThrow(/^validation set: /);
  });

  it("are told where they are a few, with their number, and are none where values differ in one place", () => {
    const few = joined(takeSamples(others, range(0, 20)), takeSamples(set, [5, 9, 5]));
    const [note, ...more] = checkOverlap(set, few, "test");
    expect(note).toMatch(
      /^3 of the 23 test samples have the values of a training sample \(test sample 21 those of training sample 6\)/,
    );
    expect(more).toEqual([]);
    const touched = { ...set, x: set.x.map((value, k) => (k % 12 === 5 ? value + 1e-3 : value)) };
    expect(checkOverlap(set, touched, "test")).toEqual([]);
  });

  it("are no reason to refuse where samples repeat anyway, unless the sets are the same", () => {
    const coins: Dataset = { ...set, x: set.x.map((_, k) => (Math.floor(k / 12) >> (k % 12 < 3 ? k % 12 : 0)) & 1) };
    const repeats = takeSamples(coins, range(0, 10));
    expect(checkOverlap(coins, repeats, "test")).toHaveLength(1);
    expect(() => checkOverlap(coins, { ...coins, x: Float32Array.from(coins.x as Float32Array) }, "test")).toThrow(
      "60 of the 60",
    );
  });

  it("are counted alike in sparse and in dense samples, missing values and zeros with a sign among them", () => {
    const value = fc.constantFrom(0, 0, -0, 1, 2.5, Number.NaN);
    const row = fc.array(value, { minLength: 3, maxLength: 3 });
    fc.assert(
      fc.property(fc.array(row, { minLength: 1, maxLength: 8 }), fc.array(row, { minLength: 9, maxLength: 12 }), (a, b) => {
        const key = (cells: number[]) => cells.map((cell) => String(cell + 0)).join();
        const known = new Set(b.map(key));
        const count = a.filter((cells) => known.has(key(cells))).length;
        const dense = (rows: number[][]): Dataset => ({
          name: "d",
          x: Float32Array.from(rows.flat()),
          y: new Uint32Array(rows.length),
          samples: rows.length,
          features: 3,
          classes: ["0", "1"],
        });
        const sparse = (rows: number[][]): Dataset => {
          const kept = rows.map((cells) => cells.flatMap((cell, j) => (cell === 0 ? [] : [[j, cell]])));
          const rowPtr = Uint32Array.from([0, ...kept.map(({ length }) => length)]);
          for (let i = 1; i < rowPtr.length; i++) rowPtr[i] += rowPtr[i - 1];
          const [colIdx, values] = [Uint32Array, Float32Array].map((Type, part) =>
            Type.from(kept.flat().map((pair) => pair[part])),
          );
          const x = { rows: rows.length, cols: 3, rowPtr, colIdx: colIdx as Uint32Array, values: values as Float32Array };
          return { ...dense(rows), x };
        };
        for (const of of [dense, sparse])
          for (const by of [dense, sparse]) expect(countOf(() => checkOverlap(by(b), of(a), "test"))).toBe(count);
      }),
    );
  });
});

/** How many samples a note or a refusal tells of. */
function countOf(look: () => string[]): number {
  try {
    return Number(look()[0]?.match(/^\d+/)?.[0] ?? 0);
  } catch (error) {
    return Number((error as Error).message.match(/^test set: (\d+) of/)?.[1]);
  }
}
