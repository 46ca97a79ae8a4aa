import type { Dataset } from "../data/dataset.js";
import { groupBy } from "../data/group-by.js";
import { fillMissing, fitMedians } from "../data/missing.js";
import { featureName } from "../data/names.js";
import { comparer, hashesOf } from "../data/overlap.js";
import { sampleReader } from "../data/sample-matrix.js";
import { fitStandardizer } from "../data/standardize.js";
import { counted } from "../util/counted.js";
import { maximum } from "../util/extremes.js";
import { unitsOfClasses } from "./parts.js";

/** Samples whose correlation is above this are nearly equal: a second measurement of one sample, the next view of one object. */
export const NEAR = 0.99;
/** Of fewer features rows correlate by chance. */
const ENOUGH_FEATURES = 50;
/** Cells of all samples, of 4 bytes each, up to which they are compared. */
const MOST_CELLS = 2 ** 27;
/** Steps that comparing may take: some seconds. A pair that is far apart takes CHUNK of them, or a few times as many. */
const MOST_STEPS = 2 ** 32;
const CHUNK = 16;

/** Samples that belong into one fold, and what to tell of them. */
export interface NearEqual {
  /** [samples] names of groups: those given, joined where samples of two are alike. Absent where each sample is on its own. */
  readonly groups?: readonly string[];
  readonly notes: readonly string[];
}

/**
 * Groups of samples that cannot be both learnt from and tested on: of equal values, nearly equal, or of one group of the data. If a is alike b and b
 * alike c, all three are a group. Two samples are nearly equal if the correlation of their values, standardised by feature, is above 0.99.
 *
 * Notes tell what was found, and where it was not looked for nearly equal ones: of fewer than 50 features, of more than 2^27 cells, and of samples
 * that come after 2^32 steps of comparing. Alike samples are not kept together if they are more than half of all; nor are nearly equal ones of a
 * class that would be left with fewer than `units` samples and groups: samples of classes that lie far apart are all nearly equal to their own.
 */
export function nearEqual(dataset: Dataset, { steps = MOST_STEPS, units = 2 } = {}): NearEqual {
  const { samples, groups } = dataset;
  const near = nearSamples(dataset, steps);
  let roots = joined(samples, listsOf(groups ?? []));
  const notes: string[] = [];
  const join = (lists: readonly (readonly number[])[], word: string) => {
    const count = countNew(lists, roots);
    if (count === 0) return;
    const more = joined(samples, [...listsOf(roots), ...lists]);
    const most = (all: Uint32Array) => maximum(listsOf(all).map(({ length }) => length));
    const apart = most(more) <= Math.max(most(roots), samples / 2);
    if (apart) roots = more;
    const kept = apart ? "they stay in one fold" : "they are not kept in one fold, as that would have more than half of all";
    notes.push(`${count} of ${samples} samples are ${word} to others: ${kept}`);
  };
  join(equalSamples(dataset), "equal");
  const word = `nearly equal (correlation above ${NEAR})`;
  const lost = lostClasses(dataset, roots, near.pairs, units);
  const isLost = (pair: readonly number[]) => pair.some((i) => lost.has(dataset.y[i]));
  const count = countNew(near.pairs.filter(isLost), roots);
  if (count > 0) {
    const names = [...lost].map((c) => `"${dataset.classes[c]}"`).join(", ");
    const why = `as too few folds would have a sample of ${names}`;
    notes.push(`${count} of ${samples} samples are ${word} to others: they are not kept in one fold, ${why}`);
  }
  join(
    near.pairs.filter((pair) => !isLost(pair)),
    word,
  );
  if (near.left) notes.push(`nearly equal samples were not looked for ${near.left}`);
  const alone = roots.every((root, i) => root === i);
  return { ...(!alone && { groups: Array.from(roots, (root) => groups?.[root] ?? String(root + 1)) }), notes };
}

/** How many samples lists join that were not joined yet. */
const countNew = (lists: readonly (readonly number[])[], roots: Uint32Array): number =>
  new Set(lists.filter((list) => list.some((i) => roots[i] !== roots[list[0]])).flat()).size;

/** The classes that lists would leave with fewer than `units` units, and with fewer than now. */
function lostClasses(
  { samples, y, classes }: Dataset,
  roots: Uint32Array,
  lists: readonly (readonly number[])[],
  units: number,
): Set<number> {
  const unitsBy = (keys: Uint32Array) => unitsOfClasses({ y, classes, groups: Array.from(keys, String) });
  const [before, after] = [roots, joined(samples, [...listsOf(roots), ...lists])].map(unitsBy);
  return new Set([...classes.keys()].filter((c) => after[c] < Math.min(units, before[c])));
}

/** The indices of each name or number. */
const listsOf = (keys: ArrayLike<string | number>) => [
  ...groupBy(
    Array.from(keys, (_, i) => i),
    (i) => keys[i],
  ).values(),
];

/** [samples] the first of the samples that each is joined with, by lists that have samples in common. */
function joined(samples: number, lists: readonly (readonly number[])[]): Uint32Array {
  const parent = Uint32Array.from({ length: samples }, (_, i) => i);
  const rootOf = (i: number): number => {
    while (parent[i] !== i) {
      parent[i] = parent[parent[i]];
      i = parent[i];
    }
    return i;
  };
  for (const [first, ...rest] of lists) {
    for (const i of rest) {
      const [a, b] = [rootOf(first), rootOf(i)];
      parent[Math.max(a, b)] = Math.min(a, b);
    }
  }
  return parent.map((_, i) => rootOf(i));
}

/** Lists of samples of the same values. */
function equalSamples(dataset: Dataset): number[][] {
  const hashes = hashesOf(dataset);
  const equal = comparer(dataset, dataset);
  return [...groupBy(hashes.keys(), (i) => hashes[i]).values()].flatMap((candidates) => {
    const classes: number[][] = [];
    for (const i of candidates) {
      const found = classes.find(([first]) => equal(first, i));
      if (found) found.push(i);
      else classes.push([i]);
    }
    return classes.filter(({ length }) => length > 1);
  });
}

/** Pairs of samples that are nearly equal, and where it was not looked for some. */
function nearSamples(dataset: Dataset, steps: number): { pairs: number[][]; left?: string } {
  const { samples, features } = dataset;
  if (features < ENOUGH_FEATURES) return { pairs: [], left: `in ${counted(features, "feature")}, which are alike by chance` };
  if (samples * features > MOST_CELLS)
    return { pairs: [], left: `in ${counted(samples, "sample")} of ${counted(features, "feature")}, as there are too many` };
  const rows = unitRows(dataset);
  const far = 2 * (1 - NEAR);
  const pairs: number[][] = [];
  let left = steps;
  for (let i = 1; i < samples; i++) {
    if (left < 0) return { pairs, left: `from sample ${i + 1} on, as there are too many` };
    for (let k = 0; k < i; k++) {
      let [distance, j] = [0, 0];
      for (let [a, b] = [i * features, k * features]; j < features && distance < far; ) {
        for (const end = Math.min(features, j + CHUNK); j < end; j++, a++, b++) distance += (rows[a] - rows[b]) ** 2;
      }
      left -= j;
      if (distance < far) pairs.push([k, i]);
    }
  }
  return { pairs };
}

/**
 * [samples, features] standardised by feature, each row less its mean and of length 1: the squared distance of two is 2 (1 - correlation). So a
 * pair is far apart as soon as a part of the sum is.
 */
function unitRows({ name, x, samples, features, featureNames, missing }: Dataset): Float32Array {
  const known = missing
    ? fillMissing(
        x,
        fitMedians(x, features, (j) => `${name}: ${featureName(featureNames, j)}`),
      )
    : x;
  const { mean, std } = fitStandardizer(known, samples, features);
  const read = sampleReader(known, features);
  const rows = new Float32Array(samples * features);
  for (let i = 0; i < samples; i++) {
    const values = Float64Array.from(read(i), (value, j) => (value - mean[j]) / std[j]);
    const middle = values.reduce((sum, value) => sum + value, 0) / features;
    const length = Math.sqrt(values.reduce((sum, value) => sum + (value - middle) ** 2, 0));
    for (let j = 0; j < features; j++) rows[i * features + j] = (values[j] - middle) / length; // NaN of a row of one value: alike no other
  }
  return rows;
}
