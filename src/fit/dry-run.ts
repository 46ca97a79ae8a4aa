import type { Dataset } from "../data/dataset.js";
import { check } from "../util/check.js";
import { cut } from "../util/shown.js";
import { type Fold, foldsIn, unitsOfClasses } from "./parts.js";
import type { FitPlan } from "./result.js";

/** The folds of a plan. */
export type Folds = Pick<FitPlan, "seed" | "folds" | "repeats" | "outer">;

type Labelled = Pick<Dataset, "name" | "y" | "samples" | "groups" | "classes">;

/**
 * Draws all folds that a search and its estimate are going to have, before anything is trained. Throws a usage error where one of them has not two
 * classes that can be both learnt and held out: the scores of one class alone would choose a model that always says that class.
 */
export function checkFolds(data: Dataset, folds: Folds): void {
  const { seed, outer } = folds;
  checkHeldOut(data, "");
  foldsIn(data, folds, seed, "whole");
  if (!outer) return;
  for (const { repeat, fold, rest } of foldsIn(data, outer, seed, "outer")) {
    const part = takeLabels(data, rest);
    checkHeldOut(part, "the estimate holds out a fold, and in the rest ");
    foldsIn(part, folds, seed, outerName({ repeat, fold }));
  }
}

/** What an outer fold is called in the store, and in the streams of its search. */
export const outerName = ({ repeat, fold }: Pick<Fold, "repeat" | "fold">): string => `outer-${repeat + 1}-${fold + 1}`;

/** The labels and groups of some samples. */
function takeLabels({ name, y, groups, classes }: Labelled, indices: readonly number[]): Labelled {
  return {
    name,
    classes,
    samples: indices.length,
    y: Uint32Array.from(indices, (i) => y[i]),
    ...(groups && { groups: indices.map((i) => groups[i]) }),
  };
}

/** Throws unless two classes have more than one sample, or group; `within` says of what. */
function checkHeldOut(data: Labelled, within: string): void {
  const { name, y, groups, classes } = data;
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
