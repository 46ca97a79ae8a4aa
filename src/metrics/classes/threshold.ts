import { check } from "../../util/check.js";
import { countClasses } from "./counts.js";
import { type CountScores, scoreCounts } from "./scores.js";

/** What a threshold may be chosen by. */
export const THRESHOLD_SCORES: readonly ThresholdScore[] = ["balancedAccuracy", "macroF1", "kappa", "mcc"];
/** A score that the threshold of two classes is chosen by. */
export type ThresholdScore = Extract<keyof CountScores, "balancedAccuracy" | "macroF1" | "kappa" | "mcc">;

/** A probability above which samples are taken for the second of two classes, and what that does to the score that it was chosen by. */
export interface ChosenThreshold {
  readonly threshold: number;
  readonly score: ThresholdScore;
  /** The score of threshold 1/2, and of this one. */
  readonly before: number;
  readonly after: number;
}

/** Log odds of a probability, as 32 bits hold them: what the margin z1 - z0 of the outputs is held against. */
export const oddsOf = (probability: number): number => Math.fround(Math.log(probability / (1 - probability)));

/** Log odds that probabilities of 64 bits tell from 0 and 1. */
const MOST_ODDS = 30;

/** Throws unless both of two classes are among the labels [samples] that a threshold is to be chosen by. */
export function checkBoth(labels: ArrayLike<number>): void {
  check(new Set(Array.from(labels)).size === 2, "threshold", () => {
    return "is chosen by samples of both classes, and the validation set has one class alone; leave it out, or split otherwise";
  });
}

/**
 * The threshold that makes a score largest on samples that were not trained on: of two classes, their labels [samples] and the `margins` [samples]
 * z1 - z0 of their outputs. It is 1/2, or half-way between the log odds of two neighbouring samples; of equal ones the one nearest to 1/2. The score is
 * defined where both classes occur: throws where one does not, as no threshold would be better than another.
 */
export function fitThreshold(margins: ArrayLike<number>, labels: ArrayLike<number>, score: ThresholdScore): ChosenThreshold {
  checkBoth(labels);
  const order = Array.from(margins, (_, i) => i).sort((a, b) => margins[b] - margins[a]);
  const { samples, support, taken, found } = countClasses(labels, new Uint32Array(labels.length), 2);
  const scored = () => scoreCounts({ samples, support, taken, found })[score] ?? -Infinity;
  const before =
    scoreCounts(
      countClasses(
        labels,
        Uint32Array.from(margins, (margin) => Number(margin > 0)),
        2,
      ),
    )[score] ?? 0;
  let best = { odds: 0, after: before };
  for (const [k, i] of order.entries()) {
    taken[0]--;
    taken[1]++;
    if (labels[i] === 1) found[1]++;
    else found[0]--;
    const next = margins[order[k + 1]];
    if (k + 1 === samples || next === margins[i]) continue;
    const odds = Math.fround((margins[i] + next) / 2);
    if (Math.abs(odds) > MOST_ODDS || odds >= margins[i] || odds < next) continue;
    const after = scored();
    if (after > best.after || (after === best.after && Math.abs(odds) < Math.abs(best.odds))) best = { odds, after };
  }
  return { threshold: 1 / (1 + Math.exp(-best.odds)), score, before, after: best.after };
}
