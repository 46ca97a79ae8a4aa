import { check, checkInteger, checkKeys, checkNumber, checkTyped, isList } from "../util/check.js";
import { maximum } from "../util/extremes.js";
import { type Rng, random } from "../util/random.js";
import { shown } from "../util/shown.js";
import { checkDataset } from "./check-dataset.js";
import type { Dataset } from "./dataset.js";
import { takeGroups } from "./group-split.js";
import { takeIteratively } from "./iterative-split.js";
import { quantileStrata } from "./quantile-strata.js";
import type { SampleMatrix } from "./sample-matrix.js";
import { takeSamples } from "./take-samples.js";

/** How to split. `test` is a fraction of all samples; `validation` a fraction of those that `test` leaves. Both in (0, 1). */
export interface SplitOptions {
  test: number;
  validation?: number;
  seed: number;
  /**
   * [samples] numbers of the strata, which take the place of classes; default the classes, of a target its quantiles (see `quantileStrata`). All 0
   * for a split that is not stratified. A Uint8Array [samples, labels] of 0 and 1 has labels of which a sample may have several: see `takeIteratively`.
   */
  strata?: Uint32Array | Uint8Array;
}

/** The parts of a dataset and the sample indices of each, ascending: disjoint, and together every sample. */
export interface Split<X extends SampleMatrix = SampleMatrix> {
  train: Dataset<X>;
  test: Dataset<X>;
  validation?: Dataset<X>;
  indices: { train: Uint32Array; test: Uint32Array; validation?: Uint32Array };
}

/**
 * A stratified random split, a function of (labels, groups, options) alone. Of a class, or stratum, with n_c samples, floor or ceil of fraction n_c go
 * to the test part. If n_c >= 2 these are at least one and at most n_c - 1, and none if n_c = 1: every class stays in train.
 * The classes with the largest remainders are rounded up (of equals the lower class index), until the total is round(fraction n).
 * If the limits above forbid that total, it is the nearest one they allow.
 * Validation samples are drawn from the rest in the same way and with their own random stream, so asking for them does not move the
 * test set.
 *
 * Samples of one group (`dataset.groups`) stay together. Whole groups are taken, so that each class comes as near to its count as they
 * allow. A class of several groups is in both parts if that is possible at all.
 *
 * Throws when a fraction is not strictly between 0 and 1, or when no class has a second sample (group) to give away.
 */
export function split<X extends SampleMatrix>(dataset: Dataset<X>, options: SplitOptions): Split<X> {
  checkDataset(dataset);
  checkKeys(options, { test: true, validation: true, seed: true, strata: true }, "split: option");
  const { test, validation, seed, strata } = options;
  const divideBy = strata instanceof Uint8Array ? overlapping(dataset, strata) : exclusive(dataset, strata);
  checkNumber(test, "split: test fraction", 0, 1, true);
  if (validation !== undefined) checkNumber(validation, "split: validation fraction", 0, 1, true);
  const all = Uint32Array.from({ length: dataset.samples }, (_, i) => i);
  const outer = divideBy(all, test, random(seed, "split", "test"), "test");
  const parts = { train: outer.kept, test: outer.taken };
  if (validation === undefined) {
    return { train: takeSamples(dataset, parts.train), test: takeSamples(dataset, parts.test), indices: parts };
  }
  const inner = divideBy(outer.kept, validation, random(seed, "split", "validation"), "validation");
  return {
    train: takeSamples(dataset, inner.kept),
    test: takeSamples(dataset, outer.taken),
    validation: takeSamples(dataset, inner.taken),
    indices: { train: inner.kept, test: outer.taken, validation: inner.taken },
  };
}

/** Divides samples of a pool: a fraction is taken, the others are kept. */
type Divide = (pool: Uint32Array, fraction: number, rng: Rng, part: string) => { taken: Uint32Array; kept: Uint32Array };

/** By classes, or strata: each sample is of one. */
function exclusive(dataset: Dataset, strata: Uint32Array | undefined): Divide {
  const byClass = !strata && dataset.classes.length > 0;
  const by = byClass ? dataset : stratified(dataset, strata ?? quantileStrata(dataset));
  return (pool, fraction, rng, part) => divide(by, pool, fraction, rng, part);
}

/** By labels of which a sample may have several. */
function overlapping(dataset: Dataset, labels: Uint8Array): Divide {
  const whole = labels.length > 0 && labels.length % dataset.samples === 0;
  check(whole && labels.every((value) => value <= 1), "split: strata", () => {
    return `is no list of ${dataset.samples} x labels zeros and ones`;
  });
  return (pool, fraction, rng) => {
    const chosen = takeIteratively(dataset, labels, pool, fraction, rng);
    return { taken: pool.filter((i) => chosen.has(i)), kept: pool.filter((i) => !chosen.has(i)) };
  };
}

/** The dataset with strata in the place of its classes. */
function stratified(dataset: Dataset, strata: Uint32Array): Dataset {
  checkTyped(strata, Uint32Array, "split: strata", dataset.samples);
  const count = Math.max(1 + maximum(strata), strata === dataset.y ? dataset.classes.length : 0);
  return { ...dataset, y: strata, classes: Array.from({ length: count }, (_, c) => String(c)) };
}

function divide(dataset: Dataset, pool: Uint32Array, fraction: number, rng: Rng, part: string) {
  const members: number[][] = dataset.classes.map(() => []);
  for (const i of pool) members[dataset.y[i]].push(i);
  const sizes = members.map((list) => list.length);
  const counts = stratifiedCounts(sizes, fraction);
  check(maximum(counts) > 0, `split of ${dataset.name}`, () => {
    return `no sample can go to the ${part} part: none of ${dataset.classes.length} classes has two samples among ${pool.length}`;
  });
  if (dataset.groups) {
    const chosen = takeGroups(dataset, pool, counts, rng, part);
    return { taken: pool.filter((i) => chosen.has(i)), kept: pool.filter((i) => !chosen.has(i)) };
  }
  const taken: number[] = [];
  const kept: number[] = [];
  members.forEach((list, c) => {
    const order = Uint32Array.from(list);
    rng.shuffle(order);
    order.forEach((i, rank) => {
      (rank < counts[c] ? taken : kept).push(i);
    });
  });
  return { taken: Uint32Array.from(taken).sort(), kept: Uint32Array.from(kept).sort() };
}

/** How many of each class's `sizes[c]` samples `split` takes for a share of `fraction` where there are no groups: [classes], rounded as it says. */
export function stratifiedCounts(sizes: readonly number[], fraction: number): number[] {
  check(isList(sizes), "stratifiedCounts", () => `${shown(sizes)} is no list of sizes`);
  for (const size of sizes) checkInteger(size, "stratifiedCounts: size", 0);
  checkNumber(fraction, "stratifiedCounts: fraction", 0, 1);
  const clamp = (count: number, size: number) => (size < 2 ? 0 : Math.min(Math.max(count, 1), size - 1));
  const counts = sizes.map((size) => clamp(Math.floor(fraction * size), size));
  const upper = sizes.map((size) => clamp(Math.ceil(fraction * size), size));
  const total = Math.round(fraction * sizes.reduce((sum, size) => sum + size, 0));
  let missing = total - counts.reduce((sum, count) => sum + count, 0);
  const remainder = (c: number) => fraction * sizes[c] - counts[c];
  const byRemainder = sizes.map((_, c) => c).filter((c) => upper[c] > counts[c]);
  byRemainder.sort((a, b) => remainder(b) - remainder(a) || a - b);
  for (const c of byRemainder) {
    if (missing-- <= 0) break;
    counts[c] = upper[c];
  }
  return counts;
}
