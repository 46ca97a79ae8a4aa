import { sampleReader } from "../sample-matrix.js";
import { checkNotNegative, mapValues, type Step } from "./step.js";

/** What the counts of a sample sum to then. */
const TOTAL = 10_000;

/** x_ij = 10,000 x_ij / sum_j x_ij: counts per 10,000 of their sample, whose depth of sequencing says nothing. A sample without counts stays 0. */
export const librarySize: Step = {
  name: "library-size",
  about: "counts per 10,000 of their sample",
  apply(set) {
    checkNotNegative("library-size", set);
    const { x, features, samples } = set;
    const read = sampleReader(x, features);
    const totals = Float64Array.from({ length: samples }, (_, i) => {
      let sum = 0;
      for (const value of read(i)) if (!Number.isNaN(value)) sum += value;
      return sum || 1;
    });
    return mapValues(x, features, (value, i) => (TOTAL * value) / totals[i]);
  },
};
