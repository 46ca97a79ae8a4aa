import { list } from "../data/names.js";
import { countClasses } from "../metrics/classes/counts.js";
import { type CountScores, type ProbabilityScores, scoreCounts } from "../metrics/classes/scores.js";
import { percent } from "../util/percent.js";
import { nothingLearnt } from "./answers.js";

/** How the classes that samples were taken for compare with their true ones, and what their probabilities are worth. Fractions are 0..1. */
export interface ClassReport extends CountScores, Partial<ProbabilityScores> {
  readonly samples: number;
  /** [classes] samples of each class. */
  readonly support: readonly number[];
  /** confusion[t][p]: samples of class t that were taken for class p. Empty above 1,000 classes: see `confusionPairs`. */
  readonly confusion: readonly (readonly number[])[];
  /** [t, p, samples] of class t that were taken for class p, for all pairs that occur, in the order of t, then p. */
  readonly confusionPairs: readonly (readonly [truth: number, taken: number, samples: number])[];
}

/** Classes up to which the confusion is also given as a matrix of all pairs. */
const MATRIX_CLASSES = 1000;

/**
 * Compares the classes `taken` [samples] with the true ones, both indices of `classes` classes. Every sample counts: throws a failure where
 * one was taken for no class.
 */
export function reportClasses(truth: ArrayLike<number>, taken: Uint32Array, classes: number): ClassReport {
  const counts = countClasses(truth, taken, classes);
  const pairs = new Map<number, number>();
  for (let i = 0; i < truth.length; i++) {
    const pair = truth[i] * classes + taken[i];
    pairs.set(pair, (pairs.get(pair) ?? 0) + 1);
  }
  const confusionPairs = [...pairs]
    .sort(([a], [b]) => a - b)
    .map(([pair, count]) => [Math.floor(pair / classes), pair % classes, count] as const);
  const support = Array.from(counts.support);
  const confusion = classes > MATRIX_CLASSES ? [] : support.map(() => new Array<number>(classes).fill(0));
  if (confusion.length > 0) for (const [t, p, count] of confusionPairs) confusion[t][p] = count;
  return { samples: truth.length, ...scoreCounts(counts), support, confusion, confusionPairs };
}

/** Whether there are classes, and some that occur are half as frequent again as others: balanced accuracy then says what accuracy does not. */
export function isUneven({ support = [] }: Partial<Pick<ClassReport, "support">>): boolean {
  const counts = support.filter((count) => count > 0).toSorted((a, b) => a - b);
  return counts[counts.length - 1] > 1.5 * counts[0];
}

/** The balanced accuracy, if it says what accuracy does not; else null. */
export const balancedOf = (report: Partial<ClassReport>): number | null =>
  isUneven(report) ? (report.balancedAccuracy ?? null) : null;

/** What shows that a model has learnt nothing, a sentence each. `constant`: its outputs are the same for all samples. */
export function doubts(
  { samples, accuracy, majority }: Pick<ClassReport, "samples" | "accuracy" | "majority">,
  constant: boolean,
): string[] {
  return [
    ...(constant && samples > 1 ? [nothingLearnt(samples)] : []),
    ...(majority < 1 && accuracy <= majority
      ? [
          `an accuracy of ${percent(accuracy)} is no better than taking every sample for the commonest class here (${percent(majority)})`,
        ]
      : []),
  ];
}

/** Which metrics are not defined, and why, a sentence each. */
export function undefinedNotes(
  { support, precision }: Pick<ClassReport, "support" | "precision">,
  names: readonly string[],
): string[] {
  const absent = names.filter((_, c) => support[c] === 0);
  const never = names.filter((_, c) => precision[c] === null);
  if (absent.length === names.length - 1)
    return [`all samples are of class ${names[support.findIndex((t) => t > 0)]}: kappa, MCC, ROC AUC and PR AUC are not defined`];
  return [
    ...(absent.length > 0
      ? [`no sample is of ${count(absent)}: recall and areas are not defined there, and means leave them out`]
      : []),
    ...(never.length > 0
      ? [`no sample is taken for ${count(never)}: precision is not defined there, and means leave it out`]
      : []),
  ];
}

const count = (names: readonly string[]) =>
  names.length === 1 ? `class ${names[0]}` : `${names.length} classes (${list(names)})`;
