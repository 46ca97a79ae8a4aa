import { describe, expect, it } from "vitest";
import { bandOf, endingOf } from "../../../src/experiment/analysis/curves.js";
import { deviation, differenceEstimate, metricEstimate } from "../../../src/experiment/analysis/estimate.js";
import { completeness, inPlannedOrder, summarizeRuns } from "../../../src/experiment/analysis/missing.js";
import { rankMethods } from "../../../src/experiment/analysis/ranks.js";
import { removalCurves } from "../../../src/experiment/analysis/removed-after.js";
import { sweep } from "../../../src/experiment/analysis/sweeps.js";
import { gridEdges } from "../../../src/experiment/analysis/tuning.js";
import { points, pValue, withInterval } from "../../../src/experiment/analysis/words.js";
import { suiteConfig } from "../../../src/experiment/plan/check-config.js";
import type { RunKey, RunResult } from "../../../src/experiment/run/records.js";
import { accuracy } from "../../../src/metrics/accuracy.js";
import { madeUpResult } from "../simulated-suite.js";

const key = (change: Partial<RunKey> = {}): RunKey => ({
  study: "main",
  dataset: "a",
  method: "npset",
  variant: "",
  split: 0,
  ...change,
});

describe("estimates of a dataset", () => {
  const runs = [0.5, 0.6, 0.7].map((value, split) => madeUpResult(key({ split }), value));

  it("of random splits are Nadeau and Bengio's, by hand", () => {
    // s^2 = 0.01, 1/3 + 20/40 of it, t with 2 degrees of freedom 4.302653
    const { mean, interval } = metricEstimate(runs, false, accuracy);
    expect(mean).toBeCloseTo(0.6, 12);
    expect(interval?.high).toBeCloseTo(0.6 + 4.302653 * Math.sqrt((1 / 3 + 0.5) * 0.01), 5);
    const others = [0.4, 0.5, 0.6].map((value, split) => madeUpResult(key({ split, method: "set" }), value));
    const difference = differenceEstimate(runs, others, false, accuracy); // all 0.1: nothing is uncertain
    expect(difference.interval?.low).toBeCloseTo(0.1, 12);
    expect(difference.interval?.high).toBeCloseTo(0.1, 12);
  });

  it("of published splits stay between 0 and 1 and take their samples from `correct`", () => {
    const sure = [0, 1].map((split) => madeUpResult(key({ split }), 1));
    expect(metricEstimate(sure, true, accuracy).interval).toEqual({ low: 1, high: 1 });
    const { interval } = metricEstimate(runs, true, accuracy);
    expect(interval?.low).toBeGreaterThanOrEqual(0.25);
    expect(interval?.high).toBeLessThan(1);
  });

  it("of one run have no interval", () => {
    expect(metricEstimate([runs[0]], false, accuracy)).toEqual({ mean: 0.5, interval: null, runs: 1 });
    expect(deviation([1])).toBeNull();
    expect(deviation([1, 3])).toBeCloseTo(Math.SQRT2, 12);
  });
});

describe("learning curves", () => {
  const withTest = (split: number, testAccuracy: number[]) => {
    const made = madeUpResult(key({ split }), 0.5);
    return { ...made, curves: { ...made.curves, testAccuracy, trainAccuracy: testAccuracy } };
  };

  it("have a mean and a band over the splits", () => {
    const band = bandOf([withTest(0, [0.1, 0.5]), withTest(1, [0.3, 0.9])], "testAccuracy");
    expect(band).toEqual({ mean: [0.2, 0.7], low: [0.1, 0.5], high: [0.3, 0.9] });
  });

  it("have flattened when the last fifth is within half a point of the fifth before", () => {
    const ten = (before: number, last: number) => [0, 0, 0, 0, 0, 0, before, before, last, last];
    expect(endingOf([withTest(0, ten(0.8, 0.804))], accuracy)).toMatchObject({ flattened: true });
    const moving = endingOf([withTest(0, ten(0.8, 0.81))], accuracy);
    expect(moving?.flattened).toBe(false);
    expect(moving?.test).toBeCloseTo(0.01, 12);
    expect(endingOf([withTest(0, [1, 1, 1, 1])], accuracy)).toBeNull();
  });
});

it("a curve of neurons removed after training is the mean over the splits, and says how much can go before 1.5 points are lost", () => {
  const curve = (values: number[]) => [{ score: "strength", order: "ascending" as const, fractions: [0, 0.5, 0.75, 1], values }];
  const results = [
    madeUpResult(key({ split: 0 }), 0.8, { removedAfter: curve([0.8, 0.8, 0.8, 0.2]) }),
    madeUpResult(key({ split: 1 }), 0.8, { removedAfter: curve([0.9, 0.88, 0.7, 0.2]) }),
    madeUpResult(key({ split: 2 }), 0.8),
  ];
  const [mean] = removalCurves(results, accuracy);
  expect(mean).toMatchObject({ dataset: "a", method: "npset", runs: 2, spared: 0.5 });
  expect(mean.values.map((value) => Number(value.toFixed(6)))).toEqual([0.85, 0.84, 0.75, 0.2]);
});

it("a sweep holds every point against the same split of the study main", () => {
  const results = [
    madeUpResult(key({ split: 0 }), 0.8),
    madeUpResult(key({ split: 1 }), 0.6),
    madeUpResult(key({ study: "budget", variant: "epsilon=20", split: 1 }), 0.65),
    madeUpResult(key({ study: "budget", variant: "epsilon=5", split: 0 }), 0.7),
    madeUpResult(key({ study: "budget", variant: "epsilon=5", split: 1 }), 0.6),
  ];
  const [five, twenty] = sweep(results, "budget", new Set(), accuracy);
  expect([five.x, twenty.x]).toEqual([5, 20]);
  expect(five.against?.mean).toBeCloseTo(-0.05, 12);
  expect(twenty.against?.mean).toBeCloseTo(0.05, 12);
  expect(twenty.against?.interval).toBeNull();
});

it("the grid's ends are counted by side, over the runs that were tuned", () => {
  const trials = [0.001, 0.01, 0.1].map((lr) => ({ lr, decay: 0, loss: lr === 0.1 ? null : 1, folds: [1], bestEpoch: 1 }));
  const tuned = (lr: number, decay: number, split: number) =>
    madeUpResult(key({ split }), 0.5, { tuning: { trials, lr, decay, edge: lr !== 0.01 } });
  const results = [
    tuned(0.001, 0, 0),
    tuned(0.01, 0.02, 1),
    tuned(0.1, 0, 2),
    madeUpResult(key({ split: 3 }), 0.5, { tuning: null }),
  ];
  expect(gridEdges(results)).toEqual([{ method: "npset", tuned: 3, lowest: 1, highest: 1, diverged: 3, trials: 9, decayed: 1 }]);
});

it("ranks leave datasets out on which a method has no result, and merge those that share a source", () => {
  const rows: [string, number, number][] = [
    ["ORL", 0.9, 0.8],
    ["orlraws10P", 0.5, 0.9],
    ["b", 0.9, 0.8],
  ];
  const results = rows.flatMap(([dataset, npset, set]) => [
    madeUpResult(key({ dataset }), npset),
    madeUpResult(key({ dataset, method: "set" }), set),
  ]);
  const all = [...results, madeUpResult(key({ dataset: "c" }), 1)];
  const ranking = rankMethods(all, accuracy, (dataset) => (dataset.startsWith("o") || dataset === "ORL" ? "both" : dataset));
  expect(ranking?.sources).toEqual(["both", "b"]);
  expect(rankMethods(all, accuracy)?.sources).toEqual(["ORL", "orlraws10P", "b"]);
  expect(ranking?.incomplete).toEqual(["c"]);
  expect(ranking?.test.meanRanks).toEqual([1.5, 1.5]); // 0.7 against 0.85, 0.9 against 0.8
  expect(rankMethods(results.slice(0, 2), accuracy)).toBeNull();
});

it("what is missing is what the plan has and the folder lacks", () => {
  const config = suiteConfig({ datasets: ["digits"], methods: ["set", "dense"], splits: 2, studies: ["main"] }, "x", "x");
  const run = (method: "set" | "dense", split: number) => key({ dataset: "digits", method, split });
  const results: RunResult[] = [madeUpResult(run("dense", 0), 0.5), madeUpResult(run("set", 1), 0.5)];
  const failed = [
    { key: "main/digits/dense/1", run: run("dense", 1), reason: "diverged" },
    { key: "main/digits/dense/0", run: run("dense", 0), reason: "an earlier try" },
  ];
  const { planned, done, failed: lost, missing } = completeness(config, results, failed);
  expect({ planned, done, lost }).toEqual({ planned: 4, done: 2, lost: 1 });
  expect(missing).toEqual([run("set", 0)]);
  expect(summarizeRuns(missing, config)).toEqual(["main: 1 run; digits 1 (set)"]);
  const two = suiteConfig(
    { datasets: ["digits", "Yale", "ORL"], methods: ["set", "dense"], splits: 2, studies: ["main"] },
    "x",
    "x",
  );
  expect(summarizeRuns(completeness(two, results, []).missing, two)).toEqual([
    "main: 10 runs; all of Yale, ORL; digits 2 (set, dense)",
  ]);
  expect(inPlannedOrder(config, results).map((result) => result.key)).toEqual(["main/digits/set/1", "main/digits/dense/0"]);
});

it("numbers are written with their sign, and never as -0.0", () => {
  expect([0.0213, -0.004, 0.0004, -0.0004, 0].map(points)).toEqual(["+2.1", "-0.4", "0.0", "0.0", "0.0"]);
  expect(withInterval({ mean: 0.78612, interval: { low: 0.7, high: 0.8 } })).toBe("78.6 (70.0 to 80.0)");
  expect([0.04312, 0.00002, 1].map(pValue)).toEqual(["0.043", "< 0.0001", "1"]);
});
