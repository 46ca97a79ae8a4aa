import { check } from "../src/util/check.js";

/** Times of one thing, in ms of one run: `rounds` measurements, each of `replays` runs together. */
export interface Summary {
  readonly min: number;
  readonly median: number;
  /** Nine in ten rounds were at most this long. */
  readonly p90: number;
  readonly rounds: number;
  readonly replays: number;
}

/** The quantile q in [0, 1] of the values, linear between neighbours (R's type 7). Throws on an empty list. */
export function quantile(values: ArrayLike<number>, q: number): number {
  check(values.length > 0, "quantile", () => "of no values at all");
  const sorted = Float64Array.from(values).sort();
  const at = q * (sorted.length - 1);
  const low = Math.floor(at);
  const high = Math.min(low + 1, sorted.length - 1);
  return sorted[low] + (at - low) * (sorted[high] - sorted[low]);
}

/** Minimum, median and 90 % quantile of times. */
export function summarize(times: readonly number[], replays: number): Summary {
  return { min: quantile(times, 0), median: quantile(times, 0.5), p90: quantile(times, 0.9), rounds: times.length, replays };
}
