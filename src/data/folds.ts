import { check, checkInteger } from "../util/check.js";
import { minimum } from "../util/extremes.js";
import type { Rng } from "../util/random.js";
import type { Dataset } from "./dataset.js";
import { groupBy } from "./group-by.js";

/**
 * [samples] the fold, from 0 to count - 1, of each sample. Samples of one group (`dataset.groups`) stay together. Each class is spread over the folds
 * as evenly as groups allow: without groups, no fold has two samples of a class more than another. A class of fewer samples than folds is in
 * some of them alone. `strata` [samples] take the place of classes.
 *
 * Groups are dealt in random order, the largest first: each to the fold that has the smallest share of its classes so far (of equals to the
 * smallest fold). A function of labels, groups, `count` and the stream alone. Throws where there are fewer samples, or groups, than folds.
 */
export function foldsOf(
  { name, y, samples, groups }: Pick<Dataset, "name" | "y" | "samples" | "groups">,
  count: number,
  rng: Rng,
  strata: Uint32Array = y,
): Uint32Array {
  const where = `folds of ${name}`;
  checkInteger(count, `${where}: count`, 2);
  const order = Uint32Array.from({ length: samples }, (_, i) => i);
  rng.shuffle(order);
  const units = [...groupBy(order, (i) => groups?.[i] ?? i).values()].sort((a, b) => b.length - a.length);
  check(units.length >= count, where, () => {
    return `${units.length} ${groups ? "groups" : "samples"} do not fill ${count} folds; take ${units.length} folds at most`;
  });
  const sizes = new Float64Array(count);
  const totals = groupBy(order, (i) => strata[i]);
  const shares = new Map(Array.from(totals.keys(), (stratum) => [stratum, new Float64Array(count)] as const));
  const folds = new Uint32Array(samples);
  for (const unit of units) {
    const costs = sizes.map((_, fold) => unit.reduce((sum, i) => sum + (shares.get(strata[i])?.[fold] ?? 0), 0));
    const least = minimum(costs) + 1e-9; // shares that are added up in another order
    const near = Array.from(sizes.keys()).filter((fold) => costs[fold] <= least);
    const fold = near.reduce((best, other) => (sizes[other] < sizes[best] ? other : best));
    for (const i of unit) {
      folds[i] = fold;
      sizes[fold]++;
      const share = shares.get(strata[i]) as Float64Array;
      share[fold] += 1 / (totals.get(strata[i])?.length ?? 1);
    }
  }
  return folds;
}
