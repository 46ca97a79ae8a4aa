import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import type { Dataset } from "../../src/data/dataset.js";
import { foldsOf } from "../../src/data/folds.js";
import { makeDataset } from "../../src/data/make-dataset.js";
import { toDense } from "../../src/data/sample-matrix.js";
import { fitStandardizer, standardize } from "../../src/data/standardize.js";
import { takeSamples } from "../../src/data/take-samples.js";
import { shrinker } from "../../src/fit/baselines/centroid.js";
import { discriminantOf, probabilitiesOf } from "../../src/fit/baselines/discriminant.js";
import { BASELINES } from "../../src/fit/baselines/index.js";
import { summarise } from "../../src/fit/baselines/summary.js";
import { fStatistics } from "../../src/fit/baselines/univariate.js";
import { random } from "../../src/util/random.js";
import { blobs } from "../train/blobs.js";

interface Case {
  readonly x: number[];
  readonly y: number[];
  readonly features: number;
  readonly classes: number;
  readonly shrunken: readonly { readonly threshold: number; readonly centroids: number[] }[];
  readonly f: number[];
}

const { cases }: { cases: Case[] } = JSON.parse(readFileSync("test/fixtures/centroids.json", "utf8"));
const range = (n: number) => Uint32Array.from({ length: n }, (_, i) => i);
const setOf = ({ x, y, features, classes }: Pick<Case, "x" | "y" | "features" | "classes">): Dataset => ({
  name: "case",
  x: Float64Array.from(x),
  y: Uint32Array.from(y),
  samples: y.length,
  features,
  classes: Array.from({ length: classes }, (_, c) => String(c)),
});

test("shrunken centroids and F statistics are those of scikit-learn", () => {
  for (const one of cases) {
    const set = setOf(one);
    const summary = summarise(set, range(set.samples));
    for (const { threshold, centroids } of one.shrunken) {
      const ours = shrinker(summary)(threshold).map((offset, k) => summary.mean[k % set.features] + offset);
      ours.forEach((value, k) => {
        expect(value).toBeCloseTo(centroids[k], 10);
      });
    }
    fStatistics(summary).forEach((f, j) => {
      expect(f / one.f[j]).toBeCloseTo(1, 10);
    });
  }
});

test("probabilities are those of the published discriminant scores, term by term", () => {
  const set = setOf(cases[0]);
  const summary = summarise(set, range(set.samples));
  const offsets = shrinker(summary)(0.4);
  const ours = probabilitiesOf(discriminantOf(summary, offsets), set, range(set.samples));
  // s_j and s_0 anew, by their definitions
  const of = (c: number, j: number) =>
    cases[0].x.filter((_, k) => k % set.features === j && set.y[Math.floor(k / set.features)] === c);
  const mean = (values: number[]) => values.reduce((a, b) => a + b, 0) / values.length;
  const s = Array.from({ length: set.features }, (_, j) => {
    const squares = [0, 1, 2].flatMap((c) => of(c, j).map((value) => (value - mean(of(c, j))) ** 2));
    return Math.sqrt(squares.reduce((a, b) => a + b, 0) / (set.samples - 3));
  });
  const s0 = s.toSorted((a, b) => a - b)[3];
  for (let i = 0; i < set.samples; i++) {
    const scores = [0, 1, 2].map((c) => {
      let score = -2 * Math.log(set.y.filter((label) => label === c).length / set.samples);
      for (let j = 0; j < set.features; j++) {
        const centre = mean(Array.from(cases[0].x).filter((_, k) => k % set.features === j)) + offsets[c * set.features + j];
        score += ((cases[0].x[i * set.features + j] - centre) / (s[j] + s0)) ** 2;
      }
      return Math.exp(-score / 2);
    });
    const sum = scores.reduce((a, b) => a + b, 0);
    scores.forEach((score, c) => {
      expect(ours[i * 3 + c]).toBeCloseTo(score / sum, 10);
    });
  }
});

/** Two classes of 100 features, of which 4 differ by 2 deviations. */
const shifted = (samples: number, seed: number): Dataset => {
  const rng = random(seed, "shifted");
  const labels = Array.from({ length: samples }, (_, i) => i % 2);
  const x = Float32Array.from(
    { length: samples * 100 },
    (_, k) => rng.normal() + (k % 100 < 4 ? 2 * labels[Math.floor(k / 100)] : 0),
  );
  return makeDataset({ name: "shifted", x, labels, features: 100 });
};

/** Fraction of samples whose class is the likeliest. */
function accuracy(probabilities: Float64Array, { y, classes, samples }: Dataset): number {
  const right = Array.from(y).filter((c, i) => {
    const row = Array.from(probabilities.subarray(i * classes.length, (i + 1) * classes.length));
    return row.indexOf(Math.max(...row)) === c;
  });
  expect(probabilities.reduce((a, b) => a + b, 0)).toBeCloseTo(samples, 8);
  return right.length / samples;
}

test("inner cross-validation leaves few features where few tell the classes apart", () => {
  const test = shifted(60, 2);
  for (const name of ["centroid", "univariate"] as const) {
    const fitted = BASELINES[name].fit(shifted(40, 1), random(1, name));
    expect(accuracy(fitted.predict(test), test)).toBeGreaterThan(0.9);
    expect(Number(/(\d+) of 100 features/.exec(fitted.describe())?.[1])).toBeLessThan(40);
    expect(fitted.describe()).toBe(BASELINES[name].fit(shifted(40, 1), random(1, name)).describe());
  }
});

test("nothing is told of classes where labels are shuffled", () => {
  const train = shifted(60, 3);
  const y = train.y.slice();
  random(5, "labels").shuffle(y);
  const test = shifted(200, 4);
  const fitted = BASELINES.centroid.fit({ ...train, y }, random(1));
  expect(Math.abs(accuracy(fitted.predict(test), test) - 0.5)).toBeLessThan(0.15);
});

test("majority gives each sample the shares of the training part", () => {
  const set = takeSamples(blobs({ samples: 12 }), [0, 3, 6, 1, 2]);
  const fitted = BASELINES.majority.fit(set, random(1));
  expect(Array.from(fitted.predict(takeSamples(set, [1, 4])))).toEqual(
    [0.6, 0.2, 0.2, 0.6, 0.2, 0.2].map((share) => expect.closeTo(share, 12)),
  );
  expect(fitted.describe()).toBe("0, 60.0 % of the training part");
});

test("sparse samples, missing values, constant features, classes without samples and single groups are taken as they are", () => {
  const cells = blobs({ samples: 30, features: 12, classes: 3 }).x.map((value, k) =>
    k % 12 === 5 ? 4 : Math.abs(value) < 1 ? 0 : value,
  );
  const labels = Array.from({ length: 30 }, (_, i) => i % 3);
  const dense = makeDataset({ name: "d", x: cells, labels, features: 12 });
  const found = Array.from(cells.keys()).filter((k) => cells[k] !== 0);
  const rowPtr = Uint32Array.from({ length: 31 }, (_, i) => found.filter((k) => k < i * 12).length);
  const colIdx = Uint32Array.from(found, (k) => k % 12);
  const x = { rows: 30, cols: 12, rowPtr, colIdx, values: Float32Array.from(found, (k) => cells[k]) };
  const sparse = makeDataset({ name: "s", x, labels, features: 12 });
  expect(toDense(sparse.x)).toEqual(dense.x);
  const holes = makeDataset({
    name: "h",
    x: cells.map((v, k) => (k === 40 ? Number.NaN : v)),
    labels,
    features: 12,
    missing: "median",
  });
  for (const name of ["centroid", "univariate"] as const) {
    const fitted = (set: Dataset) => BASELINES[name].fit(set, random(2));
    expect(fitted(sparse).predict(sparse)).toEqual(fitted(dense).predict(dense));
    expect(fitted(holes).predict(holes).some(Number.isNaN)).toBe(false);
    const lacking = { ...dense, classes: ["0", "1", "2", "3"] };
    expect(fitted(lacking).predict(lacking)[3]).toBe(0);
    const one = { ...dense, groups: labels.map(() => "g") };
    expect(fitted(one).describe()).toContain("not tuned, as one group cannot be divided");
    const single = takeSamples(dense, [0, 1]); // no two samples of a class
    expect(fitted(single).predict(single).some(Number.isNaN)).toBe(false);
  }
});

test("the threshold is the last of those with the fewest errors on held-out folds", () => {
  const train = shifted(30, 6);
  const chosen = Number(/threshold (\S+) /.exec(BASELINES.centroid.fit(train, random(7)).describe())?.[1]);
  const set = standardize(train, fitStandardizer(train.x, train.samples, train.features));
  const folds = foldsOf(train, 10, random(7));
  const most = largestDifference(set);
  const errors = new Array<number>(30).fill(0);
  for (let fold = 0; fold < 10; fold++) {
    const summary = summarise(
      set,
      range(30).filter((i) => folds[i] !== fold),
    );
    const left = shrinker(summary);
    const held = range(30).filter((i) => folds[i] === fold);
    for (let t = 0; t < 30; t++) {
      const p = probabilitiesOf(discriminantOf(summary, left((most * t) / 29)), set, held);
      for (const [at, i] of held.entries()) if (p[2 * at + set.y[i]] < p[2 * at + 1 - set.y[i]]) errors[t]++;
    }
  }
  expect(chosen).toBeCloseTo((most * errors.lastIndexOf(Math.min(...errors))) / 29, 1);
});

/** The least threshold that leaves nothing, found by halving. */
function largestDifference(set: Dataset): number {
  const left = shrinker(summarise(set, range(set.samples)));
  let [low, high] = [0, 100];
  for (let step = 0; step < 40; step++) {
    const middle = (low + high) / 2;
    if (left(middle).some((offset) => offset !== 0)) low = middle;
    else high = middle;
  }
  return low;
}
