import { pickFeatures } from "../pick.js";
import { largest, momentsOf, type Step } from "./step.js";

/** The features that vary most over the training part stay: by sum (x - mean)^2 / n. */
export const variance: Step = {
  name: "variance",
  about: "the N features that vary most",
  counted: true,
  fit(train, count) {
    const { counts, sums, squares } = momentsOf(train, 1);
    const variances = counts.map((n, j) => (n > 0 ? squares[j] / n - (sums[j] / n) ** 2 : 0));
    return { kept: largest(variances, count, "prepare: variance") };
  },
  apply: ({ x, features }, { kept = [] }) => pickFeatures(x, features, kept),
};
