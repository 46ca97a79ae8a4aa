import type { READING } from "../../data/options.js";
import type { MetricName } from "../../metrics/index.js";
import type { Given, Settled } from "../../options/option.js";
import type { TaskName } from "../../tasks/index.js";
import type { Task } from "../../tasks/task.js";
import type { SIZES, SUITE } from "./options.js";
import type { StudyName } from "./studies.js";

/** What a suite may leave out. */
export interface SuiteOptions extends Given<typeof SUITE>, SizeOptions {
  readonly name?: string;
  /** Names, files, or more said of them. */
  readonly datasets: readonly (string | DatasetOptions)[];
  readonly studies?: readonly (StudyName | StudyOptions)[];
}

/** Settings of trainings and splits, of a suite or of one of its datasets; null as what is left out. */
interface SizeOptions extends Given<typeof SIZES> {}

/** A study, on some of the datasets. */
export interface StudyOptions {
  readonly name: StudyName;
  readonly datasets?: readonly string[];
}

/** A suite with every choice made: studies x datasets x methods x splits. JSON. */
export interface SuiteConfig extends Omit<Settled<typeof SUITE>, "task" | "classWeight" | "metric" | "prepare"> {
  /** Absent of classification, as in files of 0.1.0. */
  readonly task?: TaskName | Task;
  /** Absent where samples are taken as they are. */
  readonly prepare?: readonly string[];
  /** Absent of the loss. */
  readonly metric?: MetricName;
  /** Absent where classes weigh alike. */
  readonly classWeight?: "balanced";
  readonly name: string;
  readonly datasets: readonly DatasetConfig[];
  readonly studies: readonly { readonly name: StudyName; readonly datasets: readonly string[] }[];
}

/** Training samples below which batches are small and tuning takes several folds. */
export const SMALL = 200;

/** Defaults that depend on a dataset's size: `plannedRuns` fills them in. */
export const BY_SIZE = {
  /** Samples a step, below SMALL training samples and from there on. */
  batch: { small: 8, large: 32 },
  /** Epochs of datasets below and from `samples` on. */
  epochs: { samples: 500, small: 100, large: 40 },
} as const;

/** How a file is read; `labels` is a file, `id` null where a table has no sample IDs. */
export interface ReadingConfig extends Omit<Given<typeof READING>, "id"> {
  readonly id?: string | number | null;
}

/**
 * A split that is the same for every seed. Lists: indices into the samples, those of `test` into the published test set where the dataset has
 * one. first: so many samples train, the others test. drawn: so many of each part, stratified, drawn once by the suite's seed.
 */
export type FixedSplit =
  | { readonly train: readonly number[]; readonly test: readonly number[] }
  | { readonly first: number }
  | { readonly drawn: readonly [number, number] };

/** A dataset of a suite's file; settings of its own come before the suite's. */
export interface DatasetOptions extends ReadingConfig, SizeOptions {
  /** Default: what `data` is without folder and extensions. */
  readonly name?: string;
  /** A dataset's name or a file. */
  readonly data: string;
  /** A published test set: a name or a file. Needs a fixed split. */
  readonly testData?: string;
  readonly fixed?: FixedSplit;
}

/** A dataset of a suite, with every choice made but those that depend on its size. */
export interface DatasetConfig extends Settled<typeof SIZES> {
  readonly name: string;
  readonly data: string;
  readonly testData: string | null;
  readonly read: ReadingConfig;
  /** null: random splits. */
  readonly fixed: FixedSplit | null;
}
