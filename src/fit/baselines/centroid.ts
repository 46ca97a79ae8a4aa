import type { Summary } from "./summary.js";
import { tunedCentroids } from "./tuned.js";

/** Thresholds that are tried, from 0 to the largest difference, as pamr has it. */
const THRESHOLDS = 30;

/**
 * Nearest shrunken centroids (Tibshirani, Hastie, Narasimhan and Chu, "Diagnosis of multiple cancer types by shrunken centroids of gene expression",
 * PNAS 99, 2002). A class's centroid differs from the mean of all by d_cj = offset_cj / (m_c (s_j + s_0)), with m_c = sqrt(1 / n_c - 1 / n). Each
 * d moves towards 0 by a threshold and stays at 0 there, so that features leave. Threshold by inner cross-validation.
 */
export const centroid = tunedCentroids({
  name: "centroid",
  settings(summary) {
    const most = differences(summary).reduce((largest, d) => Math.max(largest, Math.abs(d)), 0);
    return Array.from({ length: THRESHOLDS }, (_, t) => (most * t) / (THRESHOLDS - 1));
  },
  simplify: shrinker,
  describe: (threshold) => `threshold ${threshold.toPrecision(3)}`,
});

/** Gives the offsets [classes, features] from the mean of all that soft thresholding leaves. */
export function shrinker(summary: Summary): (threshold: number) => Float64Array {
  const { offsets } = summary;
  const d = differences(summary);
  return (threshold) => {
    const left = new Float64Array(offsets.length);
    for (let k = 0; k < left.length; k++) {
      const size = Math.abs(d[k]);
      if (size > threshold) left[k] = offsets[k] * (1 - threshold / size);
    }
    return left;
  };
}

/** [classes, features] d, the offsets in standard errors. 0 where they cannot differ: one class is all samples. */
function differences({ classes, features, counts, offsets, spread }: Summary): Float64Array {
  const total = counts.reduce((sum, count) => sum + count, 0);
  const d = new Float64Array(offsets.length);
  for (let c = 0, k = 0; c < classes; c++) {
    const m = Math.sqrt(1 / counts[c] - 1 / total);
    for (let j = 0; j < features; j++, k++) if (offsets[k] !== 0) d[k] = offsets[k] / (m * spread[j]);
  }
  return d;
}
