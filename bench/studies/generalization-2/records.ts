import type { ArmName } from "./arms/index.js";
import type { Tuned } from "./tune.js";

/** One arm on one split of one dataset: what is run, or kept, as a whole. */
export interface Unit {
  readonly dataset: string;
  /** From 0. */
  readonly split: number;
  readonly arm: ArmName;
}

/** "lung_discrete/0/blend" */
export const keyOf = ({ dataset, split, arm }: Unit) => `${dataset}/${split}/${arm}`;

/** What a model, or the average of several, says of a test part. */
export interface Answer {
  /** Of the average of so many members. */
  readonly members: number;
  readonly accuracy: number;
  readonly balancedAccuracy: number;
  readonly crossEntropy: number;
  /** A character a test sample: "1" right, "0" wrong. */
  readonly correct: string;
  /** Weights, biases and scalings of all members as training left them; what members share counts once. */
  readonly parameters: number;
  /** Accuracy of each member that was trained, by itself. */
  readonly alone: readonly number[];
  /** Accuracy of M members, for M from 1: the mean over as many groups of M as there are, none with a member of another. */
  readonly curve: readonly number[];
  /** Share of the test samples that two of the members take for different classes: the mean over pairs. null of one. */
  readonly disagreement: number | null;
  /** null where another answer's rates, or none, are taken. */
  readonly tuned: Tuned | null;
  /** What else there is to tell. */
  readonly about?: string;
}

/** What an arm gave. */
export interface UnitResult extends Unit {
  readonly version: string;
  readonly seed: number;
  readonly data: {
    /** Over values and labels of the whole dataset. */
    readonly sha256: string;
    readonly features: number;
    readonly classes: number;
    readonly trainSamples: number;
    readonly testSamples: number;
  };
  readonly answers: Readonly<Record<string, Answer>>;
  /** CPU time of the process. */
  readonly seconds: number;
}

/** An arm that ended without answers, and why. */
export interface UnitFailure extends Unit {
  readonly reason: string;
}
