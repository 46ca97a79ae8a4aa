import { check } from "../util/check.js";
import type { Rng } from "../util/random.js";
import type { Dataset } from "./dataset.js";
import { groupBy } from "./group-by.js";

/**
 * The samples of `pool` that a part of `fraction` takes, so that it has its share of each label: `labels` [samples, labels] are 1 where a sample has
 * one, else 0. Iterative stratification (Sechidis, Tsoumakas, Vlahavas 2011): of the labels that are left the rarest is dealt out
 * first, each of its samples to the part that lacks most of it, of equals to the one that lacks most samples, then by lot. What has no
 * label comes last. Samples of one group go together. Throws where a part gets none.
 */
export function takeIteratively(
  { name, samples, groups }: Pick<Dataset, "name" | "samples" | "groups">,
  labels: Uint8Array,
  pool: Uint32Array,
  fraction: number,
  rng: Rng,
): Set<number> {
  const width = labels.length / samples;
  const order = Uint32Array.from(pool);
  rng.shuffle(order);
  const units = [...groupBy(order, (i) => groups?.[i] ?? i).values()].map((members) => ({
    members,
    counts: countsOf(members, labels, width),
  }));
  const left = new Float64Array(width);
  for (const { counts } of units) for (let l = 0; l < width; l++) left[l] += counts[l];
  const shares = [fraction, 1 - fraction]; // of the part, and of the rest
  const lacks = shares.map((share) => ({ samples: share * pool.length, labels: left.map((count) => share * count) }));
  const taken = new Set<number>();
  const open = new Set(units);
  const give = (unit: (typeof units)[number], label: number | undefined) => {
    const [part, rest] = lacks;
    const more = [label === undefined ? 0 : part.labels[label] - rest.labels[label], part.samples - rest.samples];
    const first = more.find((difference) => Math.abs(difference) > 1e-9) ?? rng.float() - 0.5;
    const to = first > 0 ? part : rest;
    if (to === part) for (const i of unit.members) taken.add(i);
    to.samples -= unit.members.length;
    for (let l = 0; l < width; l++) {
      to.labels[l] -= unit.counts[l];
      left[l] -= unit.counts[l];
    }
    open.delete(unit);
  };
  for (let label = rarest(left); label >= 0; label = rarest(left))
    for (const unit of [...open]) if (unit.counts[label] > 0) give(unit, label);
  for (const unit of [...open]) give(unit, undefined);
  check(taken.size > 0 && taken.size < pool.length, `split of ${name}`, () => {
    return `${fraction} of ${pool.length} samples leaves one of its parts empty; take another fraction`;
  });
  return taken;
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
