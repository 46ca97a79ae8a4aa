import type { Dataset } from "../../data/dataset.js";
import { split } from "../../data/split.js";
import { takeSamples } from "../../data/take-samples.js";
import { flag, maybe, nullable, number, record, text, type ValueOf } from "../../options/schema.js";
import { checkedOutputs } from "../../tasks/checked.js";
import { strataOf } from "../../tasks/strata.js";
import type { Task } from "../../tasks/task.js";
import { check, checkInteger } from "../../util/check.js";
import { maximum } from "../../util/extremes.js";
import { count, some } from "../fields.js";
import type { DatasetConfig } from "./config.js";

/** A dataset as it was read: all samples, and those of a published test set where it has one. */
export interface ReadData {
  readonly whole: Dataset;
  readonly testSet: Dataset | null;
  /** Over values and labels of both. */
  readonly sha256: string;
}

/** Sample indices of the parts of one split; `test` into the published test set where there is one. */
export const INDICES = record({ train: some(count), test: some(count) });
export type SplitIndices = ValueOf<typeof INDICES>;

/** The splits of a dataset, as they are kept on disk. */
export const SPLITS = record({
  dataset: text(),
  sha256: text(),
  /** Samples of the data, and of the published test set or null. */
  samples: count,
  testSet: nullable(count),
  features: count,
  classes: some(text()),
  notes: maybe(some(text())),
  /** true: one split, which all seeds share. */
  fixed: flag(),
  /** The first seed: split s takes seed + s. */
  seed: number(),
  splits: some(INDICES),
});
export interface SplitRecord extends Omit<ValueOf<typeof SPLITS>, "notes"> {
  /** What was guessed of the files; absent where nothing was. */
  readonly notes?: readonly string[] | null;
}

/**
 * Draws the splits of a dataset for a task: random ones by seed + s, stratified as the task says, or its fixed one. Throws a usage error
 * where a stratum has a single sample (it cannot be in both parts), where a fixed split names samples that do not exist, one sample twice, or
 * a stratum it does not train on.
 */
export function drawSplits(config: DatasetConfig, data: ReadData, seed: number, task: Task): SplitRecord {
  const { whole, testSet, sha256 } = data;
  const where = `dataset ${config.name}`;
  const splits = config.fixed
    ? [fixedSplit(config, data, seed, task)]
    : Array.from({ length: config.splits }, (_, s) => randomSplit(config, whole, seed + s, task));
  const ofTest = (testSet?.notes ?? []).map((note) => `test set: ${note}`);
  const notes = [...(whole.notes ?? []), ...ofTest];
  const record: SplitRecord = {
    dataset: config.name,
    sha256,
    samples: whole.samples,
    testSet: testSet?.samples ?? null,
    features: whole.features,
    classes: checkedOutputs(task, whole),
    fixed: config.fixed !== null,
    ...(notes.length > 0 && { notes }),
    seed,
    splits,
  };
  for (const indices of splits) checkParts(partsOf(data, indices, task), task, where);
  return record;
}

/** The split of run `s` of a dataset. */
export function splitOf({ fixed, splits }: SplitRecord, s: number): SplitIndices {
  return splits[fixed ? 0 : s];
}

/** The parts that indices name, for a task. */
export function partsOf(
  { whole, testSet }: ReadData,
  { train, test }: SplitIndices,
  task: Task,
): { train: Dataset; test: Dataset } {
  const from = testSet ? (task.align?.(testSet, whole.classes) ?? testSet) : whole;
  return { train: takeSamples(whole, train), test: takeSamples(from, test, whole.name) };
}

function randomSplit({ name, test }: DatasetConfig, whole: Dataset, seed: number, task: Task): SplitIndices {
  const single = countStrata(task, whole).indexOf(1);
  check(single < 0, `dataset ${name}`, () => {
    return `${nameOf(task, whole, single)} has 1 sample, a split needs 2 or more of a class: one to train on, one to test; leave it out, or give a fixed split`;
  });
  const { indices } = split(whole, { test, seed, strata: strataOf(task, whole) });
  return { train: Array.from(indices.train), test: Array.from(indices.test) };
}

function fixedSplit({ name, fixed }: DatasetConfig, { whole, testSet }: ReadData, seed: number, task: Task): SplitIndices {
  const where = `dataset ${name}: fixed split`;
  const from = testSet ?? whole;
  if (!fixed) throw new Error("no fixed split");
  if ("first" in fixed) {
    checkInteger(fixed.first, where, 1, whole.samples - 1);
    check(testSet === null, where, () => {
      return "first leaves the others for testing, but the dataset has a test set; give drawn or lists";
    });
    return { train: range(0, fixed.first), test: range(fixed.first, whole.samples) };
  }
  if ("drawn" in fixed) return drawn(fixed.drawn, whole, testSet, seed, task, where);
  checkIndices(fixed.train, whole, `${where}: train`);
  checkIndices(fixed.test, from, `${where}: test`);
  const trained = new Set(fixed.train);
  const both = testSet ? undefined : fixed.test.find((i) => trained.has(i));
  check(both === undefined, where, () => `sample ${both} is in both parts`);
  return fixed;
}

function drawn(
  [train, test]: readonly [number, number],
  whole: Dataset,
  testSet: Dataset | null,
  seed: number,
  task: Task,
  where: string,
): SplitIndices {
  const pick = (dataset: Dataset, count: number) => {
    checkInteger(
      count,
      `${where}: samples of ${dataset.name}`,
      Math.max(1, task.strata ? dataset.classes.length : 1),
      dataset.samples - 1,
    );
    return split(dataset, { test: count / dataset.samples, seed, strata: strataOf(task, dataset) }).indices.test;
  };
  const tested = pick(testSet ?? whole, test);
  if (testSet) return { train: Array.from(pick(whole, train)), test: Array.from(tested) };
  const taken = new Set(tested);
  const rest = range(0, whole.samples).filter((i) => !taken.has(i));
  const left = takeSamples(whole, rest);
  return {
    train: Array.from(train === left.samples ? range(0, train) : pick(left, train), (i) => rest[i]),
    test: Array.from(tested),
  };
}

function checkIndices(indices: readonly number[], { samples }: Dataset, where: string): void {
  for (const index of indices) checkInteger(index, where, 0, samples - 1);
  check(new Set(indices).size === indices.length, where, () => "a sample is listed twice");
}

/** Throws when a stratum is tested on that nothing is trained on, or nothing is left to tell apart. */
function checkParts({ train, test }: { train: Dataset; test: Dataset }, task: Task, where: string): void {
  const trained = countStrata(task, train);
  const missing = countStrata(task, test).findIndex((count, c) => count > 0 && !trained[c]);
  check(missing < 0, where, () => `${nameOf(task, train, missing)} is in the test part but not in the training part of a split`);
}

/** Samples of each stratum. */
function countStrata(task: Task, set: Dataset): number[] {
  const strata = strataOf(task, set);
  if (strata instanceof Uint8Array) {
    const width = strata.length / set.samples;
    return Array.from({ length: width }, (_, l) => strata.reduce((sum, one, k) => sum + (k % width === l ? one : 0), 0));
  }
  const counts = new Array<number>(1 + maximum(strata)).fill(0);
  for (const stratum of strata) counts[stratum]++;
  return counts;
}

/** What messages call a stratum: a class by its name. */
function nameOf(task: Task, set: Dataset, stratum: number): string {
  const { classes, targetNames } = set;
  if (strataOf(task, set) instanceof Uint8Array) return `label "${targetNames?.[stratum]}"`;
  return task.align ? `class "${classes[stratum]}"` : `stratum ${stratum}`;
}

function range(from: number, to: number): number[] {
  return Array.from({ length: to - from }, (_, i) => from + i);
}
