import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Dataset } from "../../src/data/dataset.js";
import { makeDataset } from "../../src/data/make-dataset.js";
import { split, stratifiedCounts } from "../../src/data/split.js";
import { numRuns } from "../matrix.js";

/** A dataset of groups, each a list of how many samples of each class it has; a sample's only feature is its index. */
function dataset(groups: number[][]) {
  const samples = groups.flatMap((counts, g) => counts.flatMap((count, c) => Array.from({ length: count }, () => ({ g, c }))));
  return makeDataset({
    name: "toy",
    x: Float32Array.from(samples, (_, i) => i),
    labels: samples.map(({ c }) => c),
    groups: samples.map(({ g }) => `p${g}`),
    features: 1,
  });
}

const group = fc
  .array(fc.integer({ min: 0, max: 4 }), { minLength: 3, maxLength: 3 })
  .filter((counts) => counts.some((n) => n > 0));
const groupsArbitrary = fc
  .array(group, { minLength: 6, maxLength: 20 })
  .filter((groups) => [0, 1, 2].every((c) => groups.filter((counts) => counts[c] > 0).length >= 2));

/** Whether some group's classes are all in other groups, too: it can go, and no class goes with it. */
function canDivide({ groups = [], y }: Dataset): boolean {
  const classes = new Map<string, Set<number>>();
  for (const [i, name] of groups.entries()) classes.set(name, (classes.get(name) ?? new Set()).add(y[i]));
  return [...classes].some(([name, own]) =>
    [...own].every((c) => [...classes].some(([other, theirs]) => other !== name && theirs.has(c))),
  );
}

describe("split of grouped samples", () => {
  it("never parts a group, keeps every sample, and has each class of two groups in both parts where greedy care can", () => {
    fc.assert(
      fc.property(groupsArbitrary, fc.double({ min: 0.1, max: 0.5, noNaN: true }), fc.nat(), (groups, test, seed) => {
        const data = dataset(groups);
        const rest = split(data, { test, seed }).train;
        const divide = () => split(data, { test, validation: 0.3, seed });
        if (!canDivide(rest)) {
          expect(divide).toThrow("no group can go to the validation part without taking a class from the other");
          return;
        }
        const parts = divide();
        const all = [parts.train, parts.test, parts.validation].filter((part) => part !== undefined);
        expect(all.flatMap((part) => [...part.x]).sort((a, b) => a - b)).toEqual([...data.x]);
        const seen = all.map((part) => new Set(part.groups));
        for (const [a, b] of [
          [0, 1],
          [0, 2],
          [1, 2],
        ])
          expect([...seen[a]].filter((name) => seen[b].has(name))).toEqual([]);
        for (const part of all) for (const [k, i] of part.x.entries()) expect(part.groups?.[k]).toBe(data.groups?.[i]);
      }),
      numRuns(100),
    );
  });

  it("is as stratified as one without groups where every sample is a group of its own", () => {
    const sizes = fc.array(fc.integer({ min: 2, max: 15 }), { minLength: 2, maxLength: 4 });
    fc.assert(
      fc.property(sizes, fc.double({ min: 0.05, max: 0.95, noNaN: true }), fc.nat(), (counts, test, seed) => {
        const alone = counts.flatMap((count, c) => Array.from({ length: count }, () => counts.map((_, k) => Number(k === c))));
        const parts = split(dataset(alone), { test, seed });
        const taken = counts.map((_, c) => parts.test.y.filter((label) => label === c).length);
        expect(taken).toEqual(stratifiedCounts(counts, test));
      }),
      { numRuns: 50 },
    );
  });

  it("comes as near as the best of all choices of groups, or a tenth of a class", () => {
    const small = fc
      .array(group, { minLength: 5, maxLength: 8 })
      .filter((groups) => [0, 1, 2].every((c) => groups.filter((counts) => counts[c] > 0).length >= 3));
    let [sum, best] = [0, 0];
    fc.assert(
      fc.property(small, fc.nat(), (groups, seed) => {
        const data = dataset(groups);
        const sizes = [0, 1, 2].map((c) => groups.reduce((total, counts) => total + counts[c], 0));
        const wanted = stratifiedCounts(sizes, 1 / 3);
        const cost = (taken: number[]) => {
          if (taken.some((count, c) => count === 0 || count === sizes[c])) return 10;
          return taken.reduce((total, count, c) => total + ((count - wanted[c]) / sizes[c]) ** 2, 0);
        };
        const { test } = split(data, { test: 1 / 3, seed });
        sum += cost([0, 1, 2].map((c) => test.y.filter((label) => label === c).length));
        best += Math.min(
          ...Array.from({ length: 2 ** groups.length }, (_, mask) =>
            cost([0, 1, 2].map((c) => groups.reduce((total, counts, g) => total + ((mask >> g) & 1) * counts[c], 0))),
          ),
        );
      }),
      { numRuns: 100, seed: 1 },
    );
    expect(sum / 100).toBeLessThan(best / 100 + 0.01); // squares of fractions: a tenth of one class
  });

  it("takes equal groups equally often", () => {
    const data = dataset([[2, 0], [2, 0], [2, 0], [0, 2], [0, 2], [0, 2]]); // biome-ignore format: a row
    const times = new Map<string, number>();
    for (let seed = 0; seed < 600; seed++) {
      for (const name of new Set(split(data, { test: 1 / 3, seed }).test.groups)) times.set(name, (times.get(name) ?? 0) + 1);
    }
    // Binomial(600, 1/3): six standard deviations are 70
    for (const count of times.values()) expect(Math.abs(count - 200)).toBeLessThan(71);
    expect(times.size).toBe(6);
  });

  it("is refused where one group holds all, or no class has a second group", () => {
    expect(() => split(dataset([[3, 3]]), { test: 0.5, seed: 1 })).toThrow('one group ("p0") holds all 6 samples');
    expect(() => split(dataset([[3, 0], [0, 3]]), { test: 0.5, seed: 1 })).toThrow("no group can go to the test part"); // biome-ignore format: a row
  });
});
