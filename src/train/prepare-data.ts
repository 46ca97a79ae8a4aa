import { alignFeatures, checkFeatures } from "../data/align.js";
import { checkDataset, checkLabelled } from "../data/check-dataset.js";
import { constantNotes } from "../data/constant.js";
import type { Dataset } from "../data/dataset.js";
import { fillMissing, fitMedians } from "../data/missing.js";
import { featureName, repeatedNameNotes } from "../data/names.js";
import { checkOverlap } from "../data/overlap.js";
import { applySteps, fitSteps, type Preparation } from "../data/prepare/index.js";
import type { Inputs } from "../data/sample-matrix.js";
import { SCALES, type ScaleName } from "../data/scales.js";
import { separatingNotes } from "../data/separating.js";
import { keepRaw, type Standardizer, scaleBy, standardize } from "../data/standardize.js";
import { unlikeNotes } from "../data/unlike.js";
import { settle } from "../options/option.js";
import { checkedOutputs } from "../tasks/checked.js";
import { classification } from "../tasks/classification.js";
import { needsLabels } from "../tasks/reading.js";
import type { Task } from "../tasks/task.js";
import { check, checkKeys, checkObject } from "../util/check.js";
import { BESIDE, type TrainConfig, type TrainOptions } from "./options.js";
import type { SessionData } from "./session.js";

/** What to train on, raw: inputs are standardised here, by the training set's statistics. */
export interface TrainData {
  readonly train: Dataset;
  /** Evaluated after every epoch and never used for a choice. */
  readonly test?: Dataset;
  /** Decides which epoch is best, and when to stop. */
  readonly validation?: Dataset;
}

/** Throws a usage error unless the sets are datasets, and nothing else is given that would not be looked at. */
export function checkTrainData(data: TrainData): void {
  const where = "train: data";
  checkObject(data, where, "object of sets; give { train: dataset }, or the parts that split() makes");
  check(!("x" in data), where, () => "a dataset is given for the sets; give { train: dataset }, or the parts that split() makes");
  const known = { train: true, test: true, validation: true, indices: true };
  checkKeys<TrainData & { indices?: unknown }>(data, known, `${where}: set`);
  check(data.train !== undefined, where, () => "there is no training set; give { train: dataset }");
  for (const set of [data.train, data.test, data.validation]) if (set !== undefined) checkDataset(set);
}

/** Throws a usage error unless the sets have the labels that a task takes, and no targets that it does not. */
export function checkTrainLabels({ train, test, validation }: TrainData, task: Task): void {
  for (const set of [train, test, validation]) {
    if (set && needsLabels(task)) checkLabelled(set);
    check(!set?.targets || needsLabels(task), set?.name ?? "", () => {
      return `has targets, and task ${task.name} learns the samples themselves; leave targets (target, time, event) out`;
    });
  }
}

/** The steps of a run that does not start from a model, fitted to its training set; undefined where there are none. */
export function stepsOf(options: Pick<TrainOptions, "prepare">, train: Dataset, { scaled }: Task): Preparation | undefined {
  const { prepare } = settle({ prepare: BESIDE.prepare }, { prepare: options.prepare });
  const { targets, ...rest } = train;
  return prepare && fitSteps(prepare, scaled && targets ? train : rest); // times and labels are no numbers to correlate with
}

/** What steps make of sets. */
export function prepareSets({ train, test, validation }: TrainData, steps: Preparation): TrainData {
  const of = (set: Dataset) => applySteps(set, steps);
  return { train: of(train), ...(test && { test: of(test) }), ...(validation && { validation: of(validation) }) };
}

/** What the inputs of a run that does not start from a model go through: medians (of the training set, as all statistics) for missing values, and the map that was chosen. */
export function standardizerOf(
  { inputs }: Pick<TrainConfig, "inputs">,
  { name, x, samples, features, featureNames, missing }: Dataset,
): Standardizer | null {
  const median = missing && fitMedians(x, features, (j) => `${name}: ${featureName(featureNames, j)}`);
  const scale = SCALES[inputs as ScaleName](() => (median ? fillMissing(x, median) : x), samples, features);
  return median ? { ...(scale ?? scaleBy(features, 1)), median } : scale;
}

/** What is made of data, and what to tell of it: looked for when it is read, as that takes about as long, and many runs have nobody to tell. */
type Told<T> = T & { readonly notes: readonly string[] };

/**
 * The samples of a set as a network gets them: by the model's statistics, or as they are. Notes tell where they are unlike what these were
 * fitted on. Throws, naming sample and feature, on values that are missing or beyond what a network takes.
 */
export function prepareSamples(dataset: Dataset, input: Standardizer | null): Told<{ readonly set: Dataset<Inputs> }> {
  if (!input) return { set: keepRaw(dataset), notes: [] };
  const set = standardize(dataset, input);
  return {
    set,
    get notes() {
      return unlikeNotes(dataset, set.x, input);
    },
  };
}

/**
 * The sets as a session takes them: features and labels in the training set's order, inputs standardised; and what to tell of them, that
 * features are constant in the training part above all. `given` are the sets before steps, which tell samples apart that these make alike. Throws
 * where they do not fit it.
 */
export function prepareData(
  { train, test, validation }: TrainData,
  input: Standardizer | null,
  task: Task = classification,
  given?: TrainData,
): Told<{ readonly data: SessionData }> {
  const tell: (() => readonly string[])[] = [];
  const outputs = checkedOutputs(task, train);
  const overlaps = (aligned: Dataset, word: "test" | "validation") => {
    const before = given?.[word];
    if (!given || !before) return checkOverlap(train, aligned, word);
    return checkOverlap(given.train, alignFeatures(before, given.train.featureNames), word);
  };
  const prepare = (dataset: Dataset, word: "training" | "test" | "validation") => {
    const named = alignFeatures(dataset, train.featureNames);
    checkFeatures(named, train.features);
    const aligned = task.align?.(named, outputs) ?? named;
    const prepared = prepareSamples(aligned, input);
    const shared = word === "training" ? [] : overlaps(aligned, word);
    const matched = (aligned.notes ?? []).slice(dataset.notes?.length ?? 0);
    tell.push(() => [...shared, ...[...matched, ...prepared.notes].map((note) => `${word} set: ${note}`)]);
    return prepared.set;
  };
  const set = prepare(train, "training");
  tell.unshift(() => [
    ...repeatedNameNotes(train),
    ...constantNotes(train, set.x),
    ...(needsLabels(task) ? separatingNotes(train) : []),
  ]);
  const others = {
    ...(test && { test: prepare(test, "test") }),
    ...(validation && { validation: prepare(validation, "validation") }),
  };
  return {
    data: { train: set, ...others },
    get notes() {
      return tell.flatMap((one) => one());
    },
  };
}
