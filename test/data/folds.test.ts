import * as fc from "fast-check";
import { expect, test } from "vitest";
import { foldsOf } from "../../src/data/folds.js";
import { random } from "../../src/util/random.js";

const setOf = (labels: readonly number[], groups?: readonly string[]) => {
  return { name: "drawn", samples: labels.length, y: Uint32Array.from(labels), ...(groups && { groups }) };
};
const labels = fc.array(fc.nat(3), { minLength: 8, maxLength: 60 });

/** Samples of each fold, and of each class in each fold. */
function tally(y: Uint32Array, folds: Uint32Array, count: number) {
  const sizes = new Array<number>(count).fill(0);
  const byClass = new Map<number, number[]>();
  y.forEach((c, i) => {
    sizes[folds[i]]++;
    if (!byClass.has(c)) byClass.set(c, new Array<number>(count).fill(0));
    (byClass.get(c) as number[])[folds[i]]++;
  });
  return { sizes, byClass };
}

test("every class is spread over the folds as evenly as can be, small ones too", () => {
  const property = fc.property(labels, fc.integer({ min: 2, max: 8 }), fc.nat(), (y, count, seed) => {
    const set = setOf(y);
    const folds = foldsOf(set, count, random(seed));
    expect(folds).toEqual(foldsOf(set, count, random(seed)));
    const { sizes, byClass } = tally(set.y, folds, count);
    expect(Math.min(...sizes)).toBeGreaterThan(0);
    for (const counts of byClass.values()) expect(Math.max(...counts) - Math.min(...counts)).toBeLessThanOrEqual(1);
  });
  fc.assert(property, { numRuns: 20 });
});

test("samples of a group stay together, and no fold is empty", () => {
  const grouped = labels.chain((y) =>
    fc.tuple(fc.constant(y), fc.array(fc.nat(11), { minLength: y.length, maxLength: y.length })),
  );
  const property = fc.property(grouped, fc.nat(), ([y, numbers], seed) => {
    const groups = numbers.map((number) => `g${number}`);
    const count = Math.min(4, new Set(groups).size);
    fc.pre(count > 1);
    const folds = foldsOf(setOf(y, groups), count, random(seed));
    const foldOf = new Map<string, number>();
    groups.forEach((group, i) => {
      expect(foldOf.get(group) ?? folds[i]).toBe(folds[i]);
      foldOf.set(group, folds[i]);
    });
    expect(new Set(folds).size).toBe(count);
  });
  fc.assert(property, { numRuns: 20 });
});

test("too few samples or groups for the folds are named", () => {
  expect(() => foldsOf(setOf([0, 1, 0]), 4, random(1))).toThrow(
    "folds of drawn: 3 samples do not fill 4 folds; take 3 folds at most",
  );
  expect(() => foldsOf(setOf([0, 1, 0], ["a", "b", "a"]), 3, random(1))).toThrow("2 groups do not fill 3 folds");
  expect(() => foldsOf(setOf([0, 1, 0]), 1, random(1))).toThrow("folds of drawn: count: 1 is not an integer of at least 2");
});
