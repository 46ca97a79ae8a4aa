import { ranksOf } from "../util/ranks.js";
import type { Metric } from "./metric.js";
import { meanOverTargets } from "./per-target.js";

/**
 * Spearman's rank correlation of outputs and targets, its mean over the targets: how far their order agrees, -1 .. 1. Equal values share the mean
 * of their ranks. It is 0 where outputs or targets are all equal.
 */
export const spearman: Metric = {
  name: "spearman",
  label: "Spearman's rho",
  better: "larger",
  range: [-1, 1],
  over: (outcome) => meanOverTargets(outcome, rankCorrelation),
};

/** Spearman's rank correlation of one target; NaN where a value is not finite. */
export function rankCorrelation(found: Float64Array, truth: Float64Array): number {
  if (!found.every(Number.isFinite)) return Number.NaN;
  const middle = (found.length + 1) / 2;
  const [a, b] = [ranksOf(found), ranksOf(truth)];
  let [both, squareA, squareB] = [0, 0, 0];
  for (let i = 0; i < a.length; i++) {
    const [x, y] = [a[i] - middle, b[i] - middle];
    both += x * y;
    squareA += x * x;
    squareB += y * y;
  }
  return squareA > 0 && squareB > 0 ? both / Math.sqrt(squareA * squareB) : 0;
}
