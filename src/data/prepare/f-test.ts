import { check } from "../../util/check.js";
import { pickFeatures } from "../pick.js";
import { largest, momentsOf, type Step } from "./step.js";

/**
 * The features stay whose means differ most between the classes of the training part, by the one-way analysis of variance:
 * F = (sum_c n_c (mean_c - mean)^2 / (C - 1)) / (sum_c sum_i (x - mean_c)^2 / (n - C)), with C classes that occur. One that is constant has F = 0.
 */
export const fTest: Step = {
  name: "f-test",
  about: "the N features whose means differ most between classes",
  counted: true,
  fit(train, count) {
    const { features, classes, name } = train;
    check(classes.length > 1 && !train.targets, name, () => {
      return "step f-test of option prepare compares classes, and there are none; take variance";
    });
    const { counts, sums, squares } = momentsOf(train, classes.length);
    const scores = Float64Array.from({ length: features }, (_, j) => {
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
      const f = explained / (Math.max(0, within) / (n - occurring));
      return Number.isNaN(f) ? 0 : f;
    });
    return { kept: largest(scores, count, "prepare: f-test") };
  },
  apply: ({ x, features }, { kept = [] }) => pickFeatures(x, features, kept),
};
