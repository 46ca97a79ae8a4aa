import type { Dataset } from "../data/dataset.js";
import { foldsOf } from "../data/folds.js";
import { groupBy } from "../data/group-by.js";
import { takeSamples } from "../data/take-samples.js";
import { check } from "../util/check.js";
import { random } from "../util/random.js";

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

interface Rounds {
  readonly folds: number;
  readonly repeats: number;
}

/**
 * The folds of several rounds, each drawn from a stream that `name` names. A class of a single sample, or group, is never held out: nothing
 * would be left to know it by. Folds are at most as many as samples, or groups.
 */
export function foldsIn(
  data: Pick<Dataset, "name" | "y" | "samples" | "groups" | "classes">,
  { folds, repeats }: Rounds,
  seed: number,
  name: string,
): Fold[] {
  const units = data.groups ? new Set(data.groups).size : data.samples;
  const classUnits = unitsOfClasses(data);
  const count = Math.min(folds, units);
  check(count >= 2, data.name, () => `${units} group of samples cannot be held out in turns; at least two are needed`);
  const all = Array.from({ length: data.samples }, (_, i) => i);
  return Array.from({ length: repeats }, (_, repeat) => {
    const folds = foldsOf(data, count, random(seed, "fit folds", name, repeat));
    return Array.from({ length: count }, (_, fold) => {
      const isOut = (i: number) => folds[i] === fold && classUnits[data.y[i]] > 1;
      return { repeat, fold, test: all.filter(isOut), rest: all.filter((i) => !isOut(i)) };
    });
  })
    .flat()
    .filter(({ test }) => test.length > 0);
}

/** `foldsIn` with their samples. */
export function partsOf(whole: Chosen, rounds: Rounds, seed: number, name: string): Part[] {
  return foldsIn(whole.data, rounds, seed, name).map((fold) => {
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
  return classes.map((_, c) => new Set((members.get(c) ?? []).map((i) => groups?.[i] ?? i)).size);
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

/** What there is to tell of classes of fewer samples, or groups, than folds. */
export function classNotes(data: Dataset, folds: number): string[] {
  const units = unitsOfClasses(data);
  const small = data.classes.flatMap((name, c) => (units[c] > 1 && units[c] < folds ? [`"${name}" (${units[c]})`] : []));
  const one = data.classes.filter((_, c) => units[c] === 1).map((name) => `"${name}"`);
  const what = data.groups ? "groups" : "samples";
  return [
    ...(small.length > 0
      ? [`fewer ${what} than the ${folds} folds have ${small.join(", ")}: they are spread as far as they go`]
      : []),
    ...(one.length > 0 ? [`all samples of ${one.join(", ")} are alike or of one group: they are learnt and never tested`] : []),
  ];
}
