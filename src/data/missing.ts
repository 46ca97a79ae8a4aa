import { check, checkInteger, isList } from "../util/check.js";
import { isExact32 } from "../util/floats.js";
import { shown } from "../util/shown.js";
import type { FloatArray } from "../util/types.js";
import { columnReader } from "./columns.js";
import { plainName } from "./names.js";
import { checkSparse, countSamples, isSparse, type SampleMatrix, type SparseRows } from "./sample-matrix.js";

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
export function countMissing(x: ArrayLike<number> | SparseRows, features: number): MissingCounts {
  checkInteger(features, "countMissing: features", 1);
  if (isSparse(x)) checkSparse(x, "countMissing");
  else check(isList(x), "countMissing", () => `${shown(x)} is no list of values`);
  const count = countSamples(x, features, "countMissing");
  const byFeature = new Uint32Array(features);
  const values = isSparse(x) ? x.values : x;
  let [total, samples, first] = [0, 0, -1];
  for (let i = 0; i < count; i++) {
    const before = total;
    const start = isSparse(x) ? x.rowPtr[i] : i * features;
    const end = isSparse(x) ? x.rowPtr[i + 1] : start + features;
    for (let k = start; k < end; k++) {
      if (!Number.isNaN(values[k])) continue;
      byFeature[isSparse(x) ? x.colIdx[k] : k - start]++;
      total++;
    }
    if (total === before) continue;
    samples++;
    if (first < 0) first = i;
  }
  return { total, samples, first, byFeature };
}

/** Whether sample i of x [samples, features] lacks no value. */
export function isComplete(x: SampleMatrix, features: number, i: number): boolean {
  const values = isSparse(x) ? x.values.subarray(x.rowPtr[i], x.rowPtr[i + 1]) : x.subarray(i * features, (i + 1) * features);
  return !values.some(Number.isNaN);
}

/** "12 values are missing in 3 of 20 features and 7 of 100 samples (b: 6, c: 4, d: 2; the first in sample 2)": the ten worst features. */
export function describeMissing(
  { total, samples, first, byFeature }: MissingCounts,
  all: number,
  names: readonly string[] | undefined,
): string {
  const worst = Array.from(byFeature, (count, j) => ({ count, j })).filter(({ count }) => count > 0);
  worst.sort((a, b) => b.count - a.count || a.j - b.j);
  const shown = worst.slice(0, 10).map(({ count, j }) => `${plainName(names, j)}: ${count}`);
  const values = total === 1 ? "1 value is missing" : `${total} values are missing`;
  const list = shown.join(", ") + (worst.length > 10 ? ", ..." : "");
  return `${values} in ${worst.length} of ${byFeature.length} features and ${samples} of ${all} samples (${list}; the first in sample ${first + 1})`;
}

/** Why data with missing values are refused where nothing says what to do about them. */
export function refusalOfMissing(counts: MissingCounts, samples: number, names: readonly string[] | undefined): string {
  return `${describeMissing(counts, samples, names)}; drop what has any (option missing: drop-samples or drop-features), or fill in the training part's medians (missing: median)`;
}

/**
 * The median of every feature over the values of x [samples, features] that are there: the middle one, or the mean of the middle two, in
 * f64. Throws when a feature has no value at all.
 */
export function fitMedians(x: SampleMatrix, features: number, nameOf: (j: number) => string): Float64Array {
  const samples = countSamples(x, features, "fitMedians");
  checkInteger(samples, "fitMedians: samples", 1);
  const read = columnReader(x, samples, features);
  return Float64Array.from({ length: features }, (_, j) => {
    const sorted = read(j).sort();
    const count = sorted.length;
    check(count > 0, "missing values", () => {
      return `${nameOf(j)} has no value in any of the ${samples} training samples, so no median; leave it out (missing: drop-features)`;
    });
    const middle = count >> 1;
    return count % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  });
}

/** A new x with every NaN replaced by its feature's median; in 64 bits where x is, or a median does not fit into 32. */
export function fillMissing(x: SampleMatrix, median: FloatArray): SampleMatrix {
  const wide = !isExact32(median);
  const fill = (values: FloatArray, feature: (k: number) => number) => {
    const filled = wide ? new Float64Array(values) : values.slice();
    for (let k = 0; k < filled.length; k++) if (Number.isNaN(filled[k])) filled[k] = median[feature(k)];
    return filled;
  };
  if (!isSparse(x)) return fill(x, (k) => k % median.length);
  const { colIdx, background } = x;
  return { ...x, values: fill(x.values, (k) => colIdx[k]), ...(background && { background: fill(background, (j) => j) }) };
}
