import type { Dataset } from "../../data/dataset.js";
import { short } from "../../report/format.js";
import type { Baseline } from "./baseline.js";

/** The mean of each target over samples: of labels how frequent each is. */
function meansOf({ targets = new Float64Array(), samples }: Dataset): Float64Array {
  const means = new Float64Array(targets.length / samples);
  targets.forEach((value, k) => {
    means[k % means.length] += value / samples;
  });
  return means;
}

/** The same answer for every sample. */
const constant = (name: string, less: string, answersOf: (train: Dataset) => ArrayLike<number>, about: string): Baseline => ({
  name,
  less,
  fit(train) {
    const answers = answersOf(train);
    return {
      describe: () => `${about}: ${Array.from(answers, short).join(", ")}`,
      predict: ({ samples }) => Float64Array.from({ length: samples * answers.length }, (_, k) => answers[k % answers.length]),
    };
  },
});

/** Each target's mean in the training part. */
export const mean = constant("mean", "more than the mean", meansOf, "the training part's");

/** How frequent each label is in the training part. */
export const frequencies = constant(
  "frequencies",
  "more than how frequent labels are",
  meansOf,
  "of the labels in the training part",
);

/** The same risk for every sample: a concordance index of 0.5. */
export const chance = constant("chance", "who has the event first", () => [0], "log risk of every sample");
