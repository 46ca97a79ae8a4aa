import type { Dataset } from "../data/dataset.js";
import { countMissing } from "../data/missing.js";
import { list, plainName } from "../data/names.js";
import { sampleReader } from "../data/sample-matrix.js";
import { takeSamples } from "../data/take-samples.js";
import { checkedOutputs, checkedTargets, wholeTargets } from "../tasks/checked.js";
import { taskOf } from "../tasks/index.js";
import { fitTargets } from "../tasks/target-scale.js";
import { checkFit } from "../train/measures.js";
import { CoppiceError, check } from "../util/check.js";
import { minimum } from "../util/extremes.js";
import { cut } from "../util/shown.js";
import { type Fold, foldsIn, unitsOfClasses } from "./parts.js";
import type { FitPlan } from "./result.js";

/** The folds of a plan. */
export type Folds = Pick<FitPlan, "task" | "seed" | "folds" | "repeats" | "outer">;

/** What a training of a search learns from: indices of samples, and of what search. */
interface Rest {
  readonly rest: readonly number[];
  readonly within: string;
}

const WITHIN = "the estimate holds out a fold, and in the rest ";

/**
 * Draws all folds that a search and its estimate are going to have, before anything is trained. Throws a usage error where one of them has not two
 * classes that can be both learnt and held out: the scores of one class alone would choose a model that always says that class. Likewise where a
 * feature has no value in what a training learns from, which its median is of, and where a task has nothing to learn there. Returns the samples of
 * the smallest training.
 */
export function checkFolds(data: Dataset, folds: Folds): number {
  const { outer } = folds;
  checkHeldOut(data, "");
  const rests: Rest[] = foldsIn(data, folds, "whole").map(({ rest }) => ({ rest, within: "" }));
  for (const { repeat, fold, rest } of outer ? foldsIn(data, { ...folds, ...outer }, "outer") : []) {
    const part = takeLabels(data, rest);
    checkHeldOut(part, WITHIN);
    const inner = foldsIn(part, folds, outerName({ repeat, fold }));
    for (const one of inner) rests.push({ rest: one.rest.map((i) => rest[i]), within: WITHIN });
  }
  if (data.missing) checkKnown(data, rests);
  for (const { rest, within } of rests)
    checkLearnt(takeLabels(data, rest, `${data.name}: ${within}a fold is held out, and in the rest`), folds);
  return minimum(rests.map(({ rest }) => rest.length));
}

/** Throws what a task has against learning a part of the data: a constant target, no event, or none before another, a label that no sample has. */
function checkLearnt(part: Dataset, { task: name }: Pick<Folds, "task">): void {
  const task = taskOf(name);
  const { length: outputs } = checkedOutputs(task, part);
  fitTargets(task, part, outputs);
  const targets = () => wholeTargets(checkedTargets(task, part, outputs), part);
  checkFit(task.metrics, targets, { samples: part.samples, outputs }, part.name, () => "there is nothing to learn");
}

/** Whether a task has nothing against learning a part of the data. */
export function canLearn(part: Dataset, task: Pick<Folds, "task">): boolean {
  try {
    checkLearnt(part, task);
    return true;
  } catch (error) {
    if (error instanceof CoppiceError && error.kind === "usage") return false;
    throw error;
  }
}

/** Throws unless every feature has a value in what each training learns from. */
function checkKnown({ name, x, samples, features, featureNames }: Dataset, rests: readonly Rest[]): void {
  const most = samples - minimum(rests.map(({ rest }) => rest.length)); // values that one fold may hold all of
  const rare = [...countMissing(x, features).byFeature.entries()].filter(([, lacking]) => samples - lacking <= most);
  const known = new Map(rare.map(([j]) => [j, [] as number[]]));
  const read = sampleReader(x, features);
  for (let i = 0; i < samples; i++) {
    const row = read(i);
    for (const [j, own] of known) if (!Number.isNaN(row[j])) own.push(i);
  }
  for (const { rest, within } of rests) {
    const has = new Set(rest);
    const without = [...known].filter(([, own]) => !own.some((i) => has.has(i))).map(([j]) => plainName(featureNames, j));
    check(without.length === 0, name, () => {
      const todo = within ? ", or give --estimate none" : "";
      return `${within || "a fold is held out, and in the rest "}there is no value of ${list(without)}, so no median; leave out what has so few values, or every feature that lacks any (missing: drop-features)${todo}`;
    });
  }
}

/** What an outer fold is called in the store, and in the streams of its search. */
export const outerName = ({ repeat, fold }: Pick<Fold, "repeat" | "fold">): string => `outer-${repeat + 1}-${fold + 1}`;

/** Some samples without their features, of which neither folds nor targets know. */
const takeLabels = (data: Dataset, indices: readonly number[], name = data.name): Dataset =>
  takeSamples(
    { ...data, name, x: new Float32Array(data.samples), features: 1, featureNames: undefined, imageShape: undefined },
    indices,
  );

/** Throws unless two classes, where there are some, have more than one sample, or group; `within` says of what. */
function checkHeldOut(data: Dataset, within: string): void {
  const { name, y, groups, classes } = data;
  if (classes.length === 0) return;
  const units = unitsOfClasses(data);
  check(units.filter((count) => count > 1).length >= 2, name, () => {
    const single = units.indexOf(1);
    const of = (c: number) => `class "${cut(classes[c])}"`;
    const group = groups?.[y.indexOf(single)];
    const found =
      single < 0
        ? "there are no two classes"
        : group === undefined
          ? `${of(single)} has 1 sample`
          : `all samples of ${of(single)} are in one group, "${cut(group)}" (samples that are equal are a group, too)`;
    const todo = within ? "--estimate none, or " : "";
    const more = groups ? "other groups (--group), or none" : "more samples of it";
    return `${within}${found}, which cannot be both learnt and tested; give ${todo}${more}`;
  });
}
