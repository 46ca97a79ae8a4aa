import type { Dataset } from "../../data/dataset.js";
import type { Rng } from "../../util/random.js";

/** A simple classifier that a network is held against. All that it needs, it takes from the training part, inner folds included. */
export interface Baseline {
  readonly name: string;
  /** Fits the training part; the stream draws the inner folds. */
  fit(train: Dataset, rng: Rng): Fitted;
}

/** A fitted baseline. */
export interface Fitted {
  /** What was chosen inside the training part, in a few words. */
  describe(): string;
  /** Probabilities [samples, classes] of samples with the training part's features, sample-major: each sample's sum to 1. */
  predict(dataset: Dataset): Float64Array;
}
