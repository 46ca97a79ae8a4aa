import * as fc from "fast-check";
import { expect, test } from "vitest";
import type { Dataset } from "../../src/data/dataset.js";
import { makeDataset } from "../../src/data/make-dataset.js";
import { takeSamples } from "../../src/data/take-samples.js";
import { nearEqual } from "../../src/fit/near-equal.js";
import { random } from "../../src/util/random.js";

const FEATURES = 60;

/** Samples of independent normal values. */
const noise = (samples: number, seed = 1, features = FEATURES) => {
  const rng = random(seed, "noise");
  const x = Float32Array.from({ length: samples * features }, () => rng.normal());
  return makeDataset({ name: "noise", x, labels: Array.from({ length: samples }, (_, i) => i % 2), features });
};
const range = (n: number) => Array.from({ length: n }, (_, i) => i);
/** The same samples with noise of this deviation. */
const measuredAgain = (set: Dataset<Float32Array>, deviation: number, seed: number) => {
  const rng = random(seed, "again");
  return { ...set, x: set.x.map((value) => value + deviation * rng.normal()) };
};
const joined = (a: Dataset<Float32Array>, b: Dataset<Float32Array>): Dataset<Float32Array> => ({
  ...a,
  x: Float32Array.of(...a.x, ...b.x),
  y: Uint32Array.of(...a.y, ...b.y),
  samples: a.samples + b.samples,
});

/** Pearson's correlations of all pairs of samples' values, standardised by feature, by its definition. */
function correlations({ x, samples, features }: Dataset<Float32Array>): number[][] {
  const meanOf = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const columns = range(features).map((j) => {
    const column = range(samples).map((i) => x[i * features + j]);
    const mean = meanOf(column);
    const std = Math.sqrt(meanOf(column.map((value) => (value - mean) ** 2)));
    return column.map((value) => (value - mean) / std);
  });
  const rows = range(samples).map((i) => columns.map((column) => column[i]));
  const centred = rows.map((row) => {
    const mean = meanOf(row);
    return row.map((value) => value - mean);
  });
  const dot = (u: number[], v: number[]) => u.reduce((sum, value, j) => sum + value * v[j], 0);
  return centred.map((a) => centred.map((b) => dot(a, b) / Math.sqrt(dot(a, a) * dot(b, b))));
}

test("samples are joined just where a chain of correlations above 0.99 joins them", () => {
  const property = fc.property(fc.nat(), fc.double({ min: 0.02, max: 0.2, noNaN: true }), (seed, deviation) => {
    const own = noise(7, seed);
    const set = joined(own, measuredAgain(takeSamples(own, [1, 4, 4]), deviation, seed));
    const { groups = range(10).map((i) => String(i + 1)) } = nearEqual(set);
    const near = correlations(set);
    fc.pre(near.flat().every((r) => Math.abs(r - 0.99) > 1e-4));
    const reached = range(10).map((a) => {
      const known = new Set([a]);
      for (const i of known) for (const k of range(10)) if (near[i][k] > 0.99) known.add(k);
      return [...known].sort((p, q) => p - q).join(" ");
    });
    for (const known of [groups, reached])
      expect(known.map((group) => known.indexOf(group))).toEqual(reached.map((group) => reached.indexOf(group)));
  });
  fc.assert(property, { numRuns: 8 });
});

test("equal and nearly equal samples and given groups are joined, and it is said", () => {
  const own = noise(12);
  const set = joined(joined(own, takeSamples(own, [2, 5])), measuredAgain(takeSamples(own, [7]), 0.02, 3));
  const { groups, notes } = nearEqual(set);
  expect(groups).toEqual([...range(12), 2, 5, 7].map((i) => String(i + 1)));
  expect(notes).toEqual([
    "4 of 15 samples are equal to others: they stay in one fold",
    "2 of 15 samples are nearly equal (correlation above 0.99) to others: they stay in one fold",
  ]);
  const given = nearEqual({ ...set, groups: range(15).map((i) => "abcde"[i % 5]) }).groups;
  expect(given).toEqual(range(15).map((i) => "abcac"[i % 5])); // 5 and 13 join a and d, 7 and 14 join c and e
  expect(nearEqual(own)).toEqual({ notes: [] });
});

test("sparse samples and missing values are compared as all others", () => {
  const own = noise(10);
  const x = own.x.map((value) => (Math.abs(value) < 1 ? 0 : value));
  const set = joined({ ...own, x }, takeSamples({ ...own, x }, [3]));
  const found = [...set.x.keys()].filter((k) => set.x[k] !== 0);
  const sparse = {
    rows: 11,
    cols: FEATURES,
    rowPtr: Uint32Array.from({ length: 12 }, (_, i) => found.filter((k) => k < i * FEATURES).length),
    colIdx: Uint32Array.from(found, (k) => k % FEATURES),
    values: Float32Array.from(found, (k) => set.x[k]),
  };
  expect(nearEqual({ ...set, x: sparse })).toEqual(nearEqual(set));
  const holes: Dataset = { ...set, x: set.x.map((value, k) => (k === 5 ? Number.NaN : value)), missing: "median" };
  expect(nearEqual(holes)).toEqual(nearEqual(set));
});

test("where nearly equal samples are not looked for, or not kept together, is told", () => {
  const few = nearEqual(noise(20, 1, 10));
  expect(few).toEqual({ notes: ["nearly equal samples were not looked for in 10 features, which are alike by chance"] });
  const stopped = nearEqual(joined(noise(30), takeSamples(noise(30), [0])), { steps: 16 * 100 });
  expect(stopped.notes.at(-1)).toMatch(/^nearly equal samples were not looked for from sample 1\d on, as there are too many$/);
  expect(stopped.groups?.[30]).toBe("1"); // equal ones are
  const one = measuredAgain(takeSamples(noise(4), [0, 0, 0, 0, 0, 1, 2]), 1e-4, 2);
  expect(nearEqual(one).notes).toEqual([
    "5 of 7 samples are nearly equal (correlation above 0.99) to others: they are not kept in one fold, as that would have more than half of all",
  ]);
  expect(nearEqual(one).groups).toBeUndefined();
});

test("classes that lie so far apart that each is nearly equal to its own are left apart, and only these", () => {
  const [own, signs] = [noise(40, 6), noise(2, 5).x.map(Math.sign)];
  const x = own.x.map((value, k) => value + 30 * signs[k % FEATURES] * (own.y[Math.floor(k / FEATURES)] === 0 ? 1 : -1));
  expect(nearEqual({ ...own, x })).toEqual({
    notes: [
      '40 of 40 samples are nearly equal (correlation above 0.99) to others: they are not kept in one fold, as too few folds would have a sample of "0", "1"',
    ],
  });
  const pairs = measuredAgain(takeSamples(noise(20, 8), [2, 4, 4, 5, 7, 9, 11, 2]), 0.02, 3); // of each class too few with an estimate
  const small = { ...pairs, y: Uint32Array.of(0, 0, 0, 1, 1, 1, 1, 0) };
  expect(nearEqual(small).groups).toEqual(["1", "2", "2", "4", "5", "6", "7", "1"]);
  const { groups, notes } = nearEqual(small, { units: 3 });
  expect([groups, notes.length]).toEqual([undefined, 1]);
});
