import fc from "fast-check";
import { expect, test } from "vitest";
import { makeDataset } from "../../src/data/make-dataset.js";
import { toDense } from "../../src/data/sample-matrix.js";
import { validationFolds } from "../../src/experiment/run/folds.js";
import { classification } from "../../src/tasks/classification.js";
import { numRuns } from "../matrix.js";

/** Samples whose one feature is their number, so that a part tells which samples it holds. */
function numbered(labels: readonly number[], groups?: readonly string[]) {
  return makeDataset({ name: "numbered", x: Float32Array.from(labels, (_, i) => i), labels, features: 1, groups });
}

const sizes = fc
  .array(fc.integer({ min: 1, max: 25 }), { minLength: 2, maxLength: 6 })
  .filter((list) => list.filter((n) => n > 3).length > 1);

test("folds are disjoint, a fold and what is fitted are the training part, classes of one sample are always fitted", () => {
  fc.assert(
    fc.property(sizes, fc.integer({ min: 0, max: 1000 }), (counts, seed) => {
      const labels = counts.flatMap((count, c) => Array.from({ length: count }, () => c));
      const data = numbered(labels);
      const folds = validationFolds(data, 3, 0.2, seed, classification);
      const held = folds.flatMap(({ validation }) => [...toDense(validation.x)]);
      expect(new Set(held).size).toBe(held.length);
      for (const { train, validation } of folds) {
        expect([...toDense(train.x), ...toDense(validation.x)].sort((a, b) => a - b)).toEqual([...toDense(data.x)]);
        const fitted = new Set(train.y);
        for (const c of validation.y) expect(fitted.has(c)).toBe(true);
        for (const [c, count] of counts.entries()) if (count === 1) expect([...validation.y]).not.toContain(c);
      }
    }),
    numRuns(100),
  );
});

test("a fold holds a fifth of every class where classes are large", () => {
  const folds = validationFolds(numbered(Array.from({ length: 120 }, (_, i) => i % 3)), 3, 0.2, 4, classification);
  for (const { validation } of folds) {
    const counts = [0, 0, 0];
    for (const c of validation.y) counts[c]++;
    expect(counts).toEqual([8, 8, 8]);
  }
});

test("samples of one group are never on both sides of a fold", () => {
  const groups = Array.from({ length: 60 }, (_, i) => `p${Math.floor(i / 3)}`);
  const data = numbered(
    Array.from({ length: 60 }, (_, i) => Math.floor(i / 3) % 2),
    groups,
  );
  for (const { train, validation } of validationFolds(data, 3, 0.2, 1, classification)) {
    const fitted = new Set(train.groups);
    expect(validation.samples).toBeGreaterThan(0);
    for (const group of validation.groups ?? []) expect(fitted.has(group)).toBe(false);
  }
});

test("the same seed gives the same folds, another one others", () => {
  const data = numbered(Array.from({ length: 40 }, (_, i) => i % 2));
  const of = (seed: number) =>
    validationFolds(data, 3, 0.2, seed, classification).map(({ validation }) => [...toDense(validation.x)]);
  expect(of(1)).toEqual(of(1));
  expect(of(1)).not.toEqual(of(2));
});
