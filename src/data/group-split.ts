import { check } from "../util/check.js";
import type { Rng } from "../util/random.js";
import type { Dataset } from "./dataset.js";
import { groupBy } from "./group-by.js";

// Exchanging two groups is tried for so many: with more there are groups small enough that moving single ones comes as near.
const MOST_EXCHANGED = 400;

/**
 * The samples of whole groups to take from `pool` so that of each class c as near as can be to counts[c] samples are taken. Groups are
 * visited in a random order and moved in or out, then exchanged in pairs, while that lowers
 *
 *     sum over classes ((taken_c - counts_c) / n_c)^2 + the number of classes that one side lacks although it could have them
 *
 * (a class of two groups or more can be on both sides). Throws where there are fewer than two groups, or nothing is taken in the end.
 */
export function takeGroups(dataset: Dataset, pool: Uint32Array, counts: readonly number[], rng: Rng, part: string): Set<number> {
  const names = dataset.groups ?? [];
  const where = `split of ${dataset.name}`;
  const groups = [...groupBy(pool, (i) => names[i]).values()];
  check(groups.length >= 2, where, () => {
    return `one group ("${names[pool[0]]}") holds all ${pool.length} samples; the ${part} part needs another`;
  });
  const order = Uint32Array.from(groups, (_, g) => g);
  rng.shuffle(order);
  const chosen = chooseGroups(
    Array.from(order, (g) => classCounts(dataset, groups[g])),
    counts,
  );
  const taken = new Set(Array.from(order).flatMap((g, k) => (chosen[k] ? groups[g] : [])));
  check(taken.size > 0 && taken.size < pool.length, where, () => {
    return `no group can go to the ${part} part without taking a class from the other: ${groups.length} groups hold ${pool.length} samples`;
  });
  return taken;
}

/** Samples of each class, as [class, count] of those that occur. */
function classCounts({ y }: Dataset, samples: readonly number[]): [number, number][] {
  const counts = new Map<number, number>();
  for (const i of samples) counts.set(y[i], (counts.get(y[i]) ?? 0) + 1);
  return [...counts];
}

function chooseGroups(groups: readonly (readonly [number, number][])[], wanted: readonly number[]): boolean[] {
  const size = wanted.map(() => 0);
  const spread = wanted.map(() => 0); // groups that have the class
  for (const group of groups) {
    for (const [c, count] of group) {
      size[c] += count;
      spread[c]++;
    }
  }
  const taken = wanted.map(() => 0);
  const costOf = (c: number, count: number) => {
    const lacking = spread[c] > 1 ? Number(count === 0) + Number(count === size[c]) : 2 * Number(count > 0);
    return ((count - wanted[c]) / size[c]) ** 2 + lacking;
  };
  const chosen = groups.map(() => false);
  /** By how much moving a group in or out would raise the cost. */
  const change = (g: number): number => {
    const sign = chosen[g] ? -1 : 1;
    let difference = 0;
    for (const [c, count] of groups[g]) difference += costOf(c, taken[c] + sign * count) - costOf(c, taken[c]);
    return difference;
  };
  const move = (g: number) => {
    const sign = chosen[g] ? -1 : 1;
    for (const [c, count] of groups[g]) taken[c] += sign * count;
    chosen[g] = !chosen[g];
  };
  // rounding may not make a move pay both ways
  const LEAST = 1e-9;
  const moveWhilePaying = () => {
    for (let moved = true; moved; ) {
      moved = false;
      for (let g = 0; g < groups.length; g++) {
        if (change(g) > -LEAST) continue;
        move(g);
        moved = true;
      }
    }
  };
  const exchange = (): boolean => {
    for (let a = 0; a < groups.length; a++) {
      for (let b = a + 1; b < groups.length; b++) {
        if (chosen[a] === chosen[b]) continue;
        const debt = change(a);
        move(a);
        if (debt + change(b) < -LEAST) {
          move(b);
          return true;
        }
        move(a);
      }
    }
    return false;
  };
  moveWhilePaying();
  while (groups.length <= MOST_EXCHANGED && exchange()) moveWhilePaying();
  return chosen;
}
