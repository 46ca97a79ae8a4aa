import { checkNotNegative, mapValues, type Step } from "./step.js";

/** log2(x + 1), which brings counts and intensities of several orders of magnitude together; 0 stays 0. */
export const log2: Step = {
  name: "log2",
  about: "log2(x + 1)",
  apply(set) {
    checkNotNegative("log2", set);
    return mapValues(set.x, set.features, (value) => Math.log2(value + 1));
  },
};
