import { check, checkNumber, checkOneOf } from "../../util/check.js";
import { coinSums, tailsOf } from "./coin-sums.js";
import { midRanks, RESOLUTION } from "./mid-ranks.js";

/** What is held against "the differences lie symmetrically around 0": that they tend to be above, below, or either. */
export type Alternative = "greater" | "less" | "two-sided";

/** Outcome of the signed-rank test. */
export interface SignedRank {
  /** W+: the sum of the ranks of the positive differences; n (n + 1) / 4 is what chance gives. */
  readonly statistic: number;
  /** The differences that were ranked: those that are not 0. */
  readonly n: number;
  /** Differences of 0, left out. */
  readonly zeros: number;
  readonly p: number;
}

/** What the time of the exact distribution, O(n^3), is kept bearable by. */
const MOST = 500;

/**
 * Wilcoxon's signed-rank test of paired differences, exact (Wilcoxon, "Individual comparisons by ranking methods", Biometrics Bulletin 1,
 * 1945; to compare classifiers over datasets: Demsar, JMLR 7, 2006).
 *
 * Differences of 0 are left out, as Wilcoxon did (Pratt would rank them first and then drop their ranks); n says how many are left. The
 * others are ranked by magnitude, ties by mid-ranks. Under the null hypothesis every sign is a fair coin, so W+ is a sum of the ranks at
 * hand each taken with probability 1/2: its distribution is computed for these very ranks, tied or not, without approximation. p is
 * P(W+ >= w) for "greater", P(W+ <= w) for "less", twice the smaller (at most 1) for "two-sided". Without any difference p is 1. The
 * smallest p there can be is 2^-n: five differences cannot reach 0.03.
 *
 * Magnitudes up to `resolution` are 0, and those within it are tied: 0.3 - 0.2 and 0.2 - 0.1 differ in the last bit.
 *
 * Throws without differences, above 500, when one is not finite, or for an unknown alternative.
 */
export function wilcoxonSignedRank(
  differences: readonly number[],
  alternative: Alternative,
  resolution = RESOLUTION,
): SignedRank {
  const where = "signed-rank test";
  checkOneOf(alternative, ["greater", "less", "two-sided"], `${where}: alternative`);
  checkDifferences(differences, where);
  checkNumber(resolution, `${where}: resolution`, 0);
  const ranked = differences.filter((d) => Math.abs(d) > resolution);
  const doubled = midRanks(ranked.map(Math.abs), resolution).map((rank) => 2 * rank);
  const statistic = doubled.reduce((sum, rank, i) => (ranked[i] > 0 ? sum + rank : sum), 0);
  const { below, above } = tailsOf(coinSums(doubled), statistic);
  const p = { greater: above, less: below, "two-sided": Math.min(1, 2 * Math.min(above, below)) }[alternative];
  return { statistic: statistic / 2, n: ranked.length, zeros: differences.length - ranked.length, p };
}

/** Throws unless there are 1 to 500 finite differences. */
export function checkDifferences(differences: readonly number[], where: string): void {
  check(differences.length > 0, where, () => "no differences are given; at least one is needed");
  check(differences.length <= MOST, where, () => `${differences.length} differences are more than the ${MOST} it is made for`);
  for (const d of differences) checkNumber(d, `${where}: difference`);
}
