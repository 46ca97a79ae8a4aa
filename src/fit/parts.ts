import type { Dataset } from "../data/dataset.js";
import { foldsOf } from "../data/folds.js";
import { groupBy } from "../data/group-by.js";
import { labelFoldsOf } from "../data/iterative-split.js";
import { takeSamples } from "../data/take-samples.js";
import { type TaskName, taskOf } from "../tasks/index.js";
import { strataOf } from "../tasks/strata.js";
import { check } from "../util/check.js";
import { random } from "../util/random.js";
import type { FitPlan } from "./result.js";

/** One fold of several rounds. */
export interface Fold {
  readonly repeat: number;
  readonly fold: number;
  /** Indices of the samples held out, ascending. */
  readonly test: readonly number[];
  /** Indices of the others, ascending. */
  readonly rest: readonly number[];
}

/** Samples, and which of the whole data they are, by which another process takes the same. */
export interface Chosen {
  readonly data: Dataset;
  readonly indices: readonly number[];
  /** Whether their labels are not those of the whole data. */
  readonly relabelled?: boolean;
}

/** A fold's samples: what is trained on, and what is held out. */
export interface Part extends Fold {
  readonly train: Chosen;
  readonly heldOut: Chosen;
}

/** Rounds of folds, of what task and seed. */
export type Rounds = Pick<FitPlan, "task" | "seed" | "folds" | "repeats">;

/**
 * The folds of several rounds, each drawn from a stream that `name` names, by the task's strata. A class, or label, of a single sample, or group, is
 * never held out, nor what alone has not a label: nothing would be left to know it by. Folds are at most as many as samples, or groups.
 */
export function foldsIn(data: Dataset, { task: taskName, seed, folds, repeats }: Rounds, name: string): Fold[] {
  const units = countUnits(data);
  const task = taskOf(taskName);
  const strata = strataOf(task, data);
  const alone = task.scaled ? new Set() : aloneIn(data, strata); // strata of numbers are there to be even, and nothing to be known
  const count = Math.min(folds, units);
  check(count >= 2, data.name, () => `${units} group of samples cannot be held out in turns; at least two are needed`);
  const all = Array.from({ length: data.samples }, (_, i) => i);
  return Array.from({ length: repeats }, (_, repeat) => {
    const rng = random(seed, "fit folds", name, repeat);
    const folds = strata instanceof Uint8Array ? labelFoldsOf(data, strata, count, rng) : foldsOf(data, count, rng, strata);
    return Array.from({ length: count }, (_, fold) => {
      const isOut = (i: number) => folds[i] === fold && !alone.has(i);
      return { repeat, fold, test: all.filter(isOut), rest: all.filter((i) => !isOut(i)) };
    });
  })
    .flat()
    .filter(({ test }) => test.length > 0);
}

/** What a fold holds out whole: groups, or samples where there are none. */
export const countUnits = ({ groups, samples }: Dataset): number => (groups ? new Set(groups).size : samples);

/** The samples of each stratum; or those with each label, and those without it after these. */
function membersOf({ samples }: Dataset, strata: Uint32Array | Uint8Array): Map<number, number[]> {
  const width = strata.length / samples;
  const places = Array.from(strata.keys());
  if (strata instanceof Uint32Array) return groupBy(places, (i) => strata[i]);
  const labelled = groupBy(places, (k) => (k % width) + (strata[k] > 0 ? 0 : width));
  return new Map([...labelled].map(([label, cells]) => [label, cells.map((k) => Math.floor(k / width))]));
}

/** How many of some samples, or groups that they lie in, there are. */
const unitsIn = ({ groups }: Pick<Dataset, "groups">, samples: readonly number[]) =>
  new Set(samples.map((i) => groups?.[i] ?? i)).size;

/** The samples of a stratum, with a label or without it, that no other sample, or group, is of. */
function aloneIn(data: Dataset, strata: Uint32Array | Uint8Array): Set<number> {
  return new Set([...membersOf(data, strata).values()].filter((samples) => unitsIn(data, samples) === 1).flat());
}

/** `foldsIn` with their samples. */
export function partsOf(whole: Chosen, rounds: Rounds, name: string): Part[] {
  return foldsIn(whole.data, rounds, name).map((fold) => {
    return { ...fold, train: choose(whole, fold.rest), heldOut: choose(whole, fold.test) };
  });
}

/** All samples. */
export function chooseAll(data: Dataset): Chosen {
  return { data, indices: Array.from({ length: data.samples }, (_, i) => i) };
}

/** Some of the samples, by their places among these. */
export function choose({ data, indices, ...rest }: Chosen, places: readonly number[]): Chosen {
  return { ...rest, data: takeSamples(data, places), indices: places.map((i) => indices[i]) };
}

/** [classes] the samples of each, or the groups that they lie in. */
export function unitsOfClasses({ y, groups, classes }: Pick<Dataset, "y" | "groups" | "classes">): number[] {
  const members = groupBy(y.keys(), (i) => y[i]);
  return classes.map((_, c) => unitsIn({ groups }, members.get(c) ?? []));
}

/** Throws a usage error where a class has one sample, which cannot be both learnt and tested. */
export function checkClassSizes({ name, y, classes }: Dataset): void {
  const sizes = classes.map(() => 0);
  for (const c of y) sizes[c]++;
  const single = sizes.indexOf(1);
  check(single < 0, name, () => {
    return `class "${classes[single]}" has 1 sample, which cannot be both learnt and tested; leave it out, or join it with another class`;
  });
}

/** What there is to tell of classes, labels or events of fewer samples, or groups, than folds. */
export function classNotes(data: Dataset, folds: number, taskName?: TaskName): string[] {
  const task = taskOf(taskName);
  if (task.scaled) return []; // strata of numbers are there to be even
  const strata = strataOf(task, data);
  const { classes, targetNames = [] } = data;
  const labels = strata instanceof Uint8Array ? [...targetNames, ...targetNames.map((name) => `no ${name}`)] : [];
  const nameOf = (stratum: number) => classes[stratum] ?? labels[stratum] ?? `${targetNames.at(-1)} ${stratum}`;
  const units = [...membersOf(data, strata)]
    .toSorted(([a], [b]) => a - b)
    .map(([stratum, samples]) => ({ name: `"${nameOf(stratum)}"`, count: unitsIn(data, samples) }));
  const small = units.filter(({ count }) => count > 1 && count < folds).map(({ name, count }) => `${name} (${count})`);
  const one = units.filter(({ count }) => count === 1).map(({ name }) => name);
  const what = data.groups ? "groups" : "samples";
  return [
    ...(small.length > 0
      ? [`fewer ${what} than the ${folds} folds have ${small.join(", ")}: they are spread as far as they go`]
      : []),
    ...(one.length > 0 ? [`all samples of ${one.join(", ")} are alike or of one group: they are learnt and never tested`] : []),
  ];
}
