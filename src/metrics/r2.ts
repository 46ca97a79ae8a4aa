import type { Metric } from "./metric.js";
import { meanOverTargets } from "./per-target.js";

/**
 * R2, the share of the targets' variance that is explained: 1 - sum (z - t)^2 / sum (t - mean t)^2, its mean over the targets. Below 0 the mean
 * would be nearer. Of targets that are all equal it is 1 where nothing is off, else 0.
 */
export const r2: Metric = {
  name: "r2",
  label: "R2",
  better: "larger",
  range: [-Infinity, 1],
  over: (outcome) => meanOverTargets(outcome, explained),
};

/** R2 of one target. */
export function explained(found: Float64Array, truth: Float64Array): number {
  const mean = truth.reduce((sum, value) => sum + value, 0) / truth.length;
  const off = truth.reduce((sum, value, i) => sum + (found[i] - value) ** 2, 0);
  const all = truth.every((value) => value === truth[0]) ? 0 : truth.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return all > 0 ? 1 - off / all : Number(off === 0);
}
