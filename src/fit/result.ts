import type { Interval } from "../experiment/statistics/interval.js";
import type { SavedModel } from "../io/saved-model.js";
import type { MetricName } from "../metrics/index.js";
import type { TaskName } from "../tasks/index.js";
import type { TrainOptions } from "../train/options.js";

/** One of the settings that a search tries: a family, and options of `train` beside the plan's. JSON. */
export interface FitCandidate {
  readonly name: string;
  readonly options: TrainOptions;
}

/** How the estimate is made: not at all, by one round of outer folds, or by three. */
export type EstimateMode = "none" | "quick" | "full";

/** The families that are searched, each with the same effort. */
export type FitFamily = "network" | "linear";

/** Seconds that were timed, once, before anything was planned. */
export interface FitTiming {
  /** Of a training's beginning, and of its going on after a rest. */
  readonly start: number;
  /** Of an epoch on all samples. */
  readonly epoch: number;
}

/** Where candidates are compared, and how many of them go on. */
export interface FitRung {
  readonly epoch: number;
  readonly keep: Readonly<Record<FitFamily, number>>;
}

/**
 * What `fit` does, settled before the first trial: plan.json. From then on nothing asks the clock, so whoever follows a plan ends with the same
 * model on devices of its kind.
 */
export interface FitPlan {
  readonly version: string;
  readonly device: "webgpu" | "cpu";
  /** What is learnt; absent of classes. */
  readonly task?: TaskName;
  /** What the search goes by, where that is not the task's own. */
  readonly metric?: MetricName;
  readonly seed: number;
  /** Samples, features and a checksum of the data that it is for. */
  readonly data: { readonly samples: number; readonly features: number; readonly checksum: string };
  /** Networks that are averaged in the answer, and in the search, which trains the first of them; of `linear` there is one. */
  readonly members: number;
  readonly searchMembers: number;
  /** Inner folds, on which candidates are compared, and how often they are drawn. */
  readonly folds: number;
  readonly repeats: number;
  readonly estimate: EstimateMode;
  /** Outer folds, on which the whole of `fit` is tested; null without an estimate. */
  readonly outer: { readonly folds: number; readonly repeats: number } | null;
  /** Epochs of a whole run, by which its schedules go. */
  readonly epochs: number;
  /** Epochs between stops, where a run is held against the samples that it does not train on, and may be ended. */
  readonly stop: number;
  /** At these epochs candidates are compared, and the best `keep` of a family go on; the last is the end. */
  readonly rungs: readonly FitRung[];
  readonly candidates: Readonly<Record<FitFamily, readonly FitCandidate[]>>;
  /** Why it is so long: the budget, what was timed, and the seconds that follow. */
  readonly forecast: {
    readonly budget: number;
    readonly timed: Readonly<Record<FitFamily, FitTiming>>;
    readonly search: number;
    readonly refit: number;
    /** The most bytes that a training takes: the last, with all members. */
    readonly memory: number;
    /** By how the estimate is made, of which one was asked for. */
    readonly estimate: Readonly<Record<EstimateMode, number>>;
  };
}

/** A stop of a candidate, over all samples that folds held out. */
export interface FitStop {
  readonly epoch: number;
  /** What the search goes by (of classes cross-entropy), and what is told beside it (accuracy): see `Judging`. */
  readonly score: number;
  readonly beside: number;
}

/** How a candidate did on the samples that its folds held out. */
export interface FitTrial {
  readonly family: FitFamily;
  readonly candidate: FitCandidate;
  /** Scores of these samples at each stop it came to: its learning curve. */
  readonly curve: readonly FitStop[];
  /** Whether training diverged, after which it was not gone on with. */
  readonly diverged: boolean;
}

/** A candidate that won, the epoch where its runs end, and its score there on samples held out. */
export interface FitBest {
  readonly candidate: FitCandidate;
  readonly epoch: number;
  readonly score: number;
}

/** What a search found: the best candidate of each family, but of networks that all diverged, and what they are worth together. */
export interface FitChoice {
  readonly best: { readonly linear: FitBest; readonly network?: FitBest };
  /** Weights of the families in the answer: at least 0, with sum 1. */
  readonly weights: Readonly<Record<FitFamily, number>>;
  /** The score of the answer on samples held out in the search: it chose by this, so it is no estimate. */
  readonly score: number;
  /** Of classes: the answer's probability of the true one for these samples, round after round, fold after fold. */
  readonly heldOut?: readonly number[];
}

/** One outer fold: `fit` and the baselines saw nothing of the samples that it holds out. */
export interface FitFold {
  readonly repeat: number;
  readonly fold: number;
  /** Indices of the samples that it holds out, and the number of the others. */
  readonly test: readonly number[];
  readonly trainSamples: number;
  readonly choice: FitChoice;
  /** [features] as `strength`, of models trained likewise after all labels were shuffled once. */
  readonly shuffled?: ArrayLike<number>;
  /** [test, outputs] probabilities, numbers or log risks, row-major, of `fit` and of every baseline by its name. */
  readonly answers: Readonly<Record<string, ArrayLike<number>>>;
  /** What each baseline is, in words: of which settings. */
  readonly baselines: Readonly<Record<string, string>>;
  /** [features] sum of |w| over what leaves each input, of the answer in this fold. */
  readonly strength: ArrayLike<number>;
}

/**
 * Means over the outer folds with corrected 95 % intervals, by the names of measures: of classes accuracy, balancedAccuracy, auc and crossEntropy. null
 * where a measure has no value, such as AUC of a single class.
 */
export type FitMeasures = Readonly<Record<string, Pick<Interval, "mean" | "low" | "high"> | null>>;

/** Sets of classes for the samples that outer folds hold out: see `predictionSets`. */
export interface FitSets {
  /** The share of sets that are to hold the true class, and the share that did. */
  readonly level: number;
  readonly coverage: number;
  /** Classes of a set, on average. */
  readonly size: number;
}

/** An estimate by nested cross-validation. */
export interface FitEstimate {
  readonly folds: readonly FitFold[];
  readonly measures: FitMeasures;
  /** The same of `linear` and the task's baselines, on the same folds. */
  readonly baselines: Readonly<Record<string, FitMeasures>>;
  /** By how much `fit` is better than `linear` in the first measure, fold by fold; and than each baseline, `linear` among them. */
  readonly beyondLinear: Pick<Interval, "mean" | "low" | "high">;
  readonly beyond: Readonly<Record<string, Pick<Interval, "mean" | "low" | "high">>>;
  /** Of classes. */
  readonly sets?: FitSets;
}

/** All that `fit` found. */
export interface FitResult {
  readonly version: string;
  readonly seed: number;
  readonly data: {
    readonly name: string;
    readonly samples: number;
    readonly features: number;
    readonly classes: readonly string[];
    readonly featureNames?: readonly string[];
    /** [samples] class indices. */
    readonly y: Uint32Array;
    /** Of other tasks [samples, targetNames.length] what is learnt. */
    readonly targets?: Float64Array;
    readonly targetNames?: readonly string[];
  };
  readonly plan: FitPlan;
  /** Every candidate of the search on all data, in the plan's order. */
  readonly trials: readonly FitTrial[];
  readonly chosen: FitChoice;
  /** null where none was asked for. */
  readonly estimate: FitEstimate | null;
  /** In plain words. */
  readonly verdict: string;
  /** What a reader has to know: classes smaller than the folds, samples that are alike, a sentence each. */
  readonly notes: readonly string[];
  /** The answer, and `linear` alone, both trained on all data. */
  readonly model: SavedModel;
  readonly linear: SavedModel;
}
