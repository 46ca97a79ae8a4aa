import type { Summary } from "./summary.js";
import { tunedCentroids } from "./tuned.js";

/** Numbers of features that are tried, the largest first. */
const COUNTS = [100, 30, 10, 3, 1];

/** The features with the largest F statistics, each looked at alone, and nearest centroids of these. Their number by inner cross-validation. */
export const univariate = tunedCentroids({
  name: "univariate",
  settings: ({ features }) => [...new Set(COUNTS.map((count) => Math.min(count, features)))],
  simplify(summary) {
    const { features, offsets } = summary;
    const f = fStatistics(summary);
    const order = Uint32Array.from({ length: features }, (_, j) => j).sort((a, b) => f[b] - f[a] || a - b);
    return (count) => {
      const left = new Float64Array(offsets.length);
      for (const j of order.subarray(0, count)) for (let k = j; k < left.length; k += features) left[k] = offsets[k];
      return left;
    };
  },
  describe: (count) => `the ${count} best`,
});

/**
 * [features] F = (sum_c n_c offset_c^2 / (classes - 1)) / s^2, of the classes that occur. 0 for a feature that does not vary, Infinity for one that varies only
 * between classes.
 */
export function fStatistics({ classes, features, counts, offsets, within }: Summary): Float64Array {
  const freedom = Math.max(1, counts.filter((count) => count > 0).length - 1);
  const f = new Float64Array(features);
  for (let c = 0, k = 0; c < classes; c++) {
    for (let j = 0; j < features; j++, k++) f[j] += (counts[c] * offsets[k] ** 2) / freedom;
  }
  return f.map((between, j) => (between === 0 ? 0 : between / within[j] ** 2));
}
