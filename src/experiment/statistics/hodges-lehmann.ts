import { checkNumber } from "../../util/check.js";
import { coinSums } from "./coin-sums.js";
import { checkDifferences } from "./wilcoxon.js";

/** The typical difference, and what it may be off by. */
export interface HodgesLehmann {
  /** The median of the Walsh averages. */
  readonly estimate: number;
  /** null where so few differences have no interval of the level asked for: 2^(1 - n) > 1 - level; at 95 %, fewer than 6. */
  readonly interval: { readonly low: number; readonly high: number; readonly coverage: number } | null;
  readonly level: number;
}

/**
 * The Hodges-Lehmann estimate of the centre of paired differences, with the interval that goes with the signed-rank test (Hodges & Lehmann,
 * Annals of Mathematical Statistics 34, 1963; Hollander, Wolfe & Chicken, Nonparametric Statistical Methods, 3.2 and 3.3).
 *
 * The Walsh averages are the (d_i + d_j) / 2 for all i <= j, M = n (n + 1) / 2 of them; the estimate is their median. W+ of the differences
 * moved by theta is the number of averages above theta, so the interval from the k-th smallest to the k-th largest holds the
 * centre, with its ends, with probability 1 - 2 P(W+ < k). Taken is the largest k by which that is at least `level`; `coverage` is what it
 * is, which for small n is above the level (n = 6: 96.9 % for 95 %; n = 13: 95.2 %). Differences must be independent, and symmetric around
 * their centre; where values tie or are 0 the interval holds the centre at least as often (Noether, JASA 62, 1967). No difference is left out.
 *
 * In the units of the differences. Throws without differences, above 500, when one is not finite, or unless 0 < level < 1.
 */
export function hodgesLehmann(differences: readonly number[], level = 0.95): HodgesLehmann {
  const where = "Hodges-Lehmann estimate";
  checkDifferences(differences, where);
  checkNumber(level, `${where}: level`, 0, 1, true);
  const averages = walshAverages(differences);
  const count = averages.length;
  const estimate = (averages[(count - 1) >> 1] + averages[count >> 1]) / 2;
  const { k, coverage } = depthOf(differences.length, level);
  return { estimate, level, interval: k === 0 ? null : { low: averages[k - 1], high: averages[count - k], coverage } };
}

/** (d_i + d_j) / 2 for all i <= j, smallest first. */
function walshAverages(differences: readonly number[]): Float64Array {
  const n = differences.length;
  const averages = new Float64Array((n * (n + 1)) / 2);
  let filled = 0;
  for (let i = 0; i < n; i++) for (let j = i; j < n; j++) averages[filled++] = (differences[i] + differences[j]) / 2;
  return averages.sort();
}

/** The largest k with coverage 1 - 2 P(W+ < k) >= level, or 0 (which covers everything). Above level 0 it stays below the middle. */
function depthOf(n: number, level: number): { k: number; coverage: number } {
  const p = coinSums(Array.from({ length: n }, (_, i) => i + 1));
  let k = 0;
  let coverage = 1;
  while (coverage - 2 * p[k] >= level) coverage -= 2 * p[k++];
  return { k, coverage };
}
