import type { Dataset, FitOptions } from "../../../src/api/index.js";
import type { DatasetConfig } from "../../../src/experiment/plan/config.js";
import { builtInSuite } from "../../../src/experiment/plan/suites/index.js";

/** All that the study fixes before it runs. */
export interface Study {
  /** Split s and its trainings take seed + s. */
  readonly seed: number;
  readonly splits: number;
  readonly datasets: readonly DatasetConfig[];
  /** Fraction of the samples that a split tests on, and the most samples of either part, which are drawn by class. */
  readonly test: number;
  readonly most: { readonly train: number; readonly test: number };
  readonly hidden: readonly number[];
  readonly epsilon: number;
  /** Members of the ensembles, and of npset, whose accuracy is drawn up to so many. */
  readonly members: { readonly all: number; readonly npset: number; readonly shared: number };
  /** Passes over the training part, and samples a step, of data below a number of samples, and from there on. */
  readonly epochs: { readonly below: number; readonly few: number; readonly many: number };
  readonly batch: { readonly below: number; readonly few: number; readonly many: number };
  /** Folds of tuning, by the samples of a training part, each with `validation` of it. */
  readonly folds: { readonly below: number; readonly few: number; readonly many: number };
  readonly validation: number;
  /** Seconds that `fit` has for a split, and its options. */
  readonly budget: number;
  howToFit(train: Dataset, seed: number): FitOptions;
}

/** The 18 datasets of the first edition, all with random splits of other seeds; networks and epochs as there. */
export const STUDY: Study = {
  seed: 2001,
  splits: 3,
  datasets: builtInSuite("generalization").datasets.map((data) => ({ ...data, testData: null, fixed: null })),
  test: 1 / 3,
  most: { train: 1500, test: 1000 },
  hidden: [500, 500, 500],
  epsilon: 10,
  members: { all: 10, npset: 20, shared: 16 },
  epochs: { below: 500, few: 100, many: 40 },
  batch: { below: 200, few: 8, many: 32 },
  folds: { below: 200, few: 2, many: 1 },
  validation: 0.25,
  budget: 60,
  howToFit: (_, seed) => ({ budget: 60, estimate: "none", members: 10, seed }),
};

/** Datasets that the prototype behind these hypotheses had looked at; the other eight it never saw. */
export const SEEN: readonly string[] = [
  ...["lung_discrete", "lymphoma", "ALLAML", "leukemia", "Prostate_GE", "Yale", "warpAR10P", "ORL", "orlraws10P"],
  "PCMAC",
];

/** `few` below a number, else `many`. */
export function bySize({ below, few, many }: Study["epochs"], samples: number): number {
  return samples < below ? few : many;
}
