import { checkImageShape } from "../data/check-dataset.js";
import type { Dataset } from "../data/dataset.js";
import { list } from "../data/names.js";
import type { ReadOptions } from "../data/read-dataset.js";
import { split } from "../data/split.js";
import { hashData } from "../files/data-hash.js";
import { findData, readSource, readTestSource, type Source } from "../files/datasets.js";
import { type ReadingValues, readOptions } from "../files/reading.js";
import { taskOf } from "../tasks/index.js";
import { readingFor, readingLike } from "../tasks/reading.js";
import { strataOf } from "../tasks/strata.js";
import type { Task } from "../tasks/task.js";
import { settleTask } from "../train/config.js";
import type { TrainData } from "../train/prepare-data.js";
import { check } from "../util/check.js";
import type { SplittingValues } from "./options.js";

/** Fraction kept for testing when nothing says how: a third, as in SET's experiments. */
export const DEFAULT_SPLIT = 0.33;

/** The sets of a run and what config.json says of them. */
export interface LoadedData extends TrainData {
  readonly description: DataDescription;
  /** What is learnt: as asked, or as the data say. */
  readonly task: Task;
  /** What the readers guessed or left out. */
  readonly notes: readonly string[];
  /** What `description.sha256` was in version 0.1.0, which rounded values to 32 bits when it read them. */
  readonly sha256Rounded: () => string;
}

export interface DataDescription {
  readonly name: string;
  /** The files, or none for the bundled digits. */
  readonly files: readonly string[];
  readonly test: string;
  readonly features: number;
  readonly classes: readonly string[];
  readonly samples: { readonly train: number; readonly test: number; readonly validation: number };
  /** Over values and labels of all sets: a run is only resumed on the data it began with. */
  readonly sha256: string;
}

/** Reads and splits what the options say. The test set is --test, else --split, else the published one, else a third. A file may hold its test and validation sets itself. */
export async function loadData(
  values: ReadingValues & SplittingValues,
  seed: number,
  folder: string | undefined,
  asked: Task | undefined,
): Promise<LoadedData> {
  const { data, test, validation, image } = values;
  checkGiven(data);
  check(test === undefined || values.split === undefined, "--split", () => "contradicts --test: give one of them");
  const source = findData(data, folder, "--data");
  // one file of labels may cover both sets
  const several = (test ?? (values.split === undefined ? source.test : undefined)) !== undefined;
  const options = {
    ...readOptions(values),
    ...readingFor(asked),
    ...(several && values.labels !== undefined && { extraLabels: true }),
  };
  const whole = withImage(await readSource(source, options), image);
  const task = asked ?? taskOf(settleTask({}, whole));
  const { beside = [] } = whole;
  const notes = [...(whole.notes ?? [])];
  if (!asked && task.predicts === "labels" && values.target)
    notes.push(
      `${values.target.join(", ")} are 0 or 1, so they are several labels a sample; if they are numbers to learn, say so: --task regression`,
    );
  const own = test === undefined && beside.includes("test") ? data : source.test;
  const testName = test ?? (values.split === undefined ? own : undefined);
  if (own === data && values.split !== undefined)
    notes.push("the file's own test set is not used: --split holds out samples of the other");
  if (beside.includes("validation") && validation !== undefined)
    notes.push("the file's own validation set is not used: --validation holds out samples of the other");
  const like = { ...options, ...readingLike(task, whole), featureNames: whole.featureNames, layout: whole.layout };
  const separate =
    testName && (await readAnother(findData(testName, folder, testName === own ? "--data" : "--test"), like, "test"));
  if (separate) checkGroups(whole, separate, testName === own ? "--data" : "--test");
  const ownValidation =
    beside.includes("validation") && validation === undefined ? await readAnother(source, like, "validation") : undefined;
  if (ownValidation) checkGroups(whole, ownValidation, "--data");
  for (const [part, set] of Object.entries({ test: separate, validation: ownValidation }))
    if (set) for (const note of set.notes ?? []) notes.push(`${part} set: ${note}`);
  const strata = strataOf(task, whole);
  const parts = {
    ...(separate
      ? { ...divide(whole, validation, seed, task), test: separate }
      : split(whole, { test: values.split ?? DEFAULT_SPLIT, validation, seed, strata })),
    ...(ownValidation && { validation: ownValidation }),
  };
  if (task.divided && (testName === undefined || validation !== undefined)) notes.push(task.divided(whole));
  return {
    ...parts,
    task,
    notes,
    sha256Rounded: () => hashData(setsOf(parts), true),
    description: describe(source.name, source.files, testName ?? `split ${values.split ?? DEFAULT_SPLIT}`, parts),
  };
}

/** Another set, read as the first was: features that the training set was left without are not asked about. */
function readAnother(source: Source, like: ReadOptions, part: "test" | "validation"): Promise<Dataset> {
  return readTestSource(source, { ...like, missing: like.missing === "drop-features" ? "error" : like.missing, part });
}

/** Throws a usage error where no data are named. */
export function checkGiven(data: string | undefined): asserts data is string {
  check(data !== undefined, "--data", () => "is missing; name a file or a dataset, e.g. --data digits");
}

/** Throws, naming the option of the other set, when a group is in both. */
function checkGroups({ groups = [] }: Dataset, other: Dataset, option: string): void {
  const trained = new Set(groups);
  const shared = [...new Set(other.groups ?? [])].filter((group) => trained.has(group));
  check(shared.length === 0, option, () => {
    return `${shared.length} of its groups are in the training data too: ${list(shared)}; a group belongs to one set`;
  });
}

/** Train and validation parts of a set that comes with a test set of its own. */
function divide(
  whole: Dataset,
  validation: number | undefined,
  seed: number,
  task: Task,
): { train: Dataset; validation?: Dataset } {
  if (validation === undefined) return { train: whole };
  const { train, test } = split(whole, { test: validation, seed, strata: strataOf(task, whole) });
  return { train, validation: test };
}

function withImage(dataset: Dataset, image: [number, number] | undefined): Dataset {
  if (!image) return dataset;
  checkImageShape(image, dataset.features, "--image");
  return { ...dataset, imageShape: image };
}

const setsOf = ({ train, test, validation }: TrainData) => [train, test, validation];

function describe(name: string, files: readonly string[], test: string, parts: TrainData): DataDescription {
  const { features, classes, targetNames } = parts.train;
  const samples = { train: parts.train.samples, test: parts.test?.samples ?? 0, validation: parts.validation?.samples ?? 0 };
  return { name, files, test, features, classes: targetNames ?? classes, samples, sha256: hashData(setsOf(parts)) };
}
