import { expect, test } from "vitest";
import type { FitChoice, FitEstimate } from "../../src/fit/result.js";
import { verdictOf } from "../../src/fit/verdict.js";
import { accuracy } from "../../src/metrics/accuracy.js";
import { rmse } from "../../src/metrics/rmse.js";

const choice = (network: number) => ({ weights: { network, linear: 1 - network } }) as FitChoice;
/** An estimate by what fit has more than each baseline: the least and the most of the interval, in points. */
function estimate(beyond: Record<string, readonly [number, number]>): FitEstimate {
  const intervals = Object.fromEntries(
    Object.entries(beyond).map(([name, [low, high]]) => [name, { mean: (low + high) / 200, low: low / 100, high: high / 100 }]),
  );
  return { beyond: intervals, beyondLinear: intervals.linear } as unknown as FitEstimate;
}

test.each([
  [
    "better than all",
    0.5,
    { linear: [0.4, 5.8], majority: [20, 40], centroid: [1, 5] },
    "better than linear by 3.1 points, interval 0.4 to 5.8",
  ],
  [
    "as good as linear",
    0.5,
    { linear: [-1, 5], majority: [20, 40] },
    "not better than linear: use linear (a gain of 2.0 points, interval -1.0 to 5.0)",
  ],
  [
    "worse than centroids",
    0.5,
    { linear: [1, 5], majority: [20, 40], centroid: [-6, -2] },
    "not better than centroid: use centroid (a gain of -4.0 points",
  ],
  [
    "as good as two: the better one",
    0.5,
    { linear: [-1, 5], majority: [20, 40], univariate: [-3, 5] },
    "not better than univariate: use univariate",
  ],
  [
    "as good as two that are equal: the simpler one",
    0.5,
    { linear: [-1, 5], majority: [9, 40], centroid: [-1, 5] },
    "use centroid",
  ],
  [
    "no better than chance",
    0.5,
    { linear: [-1, 5], majority: [-2, 3] },
    "not better than majority: no model tells more than the most frequent class",
  ],
  ["linear itself", 0, { linear: [0, 0], majority: [20, 40], centroid: [1, 5] }, "linear is the best that was found: use linear"],
  [
    "linear itself, no better than centroids",
    0,
    { linear: [0, 0], majority: [20, 40], centroid: [0, 5] },
    "not better than centroid: use centroid",
  ],
  ["linear itself, no better than chance", 0, { linear: [0, 0], majority: [-1, 4] }, "not better than majority"],
] as const)("%s", (_, network, beyond, verdict) => {
  expect(verdictOf(choice(network), estimate(beyond), accuracy)).toContain(verdict);
});

test("without an estimate nothing is claimed", () => {
  expect(verdictOf(choice(0.5), null, accuracy)).toBe(
    "networks and linear together are the best that was found; how good that is was not estimated",
  );
});

test("numbers are told in the measure itself, of which larger differences are better whatever its direction", () => {
  const of = (beyond: Record<string, readonly [number, number]>) => verdictOf(choice(0.5), estimate(beyond), rmse);
  expect(of({ linear: [20, 42], mean: [300, 500] })).toBe("better than linear by 0.31 RMSE, interval 0.2 to 0.42");
  expect(of({ linear: [-20, 42], mean: [300, 500] })).toBe(
    "not better than linear: use linear (a gain of 0.11 in RMSE, interval -0.2 to 0.42)",
  );
  expect(of({ linear: [20, 42], mean: [-1, 5] })).toContain("not better than mean: no model tells more than the mean (");
});
