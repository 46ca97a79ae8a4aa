import { check } from "../util/check.js";
import { maximum } from "../util/extremes.js";
import type { Rng } from "../util/random.js";
import type { Dataset } from "./dataset.js";
import { groupBy } from "./group-by.js";

/**
 * The samples of `pool` that a part of `fraction` takes, so that it has its share of each label: see `dealIteratively`. Throws where a part gets none.
 */
export function takeIteratively(
  dataset: Grouped,
  labels: Uint8Array,
  pool: Uint32Array,
  fraction: number,
  rng: Rng,
): Set<number> {
  const parts = dealIteratively(dataset, labels, pool, [fraction, 1 - fraction], rng);
  const taken = new Set(pool.filter((_, at) => parts[at] === 0));
  check(taken.size > 0 && taken.size < pool.length, `split of ${dataset.name}`, () => {
    return `${fraction} of ${pool.length} samples leaves one of its parts empty; take another fraction`;
  });
  return taken;
}

/** [samples] the fold, from 0 to count - 1, of each sample, with its share of each label: see `dealIteratively`. */
export function labelFoldsOf(dataset: Grouped, labels: Uint8Array, count: number, rng: Rng): Uint32Array {
  const pool = Uint32Array.from({ length: dataset.samples }, (_, i) => i);
  return dealIteratively(dataset, labels, pool, new Array<number>(count).fill(1 / count), rng);
}

type Grouped = Pick<Dataset, "name" | "samples" | "groups">;

/**
 * [pool] the part of each sample of `pool`, of parts with these shares: `labels` [samples, labels] are 1 where a sample has one, else 0. Iterative
 * stratification (Sechidis, Tsoumakas, Vlahavas 2011): of the labels that are left the rarest is dealt out first, each of its samples to the part
 * that lacks most of it, of equals to the one that lacks most samples, then by lot. What has no label comes last. Samples of one group go together.
 * To lack a label counts as one more label where fewer samples, or groups, do than there are parts: else one part may have all of them.
 */
function dealIteratively(
  { samples, groups }: Grouped,
  labels: Uint8Array,
  pool: Uint32Array,
  shares: readonly number[],
  rng: Rng,
): Uint32Array {
  const order = Uint32Array.from(pool);
  rng.shuffle(order);
  const found = [...groupBy(order, (i) => groups?.[i] ?? i).values()].map((members) => ({
    members,
    counts: countsOf(members, labels, labels.length / samples),
  }));
  const lacking = (label: number) => found.filter(({ members, counts }) => counts[label] < members.length).length;
  const rare = [...Array(labels.length / samples).keys()].filter((l) => lacking(l) > 0 && lacking(l) < shares.length);
  const units = found.map(({ members, counts }) => {
    return { members, counts: [...counts, ...rare.map((label) => members.length - counts[label])] };
  });
  const width = labels.length / samples + rare.length;
  const left = new Float64Array(width);
  for (const { counts } of units) for (let l = 0; l < width; l++) left[l] += counts[l];
  const lacks = shares.map((share) => ({ samples: share * pool.length, labels: left.map((count) => share * count) }));
  const partOf = new Map<number, number>();
  const open = new Set(units);
  const give = (unit: (typeof units)[number], label: number | undefined) => {
    const byLabel = label === undefined ? [...lacks.keys()] : largest([...lacks.keys()], (p) => lacks[p].labels[label]);
    const most = largest(byLabel, (p) => lacks[p].samples);
    const to = most.length > 1 ? most[Math.min(most.length - 1, Math.floor((1 - rng.float()) * most.length))] : most[0];
    for (const i of unit.members) partOf.set(i, to);
    lacks[to].samples -= unit.members.length;
    for (let l = 0; l < width; l++) {
      lacks[to].labels[l] -= unit.counts[l];
      left[l] -= unit.counts[l];
    }
    open.delete(unit);
  };
  for (let label = rarest(left); label >= 0; label = rarest(left))
    for (const unit of [...open]) if (unit.counts[label] > 0) give(unit, label);
  for (const unit of [...open]) give(unit, undefined);
  return pool.map((i) => partOf.get(i) as number);
}

/** The items of the largest value, as far as sums in another order tell. */
function largest(items: readonly number[], numberOf: (item: number) => number): number[] {
  const most = maximum(items.map(numberOf));
  return items.filter((item) => numberOf(item) >= most - 1e-9);
}

/** How many of some samples have each label. */
function countsOf(members: readonly number[], labels: Uint8Array, width: number): number[] {
  return Array.from({ length: width }, (_, l) => members.reduce((sum, i) => sum + labels[i * width + l], 0));
}

/** The label that fewest samples have, of those that any has; -1 where there is none. */
function rarest(left: Float64Array): number {
  let best = -1;
  for (const [l, count] of left.entries()) if (count > 0 && (best < 0 || count < left[best])) best = l;
  return best;
}
