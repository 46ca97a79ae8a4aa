import { check, checkNumber } from "../../util/check.js";
import { chiSquareTail, fTail } from "./distributions.js";
import { midRanks, RESOLUTION } from "./mid-ranks.js";

/** Whether methods differ over datasets, and where each stands. */
export interface Friedman {
  /** [methods] mean over the datasets of the method's rank, 1 for the best. */
  readonly meanRanks: readonly number[];
  /** Friedman's statistic corrected for ties, and its p by the chi-square distribution with methods - 1 degrees of freedom. */
  readonly chiSquare: number;
  readonly p: number;
  /** Iman and Davenport's statistic, and its p by the F distribution with methods - 1 and (methods - 1)(datasets - 1). Infinity where all ranks agree. */
  readonly f: number;
  readonly pF: number;
}

/**
 * Friedman's test of scores[datasets][methods], of which higher is better (Friedman, JASA 32, 1937). Every dataset ranks its methods, ties
 * (scores within `resolution`) by mid-ranks r_ij. With R_j the rank sums, n datasets and k methods (Conover, Practical Nonparametric Statistics, 5.8)
 *
 *     A = sum_ij r_ij^2 - n k (k + 1)^2 / 4    B = sum_j (R_j - n (k + 1) / 2)^2
 *     chi-square = (k - 1) B / A               F = (n - 1) B / (n A - B)
 *
 * F is less conservative (Iman & Davenport, Communications in Statistics A9, 1980; Demsar, JMLR 7, 2006); both p are approximations that
 * want n > 10 and k > 5. Where every dataset ties all of its methods, both statistics are 0 and both p 1.
 *
 * Throws unless there are two datasets and two methods, every row is of one length and every score finite.
 */
export function friedman(scores: readonly (readonly number[])[], resolution = RESOLUTION): Friedman {
  const where = "Friedman test";
  check(scores.length >= 2, where, () => `there are scores of ${scores.length} datasets; at least 2 are needed`);
  const [n, k] = [scores.length, scores[0].length];
  check(k >= 2, where, () => `there are scores of ${k} methods; at least 2 are needed`);
  for (const row of scores) {
    check(row.length === k, where, () => `a dataset has scores of ${row.length} methods, the first of ${k}; give one a method`);
    for (const score of row) checkNumber(score, `${where}: score`);
  }
  const negated = (row: readonly number[]) => row.map((score) => -score); // the highest gets rank 1
  const ranks = scores.map((row) => midRanks(negated(row), resolution));
  const sums = scores[0].map((_, j) => ranks.reduce((sum, row) => sum + row[j], 0));
  // Ranks are multiples of 1/2: all of this is exact, so that full agreement is seen as n A = B.
  const within = ranks.flat().reduce((sum, rank) => sum + rank ** 2, 0) - (n * k * (k + 1) ** 2) / 4;
  const between = sums.reduce((sum, rankSum) => sum + (rankSum - (n * (k + 1)) / 2) ** 2, 0);
  const chiSquare = within === 0 ? 0 : ((k - 1) * between) / within;
  const f = within === 0 ? 0 : ((n - 1) * between) / (n * within - between);
  return {
    meanRanks: sums.map((sum) => sum / n),
    chiSquare,
    f,
    p: chiSquareTail(chiSquare, k - 1),
    pF: fTail(f, k - 1, (k - 1) * (n - 1)),
  };
}
