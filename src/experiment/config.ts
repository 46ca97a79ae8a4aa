import type { Method } from "../train/methods.js";
import type { StudyName } from "./studies.js";

/** Settings of a suite's trainings and splits, which a dataset may have of its own: see `DatasetConfig`. */
interface SizeOptions {
  readonly hidden?: readonly number[];
  readonly epsilon?: number;
  readonly epochs?: number;
  readonly batch?: number;
  readonly splits?: number;
  readonly test?: number;
}

/** What a suite may leave out; everything it names is documented with `SuiteConfig`. */
export interface SuiteOptions extends SizeOptions {
  readonly name?: string;
  readonly seed?: number;
  /** Names, files, or more said of them. */
  readonly datasets: readonly (string | DatasetOptions)[];
  readonly methods?: readonly Method[];
  readonly studies?: readonly (StudyName | StudyOptions)[];
  readonly lrs?: readonly number[];
  readonly decays?: readonly number[];
  readonly validation?: number;
  readonly folds?: number;
  readonly removeAfter?: readonly string[];
}

/** A study, on some of the datasets. */
export interface StudyOptions {
  readonly name: StudyName;
  readonly datasets?: readonly string[];
}

/** A suite with every choice made: studies x datasets x methods x splits. JSON. */
export interface SuiteConfig {
  readonly name: string;
  /** Split s and its trainings take seed + s, for every method. */
  readonly seed: number;
  readonly datasets: readonly DatasetConfig[];
  /** Of study main, in the order of tables. */
  readonly methods: readonly Method[];
  readonly studies: readonly { readonly name: StudyName; readonly datasets: readonly string[] }[];
  /** Learning rates that are tried, with the first of `decays`; then the other decays at the best rate. */
  readonly lrs: readonly number[];
  readonly decays: readonly number[];
  /** Fraction of a training part that a validation fold holds. */
  readonly validation: number;
  /** Folds where the training part is below `SMALL` samples; else 1. */
  readonly folds: number;
  /** Datasets on which study main records accuracy against neurons removed after training. */
  readonly removeAfter: readonly string[];
}

/** Training samples below which batches are small and tuning takes several folds. */
export const SMALL = 200;

/** The one place of a suite's defaults; those that depend on a dataset's size are filled in by `plannedRuns`. */
export const DEFAULTS = {
  seed: 1,
  hidden: [500, 500, 500],
  epsilon: 10,
  splits: 5,
  test: 1 / 3,
  lrs: [0.001, 0.005, 0.02, 0.1],
  decays: [0, 0.02],
  validation: 0.2,
  folds: 3,
  /** Samples a step, below SMALL training samples and from there on. */
  batch: { small: 8, large: 32 },
  /** Epochs of datasets below and from `samples` on. */
  epochs: { samples: 500, small: 100, large: 40 },
} as const;

/** How a file is read, as the options of the same names of `coppice train`; `labels` is a file, `id` null where a table has no sample IDs. */
export interface ReadingConfig {
  readonly label?: string | number;
  readonly header?: boolean;
  readonly orientation?: "auto" | "rows" | "columns";
  readonly id?: string | number | null;
  readonly labels?: string;
  readonly group?: string | number;
  /** Columns to leave out. */
  readonly ignore?: readonly (string | number)[];
  readonly missing?: "error" | "median" | "drop-samples" | "drop-features";
  readonly x?: string;
  readonly y?: string;
  readonly maxBytes?: number;
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
export interface DatasetConfig {
  readonly name: string;
  readonly data: string;
  readonly testData: string | null;
  readonly read: ReadingConfig;
  /** null: random splits. */
  readonly fixed: FixedSplit | null;
  /** Random splits, or seeds on the fixed one. */
  readonly splits: number;
  /** Fraction of the samples that a random split tests on. */
  readonly test: number;
  readonly hidden: readonly number[];
  readonly epsilon: number;
  /** null: by the number of samples. */
  readonly epochs: number | null;
  readonly batch: number | null;
}
