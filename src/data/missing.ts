import { check, checkInteger } from "../util/check.js";

/** What to do about missing values: refuse them, leave out samples or features that have any, or fill in by the training part's medians. */
export const MISSING = ["error", "drop-samples", "drop-features", "median"] as const;
/** One of `MISSING`. */
export type MissingPolicy = (typeof MISSING)[number];

/** Missing values (NaN) of a matrix. */
export interface MissingCounts {
  readonly total: number;
  /** Samples with any. */
  readonly samples: number;
  /** Index of the first sample with any; -1 where there is none. */
  readonly first: number;
  /** [features]. */
  readonly byFeature: Uint32Array;
}

/** Counts the NaN of x [samples, features]. */
export function countMissing(x: ArrayLike<number>, features: number): MissingCounts {
  checkInteger(features, "countMissing: features", 1);
  const byFeature = new Uint32Array(features);
  let [total, samples, first] = [0, 0, -1];
  for (let start = 0; start < x.length; start += features) {
    const before = total;
    for (let j = 0; j < features; j++) {
      if (!Number.isNaN(x[start + j])) continue;
      byFeature[j]++;
      total++;
    }
    if (total === before) continue;
    samples++;
    if (first < 0) first = start / features;
  }
  return { total, samples, first, byFeature };
}

/** "12 values are missing in 3 of 20 features and 7 of 100 samples (b: 6, c: 4, d: 2; the first in sample 2)": the ten worst features. */
export function describeMissing(
  { total, samples, first, byFeature }: MissingCounts,
  all: number,
  nameOf: (j: number) => string,
): string {
  const worst = Array.from(byFeature, (count, j) => ({ count, j })).filter(({ count }) => count > 0);
  worst.sort((a, b) => b.count - a.count || a.j - b.j);
  const shown = worst.slice(0, 10).map(({ count, j }) => `${nameOf(j)}: ${count}`);
  const values = total === 1 ? "1 value is missing" : `${total} values are missing`;
  const list = shown.join(", ") + (worst.length > 10 ? ", ..." : "");
  return `${values} in ${worst.length} of ${byFeature.length} features and ${samples} of ${all} samples (${list}; the first in sample ${first + 1})`;
}

/**
 * The median of every feature over the values of x [samples, features] that are there: the middle one, or the mean of the middle two,
 * rounded to f32. Throws when a feature has no value at all.
 */
export function fitMedians(x: Float32Array, features: number, nameOf: (j: number) => string): Float32Array {
  const samples = x.length / features;
  checkInteger(samples, "fitMedians: samples", 1);
  const column = new Float32Array(samples);
  return Float32Array.from({ length: features }, (_, j) => {
    let count = 0;
    for (let k = j; k < x.length; k += features) if (!Number.isNaN(x[k])) column[count++] = x[k];
    check(count > 0, "missing values", () => {
      return `${nameOf(j)} has no value in any of the ${samples} training samples, so no median; leave it out (missing: drop-features)`;
    });
    const sorted = column.subarray(0, count).sort();
    const middle = count >> 1;
    return count % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  });
}

/** A new x with every NaN replaced by its feature's median. */
export function fillMissing(x: Float32Array, median: Float32Array): Float32Array {
  const features = median.length;
  return x.map((value, k) => (Number.isNaN(value) ? median[k % features] : value));
}
