import { METHOD_NAMES } from "../../methods/index.js";
import { oneOf, record, text, type ValueOf } from "../../options/schema.js";
import type { TrainOptions } from "../../train/options.js";
import type { TrainPlan } from "../../train/records.js";
import { count } from "../fields.js";

/** What names a run of a suite. Its key is STUDY/DATASET/METHOD[:VARIANT]/SPLIT, e.g. "budget/lung_discrete/set:epsilon=20/0" (`keyOf`). */
export const RUN_KEY = record({
  study: text(),
  dataset: text(),
  method: oneOf(METHOD_NAMES),
  /** What differs from the suite's settings, such as "epsilon=20"; "" where nothing does. */
  variant: text(),
  /** From 0. */
  split: count,
});
export type RunKey = ValueOf<typeof RUN_KEY>;

/** One point of the tuning grid. Of a suite that goes by a metric its values stand in the place of losses, negative where larger ones are better. Losses are null where training diverged, which counts as infinitely bad. */
export interface TuningTrial {
  readonly lr: number;
  readonly decay: number;
  /** Mean validation loss at the last epoch over the folds; null when a fold diverged. */
  readonly loss: number | null;
  readonly folds: readonly (number | null)[];
  /**
   * Epoch (from 1) of the least mean validation loss among those evaluated, about 10 evenly spaced ones; where neurons leave after the last
   * removal; null when a fold diverged.
   */
  readonly bestEpoch: number | null;
}

/** The loss and the task's metrics by part, as an epoch's record names them: "testLoss". */
export interface PartMeasures {
  readonly [measure: `train${string}` | `test${string}`]: number;
}

/** The task's first metric on the test part when neurons of the first hidden layer are taken out after training, without training again (`postRemoval`). */
export interface RemovalCurve {
  readonly score: string;
  readonly order: "ascending" | "descending" | "random";
  /** Of the first hidden layer's neurons as training left them. */
  readonly fractions: readonly number[];
  readonly values: readonly number[];
}

/** What one run of a suite gave: tuned inside the training part of its split, trained anew on the whole of it, tested on the rest. */
export interface RunResult {
  readonly key: string;
  readonly run: RunKey;
  /** sha256 of what of the suite's config concerns this run. */
  readonly config: string;
  /** Of coppice. */
  readonly version: string;
  readonly plan: TrainPlan;
  /** Runs this row alone again. */
  readonly command: string;
  readonly data: {
    readonly name: string;
    /** Over values and labels. */
    readonly sha256: string | null;
    readonly samples: number;
    readonly features: number;
    /** The outputs' names: of classification, the classes. */
    readonly classes: readonly string[];
    readonly trainSamples: number;
    readonly testSamples: number;
  };
  /** Of the split and of the training. */
  readonly seed: number;
  /** Of the refit. */
  readonly options: TrainOptions;
  /** null where the learning rate and decay are taken from the study that this one depends on. */
  readonly tuning: {
    readonly trials: readonly TuningTrial[];
    readonly lr: number;
    readonly decay: number;
    /** The best learning rate lay at an end of the grid. */
    readonly edge: boolean;
  } | null;
  /** At the last epoch; of the test part with what the task measures beside (`Task.measured`). */
  readonly final: PartMeasures;
  /** The test part by the refit at the epoch where the tuning's validation loss was least (never chosen by the test part). */
  readonly atBestValidation: (PartMeasures & { readonly epoch: number }) | null;
  /** See `Task.floor`; null where the task has none. */
  readonly floor: number | null;
  /** A character a test sample, in the split's order: "1" right, "0" wrong. null where answers are neither. */
  readonly correct: string | null;
  /** Weights and biases. */
  readonly parameters: { readonly initial: number; readonly final: number };
  /** Neurons of every layer, inputs and classes included. */
  readonly neurons: { readonly initial: readonly number[]; readonly final: readonly number[] };
  /** Floating point operations of the refit's training steps, and of all of tuning's but those of trainings that diverged. */
  readonly flop: { readonly train: number; readonly tuning: number };
  /** Of the refit, by epoch; nnz counts connections, hidden the neurons of all hidden layers that the epoch trained with. */
  readonly curves: {
    readonly [measure: `train${string}` | `test${string}`]: readonly number[];
    readonly nnz: readonly number[];
    readonly hidden: readonly number[];
  };
  /** Where the study asks for it. */
  readonly removedAfter: readonly RemovalCurve[] | null;
  /** Wall time; what runs beside it slows it. cpu: CPU time of the process, which does not count that; absent where nobody measured. */
  readonly seconds: { readonly total: number; readonly tuning: number; readonly train: number; readonly cpu?: number };
}

/** A run that ended without a result, and why, in a sentence. */
export const FAILED = record({ key: text(), run: RUN_KEY, reason: text() });
export type FailedRun = ValueOf<typeof FAILED>;

/** "main/lung_discrete/npset/3", or with a variant "budget/lung_discrete/set:epsilon=20/0". */
export function keyOf({ study, dataset, method, variant, split }: RunKey): string {
  return `${study}/${dataset}/${method}${variant && `:${variant}`}/${split}`;
}
