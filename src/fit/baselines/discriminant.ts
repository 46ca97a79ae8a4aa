import type { Dataset } from "../../data/dataset.js";
import { sampleReader } from "../../data/sample-matrix.js";
import { softmaxOfRows } from "../../metrics/classes/rows.js";
import type { Summary } from "./summary.js";

/** A linear classifier of a few features: score_c(x) = bias_c + sum over `columns` of weight_cj x_j. */
export interface Discriminant {
  /** The features that have a weight, ascending. */
  readonly columns: Uint32Array;
  /** [classes, columns] */
  readonly weights: Float64Array;
  /** [classes] -Infinity of a class without samples. */
  readonly bias: Float64Array;
}

/**
 * The discriminant of centroids mean + offsets [classes, features], whose features vary independently with deviations s_j + s_0:
 *
 *     score_c(x) = log(n_c / n) - 1/2 sum_j ((x_j - mean_j - offset_cj) / (s_j + s_0))^2
 *
 * less what is the same for all classes, so that it is linear in x, and features whose offsets are all 0 drop out.
 */
export function discriminantOf(summary: Summary, offsets: Float64Array): Discriminant {
  const { classes, features, counts, mean, spread } = summary;
  const columns = Uint32Array.from({ length: features }, (_, j) => j).filter((j) => {
    for (let c = 0; c < classes; c++) if (offsets[c * features + j] !== 0) return true;
    return false;
  });
  const weights = new Float64Array(classes * columns.length);
  const total = counts.reduce((sum, count) => sum + count, 0);
  const bias = counts.map((count) => Math.log(count / total));
  for (let c = 0; c < classes; c++) {
    columns.forEach((j, k) => {
      const offset = offsets[c * features + j];
      const weight = offset / spread[j] ** 2;
      weights[c * columns.length + k] = weight;
      bias[c] -= weight * (mean[j] + offset / 2);
    });
  }
  return { columns, weights, bias };
}

/** Probabilities [samples at `indices`, classes]: exp(score_c) over the sum of all classes'. */
export function probabilitiesOf(
  { columns, weights, bias }: Discriminant,
  { x, features }: Pick<Dataset, "x" | "features">,
  indices: Uint32Array,
): Float64Array {
  const read = sampleReader(x, features);
  const classes = bias.length;
  const scores = new Float64Array(indices.length * classes);
  indices.forEach((i, at) => {
    const row = read(i);
    for (let c = 0; c < classes; c++) {
      let score = bias[c];
      for (let k = 0, w = c * columns.length; k < columns.length; k++, w++) score += weights[w] * row[columns[k]];
      scores[at * classes + c] = score;
    }
  });
  return softmaxOfRows(scores, classes);
}
