import type { Standardizer } from "../data/standardize.js";
import type { NetworkConfig } from "../nn/config.js";
import type { NetworkState } from "../nn/state.js";

/** A network with everything needed to use it: what a checkpoint file holds. */
export interface SavedModel {
  readonly network: NetworkState;
  readonly config: NetworkConfig;
  readonly features: number;
  /** Label of every class, in the order of the outputs. */
  readonly classes: readonly string[];
  /** Mean and standard deviation that inputs are standardised with, and medians for missing ones; null where they are used raw. */
  readonly input: Standardizer | null;
  /** Names of the inputs, where the data had any. */
  readonly featureNames?: readonly string[];
  readonly imageShape?: readonly [number, number];
  /** How training stands; absent in a network that was not trained here. JSON values only. */
  readonly training?: TrainingState;
}

/** What resuming needs beside the network; JSON. */
export interface TrainingState {
  /** Every choice made (TrainConfig). */
  readonly config: unknown;
  /** What fixes the bits of a run: see `TrainPlan`. */
  readonly plan: unknown;
  /** Epochs done. */
  readonly epoch: number;
  /** Training steps done: dropout masks and Adam's corrections go on from here. */
  readonly step: number;
  /** One record an epoch, and one an evolution. */
  readonly history: readonly unknown[];
  readonly evolutions: readonly unknown[];
  /** Best validation loss so far, its epoch, and the epochs since. */
  readonly best?: { readonly loss: number; readonly epoch: number };
}
