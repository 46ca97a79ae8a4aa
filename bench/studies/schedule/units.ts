import type { TrainOptions } from "../../../src/api/index.js";
import { STUDY } from "../generalization-2/study.js";

// What is run, fixed before any of it was. Datasets, splits, networks, epochs and batches are those of generalization-2.

export { STUDY };

/** What is compared: courses of zeta, and the part of the training after which nothing evolves. */
export const ARMS = {
  constant: { zetaSchedule: "constant", until: 1 },
  "constant to 75 %": { zetaSchedule: "constant", until: 0.75 },
  cosine: { zetaSchedule: "cosine", until: 1 },
  "cosine to 75 %": { zetaSchedule: "cosine", until: 0.75 },
} satisfies Record<string, TrainOptions["evolution"]>;

/** A training: an arm on a split of a dataset, from 0. */
export interface Unit {
  readonly dataset: string;
  readonly split: number;
  readonly arm: keyof typeof ARMS;
}

/** What a unit came to, at its last epoch; seconds are of the processor. */
export interface Result extends Unit {
  readonly validationAccuracy: number;
  readonly validationLoss: number;
  readonly evolutions: number;
  readonly seconds: number;
}

export const keyOf = ({ dataset, split, arm }: Unit) => `${dataset}/${split}/${arm}`;

/** Split by split: arms of one dataset follow each other, so that what is there can be compared. */
export const UNITS: readonly Unit[] = Array.from({ length: STUDY.splits }, (_, split) =>
  STUDY.datasets.flatMap(({ name }) => armNames().map((arm) => ({ dataset: name, split, arm }))),
).flat();

function armNames(): Unit["arm"][] {
  return Object.keys(ARMS) as Unit["arm"][];
}
