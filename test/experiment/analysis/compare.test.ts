import { expect, test } from "vitest";
import { compareMethods } from "../../../src/experiment/analysis/compare.js";
import type { RunResult } from "../../../src/experiment/run/records.js";
import type { MethodName } from "../../../src/methods/index.js";
import { accuracy } from "../../../src/metrics/accuracy.js";
import { madeUpResult } from "../simulated-suite.js";

const DATASETS = ["a", "b", "c", "d", "e", "f", "g"];

/** A method's accuracies: one per dataset, of one split. */
function resultsOf(method: MethodName, accuracies: readonly number[]): RunResult[] {
  return accuracies.map((value, i) =>
    madeUpResult({ study: "main", dataset: DATASETS[i], method, variant: "", split: 0 }, value, {}, 100),
  );
}

test("every method is compared with the baseline by the two-sided signed-rank test, and all p are adjusted together", () => {
  const base = [0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5];
  const results = [
    ...resultsOf("set", base),
    ...resultsOf("dense", [0.51, 0.52, 0.53, 0.54, 0.55, 0.56, 0.57]),
    ...resultsOf("linear", [0.49, 0.51]),
  ];
  const [dense, linear] = compareMethods(results, "set", new Set(), accuracy);
  expect(dense).toMatchObject({ method: "dense", baseline: "set" });
  expect(dense.test?.p).toBe(2 * 2 ** -7); // all seven above: one of 2^7 signs, on either side
  expect(dense.test?.adjusted).toBe(4 * 2 ** -7);
  expect(dense.effect?.estimate).toBeCloseTo(0.04, 12);
  expect(dense.datasets.map(({ difference }) => Math.round(100 * difference))).toEqual([1, 2, 3, 4, 5, 6, 7]);
  expect(linear.datasets.map(({ dataset }) => dataset)).toEqual(["a", "b"]);
  expect(linear.test?.adjusted).toBe(1);
  expect(linear.effect?.interval).toBeNull();
});

test("a method that shares no dataset with the baseline has no test, and still counts among the comparisons", () => {
  const other = madeUpResult({ study: "main", dataset: "z", method: "static", variant: "", split: 0 }, 0.5);
  const results = [...resultsOf("set", [0.5, 0.4]), ...resultsOf("dense", [0.6, 0.5]), other];
  const [dense, absent] = compareMethods(results, "set", new Set(), accuracy);
  expect(absent).toMatchObject({ method: "static", datasets: [], test: null, effect: null });
  expect(dense.test).toMatchObject({ p: 0.5, adjusted: 1 });
  expect(compareMethods(results, "linear", new Set(), accuracy).every(({ test: outcome }) => outcome === null)).toBe(true);
});

test("differences are of the splits that both have, with an interval from two on", () => {
  const of = (method: MethodName, split: number, value: number) =>
    madeUpResult({ study: "main", dataset: "a", method, variant: "", split }, value, {}, 100);
  const results = [of("set", 0, 0.5), of("set", 1, 0.6), of("set", 2, 0.7), of("dense", 1, 0.7), of("dense", 2, 0.9)];
  const [{ datasets }] = compareMethods(results, "set", new Set(), accuracy);
  expect(datasets[0]).toMatchObject({ splits: 2, missing: 1 });
  expect(datasets[0].estimate.mean).toBeCloseTo(0.15, 12);
  expect(datasets[0].estimate.interval?.low).toBeLessThan(0.15);
});
