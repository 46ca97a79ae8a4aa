import { check } from "../../util/check.js";
import type { Dataset } from "../dataset.js";
import { pickFeatures } from "../pick.js";
import { sampleReader } from "../sample-matrix.js";
import { largest, momentsOf, type Step } from "./step.js";

/** The features stay of the largest F over the training part: between its classes, or with the numbers that a regression learns. Without any F it is 0. */
export const fTest: Step = {
  name: "f-test",
  about: "the N features whose means differ most between classes, or that go most with a number to learn",
  counted: true,
  fit(train, count) {
    const { classes, name, targets } = train;
    check(classes.length > 1 || targets !== undefined, name, () => {
      return "step f-test of option prepare compares classes, or takes numbers of a regression, and there are none; take variance";
    });
    return { kept: largest(targets ? ofNumbers(train, targets) : ofClasses(train), count, "prepare: f-test") };
  },
  apply: ({ x, features }, { kept = [] }) => pickFeatures(x, features, kept),
};

/**
 * [features] of the one-way analysis of variance:
 * F = (sum_c n_c (mean_c - mean)^2 / (C - 1)) / (sum_c sum_i (x - mean_c)^2 / (n - C)), with C classes that occur.
 */
function ofClasses(train: Dataset): Float64Array {
  const { features, classes } = train;
  const { counts, sums, squares } = momentsOf(train, classes.length);
  return Float64Array.from({ length: features }, (_, j) => {
    let [n, sum, between, within, occurring] = [0, 0, 0, 0, 0];
    for (let c = 0, k = j; c < classes.length; c++, k += features) {
      if (counts[k] === 0) continue;
      occurring++;
      n += counts[k];
      sum += sums[k];
      between += sums[k] ** 2 / counts[k];
      within += squares[k] - sums[k] ** 2 / counts[k];
    }
    const explained = Math.max(0, between - sum ** 2 / n) / (occurring - 1);
    return known(explained / (Math.max(0, within) / (n - occurring)));
  });
}

/** [features] of a regression on the feature alone: F = r^2 / (1 - r^2) (n - 2), with r its correlation with a target; of several targets the largest. */
function ofNumbers({ x, features, samples }: Dataset, targets: Float64Array): Float64Array {
  const width = targets.length / samples;
  const read = sampleReader(x, features);
  const [shift, means] = [Float64Array.from(read(0), known), new Float64Array(width)];
  for (const [k, value] of targets.entries()) means[k % width] += value / samples;
  const zeros = () => new Float64Array(features);
  const scores = zeros();
  for (let t = 0; t < width; t++) {
    const [counts, xs, ys, xx, yy, xy] = [zeros(), zeros(), zeros(), zeros(), zeros(), zeros()];
    for (let i = 0; i < samples; i++) {
      const [row, b] = [read(i), targets[i * width + t] - means[t]];
      for (let j = 0; j < features; j++) {
        const a = row[j] - shift[j];
        if (Number.isNaN(a)) continue;
        counts[j]++;
        xs[j] += a;
        ys[j] += b;
        xx[j] += a * a;
        yy[j] += b * b;
        xy[j] += a * b;
      }
    }
    for (const [j, n] of counts.entries()) {
      const spread = (xx[j] - xs[j] ** 2 / n) * (yy[j] - ys[j] ** 2 / n);
      const share = (xy[j] - (xs[j] * ys[j]) / n) ** 2 / spread; // r^2
      scores[j] = Math.max(scores[j], known((share / Math.max(0, 1 - share)) * (n - 2)));
    }
  }
  return scores;
}

const known = (value: number) => (Number.isNaN(value) ? 0 : value);
