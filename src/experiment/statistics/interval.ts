import type { MetricRange } from "../../metrics/metric.js";
import { check, checkNumber, isList } from "../../util/check.js";
import { shown } from "../../util/shown.js";
import { tQuantile } from "./distributions.js";

/** The mean of a measure over repeated random splits, and what it may be off by. */
export interface Interval {
  readonly mean: number;
  readonly low: number;
  readonly high: number;
  /** The standard error of the mean: corrected, with low and high t_(J - 1) of it from the mean; or the standard deviation of resamples. */
  readonly error: number;
  /** How often such an interval holds the true mean. */
  readonly level: number;
}

/**
 * mean +- t_(J - 1) sqrt((1 / J + testSamples / trainSamples) s^2) over J values, s^2 their variance (over J - 1).
 *
 * The training parts of random splits overlap, so their results are not independent, and s^2 / J would be too small a variance of the mean;
 * the second term makes up for it (Nadeau & Bengio, "Inference for the generalization error", Machine Learning 52, 2003). It holds
 * for splits of one size; where groups make sizes vary give their means.
 *
 * Of a measure with bounds, give its `range`: what lies beyond it is cut off. The true mean is never there, so the interval holds it as often.
 * Values that are all alike have no width.
 *
 * Throws unless there are two finite values within the range, both parts have samples and 0 < level < 1.
 */
export function correctedInterval(
  values: readonly number[],
  trainSamples: number,
  testSamples: number,
  level = 0.95,
  range: MetricRange = [-Infinity, Infinity],
): Interval {
  const where = "corrected interval";
  check(isList(values), where, () => `${shown(values)} is no list of values`);
  check(values.length >= 2, where, () => `${values.length} values have no variance; give those of at least two splits`);
  const [least, most] = isList(range) ? range : [Number.NaN, Number.NaN];
  check(least < most, `${where}: range`, () => `${shown(range)} is not two numbers, the least and the most`);
  for (const value of values) checkNumber(value, `${where}: value`, least, most);
  checkNumber(trainSamples, `${where}: training samples`, 0, Infinity, true);
  checkNumber(testSamples, `${where}: test samples`, 0, Infinity, true);
  checkNumber(level, `${where}: level`, 0, 1, true);
  const runs = values.length;
  const mean = meanOf(values);
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (runs - 1);
  const error = Math.sqrt((1 / runs + testSamples / trainSamples) * variance);
  const reach = tQuantile((1 + level) / 2, runs - 1) * error;
  return { mean, low: Math.max(least, mean - reach), high: Math.min(most, mean + reach), error, level };
}

/** The arithmetic mean; NaN of nothing. */
export function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
