import type { Dataset } from "../../data/dataset.js";
import type { Rng } from "../../util/random.js";

/** A simple model that a network is held against. All that it needs, it takes from the training part, inner folds included. */
export interface Baseline {
  readonly name: string;
  /** Of one that says the same of every sample, what no model tells that is not better: "more than the mean". */
  readonly less?: string;
  /** Fits the training part; the stream draws the inner folds. */
  fit(train: Dataset, rng: Rng): Fitted;
}

/** A fitted baseline. */
export interface Fitted {
  /** What was chosen inside the training part, in a few words. */
  describe(): string;
  /** Answers [samples, outputs] for samples with the training part's features, sample-major: of classes probabilities, each sample's with sum 1. */
  predict(dataset: Dataset): Float64Array;
}
