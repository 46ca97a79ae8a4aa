import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { makeDataset } from "../../src/data/make-dataset.js";
import { split, stratifiedCounts } from "../../src/data/split.js";
import { numRuns } from "../matrix.js";

// a dataset whose only feature is the sample's index, with sizes[c] samples of class c, classes interleaved
function dataset(sizes: number[]) {
  const labels = sizes.flatMap((size, c) => Array.from({ length: size }, (_, k) => ({ c, at: (k + 0.5) / size })));
  labels.sort((a, b) => a.at - b.at);
  const x = Float32Array.from(labels, (_, i) => i);
  return makeDataset({ name: "toy", x, labels: labels.map(({ c }) => c), features: 1 });
}

const sizesArbitrary = fc
  .array(fc.integer({ min: 1, max: 40 }), { minLength: 2, maxLength: 12 })
  .filter((sizes) => Math.max(...sizes) > 1);
const fractionArbitrary = fc.double({ min: 0.01, max: 0.99, noNaN: true });

describe("split", () => {
  it("is disjoint, exhaustive, ascending and stratified within one sample a class", () => {
    fc.assert(
      fc.property(sizesArbitrary, fractionArbitrary, fc.nat(), (sizes, test, seed) => {
        const data = dataset(sizes);
        const parts = split(data, { test, seed });
        const together = [...parts.indices.train, ...parts.indices.test].sort((a, b) => a - b);
        expect(together).toEqual(Array.from({ length: data.samples }, (_, i) => i));
        sizes.forEach((size, c) => {
          const inTest = parts.test.y.filter((label) => label === c).length;
          expect(Math.abs(inTest - test * size)).toBeLessThan(1);
          expect(inTest >= (size > 1 ? 1 : 0) && size - inTest >= 1).toBe(true);
        });
        for (const part of ["train", "test"] as const) {
          expect([...parts[part].x]).toEqual([...parts.indices[part]]);
          expect([...parts.indices[part]]).toEqual([...parts.indices[part]].sort((a, b) => a - b));
        }
      }),
      numRuns(60),
    );
  });

  it("is a function of the seed, and another seed gives another split", () => {
    const data = dataset([30, 30]);
    const draw = (seed: number) => [...split(data, { test: 0.5, seed }).indices.test].join();
    expect(draw(1)).toBe(draw(1));
    expect(new Set([1, 2, 3, 4, 5].map(draw)).size).toBe(5);
  });

  it("picks every sample of a class equally often", () => {
    const data = dataset([4, 2]);
    const times = new Array(6).fill(0);
    for (let seed = 0; seed < 600; seed++) for (const i of split(data, { test: 0.5, seed }).indices.test) times[i]++;
    // Binomial(600, 1/2): six standard deviations are 73
    for (const count of times) expect(Math.abs(count - 300)).toBeLessThan(74);
  });

  it("takes validation samples from the rest without moving the test set", () => {
    const data = dataset([20, 10, 2, 1]);
    const plain = split(data, { test: 0.25, seed: 3 });
    const parts = split(data, { test: 0.25, validation: 0.5, seed: 3 });
    expect(parts.indices.test).toEqual(plain.indices.test);
    const rest = [...parts.indices.train, ...(parts.indices.validation ?? [])].sort((a, b) => a - b);
    expect(rest).toEqual([...plain.indices.train]);
    const counts = [0, 1, 2, 3].map((c) => parts.validation?.y.filter((label) => label === c).length);
    expect([...plain.train.y].sort()).toEqual([...Array(15).fill(0), ...Array(8).fill(1), 2, 3]);
    expect(counts).toEqual([8, 4, 0, 0]);
    expect(parts.validation?.samples).toBe(12); // round(25 / 2) = 13 is beyond ceil(15 / 2) + 8 / 2
  });

  it("refuses fractions outside (0, 1) and data without a class of two samples", () => {
    for (const test of [0, 1, -1, Number.NaN]) {
      expect(() => split(dataset([3, 3]), { test, seed: 0 })).toThrow("split: test fraction");
    }
    expect(() => split(dataset([3, 3]), { test: 0.5, validation: 1, seed: 0 })).toThrow("split: validation fraction");
    expect(() => split(dataset([1, 1]), { test: 0.5, seed: 0 })).toThrow("none of 2 classes has two samples among 2");
  });
});

describe("stratifiedCounts", () => {
  it("meets round(fraction n) whenever counts within the limits can", () => {
    fc.assert(
      fc.property(sizesArbitrary, fractionArbitrary, (sizes, fraction) => {
        const total = stratifiedCounts(sizes, fraction).reduce((sum, count) => sum + count, 0);
        const bounds = sizes.map((size) => (size < 2 ? [0, 0] : [Math.floor(fraction * size), Math.ceil(fraction * size)]));
        const low = bounds.reduce((sum, [least], c) => sum + (sizes[c] < 2 ? 0 : Math.max(1, least)), 0);
        const high = bounds.reduce((sum, [, most], c) => sum + (sizes[c] < 2 ? 0 : Math.min(sizes[c] - 1, most)), 0);
        const wanted = Math.round(fraction * sizes.reduce((sum, size) => sum + size, 0));
        expect(total).toBe(Math.min(Math.max(wanted, low), high));
      }),
    );
  });

  it("gives the missing samples to the largest remainders", () => {
    // thirds of 10, 8, 6, 4 are 3.3, 2.67, 2, 1.3: nine of 28 asked for, eight by rounding down
    expect(stratifiedCounts([10, 8, 6, 4], 1 / 3)).toEqual([3, 3, 2, 1]);
    expect(stratifiedCounts([5, 5, 5, 5], 0.5)).toEqual([3, 3, 2, 2]);
    expect(stratifiedCounts([1, 2, 46], 0.1)).toEqual([0, 1, 4]);
  });
});
