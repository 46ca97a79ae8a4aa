import { maximum } from "../../util/extremes.js";
import { percent } from "../../util/percent.js";
import type { Baseline } from "./baseline.js";

/** Each sample has the classes' shares of the training part as its probabilities, so it is taken for the most frequent class. */
export const majority: Baseline = {
  name: "majority",
  less: "more than the most frequent class",
  fit({ y, samples, classes }) {
    const shares = new Float64Array(classes.length);
    for (const c of y) shares[c] += 1 / samples;
    const most = shares.indexOf(maximum(shares));
    return {
      describe: () => `${classes[most]}, ${percent(shares[most])} of the training part`,
      predict: (dataset) => Float64Array.from({ length: dataset.samples * shares.length }, (_, k) => shares[k % shares.length]),
    };
  },
};
