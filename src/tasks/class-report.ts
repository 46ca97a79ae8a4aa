import { CoppiceError } from "../util/check.js";

/** How the classes that samples were taken for compare with their true ones. Fractions are 0..1. */
export interface ClassReport {
  readonly samples: number;
  readonly accuracy: number;
  /** Mean of the recalls of the classes that occur: what accuracy would be if all were equally frequent. */
  readonly balancedAccuracy: number;
  /** [classes] fraction of each class's samples that were taken for it; null for a class without samples. */
  readonly recall: readonly (number | null)[];
  /** [classes] samples of each class. */
  readonly support: readonly number[];
  /** confusion[t][p]: samples of class t that were taken for class p. Empty above 1,000 classes: see `confusionPairs`. */
  readonly confusion: readonly (readonly number[])[];
  /** [t, p, samples] of class t that were taken for class p, for all pairs that occur, in the order of t, then p. */
  readonly confusionPairs: readonly (readonly [truth: number, taken: number, samples: number])[];
}

/** Classes up to which the confusion is also given as a matrix of all pairs. */
export const MATRIX_CLASSES = 1000;

/**
 * Compares the classes `taken` [samples] with the true ones, both indices of `classes` classes. Every sample counts: throws a failure where
 * one was taken for no class.
 */
export function reportClasses(truth: ArrayLike<number>, taken: Uint32Array, classes: number): ClassReport {
  const samples = truth.length;
  const support = new Array<number>(classes).fill(0);
  const found = new Array<number>(classes).fill(0);
  const counts = new Map<number, number>();
  for (let i = 0; i < samples; i++) {
    const [t, p] = [truth[i], taken[i]];
    if (!(t < classes && p < classes))
      throw new CoppiceError(`evaluation: sample ${i + 1} of class ${t} was taken for class ${p} of ${classes}`, "failure");
    support[t]++;
    if (t === p) found[t]++;
    counts.set(t * classes + p, (counts.get(t * classes + p) ?? 0) + 1);
  }
  const recall = support.map((count, c) => (count > 0 ? found[c] / count : null));
  const confusionPairs = [...counts]
    .sort(([a], [b]) => a - b)
    .map(([pair, count]) => [Math.floor(pair / classes), pair % classes, count] as const);
  const confusion = classes > MATRIX_CLASSES ? [] : support.map(() => new Array<number>(classes).fill(0));
  if (confusion.length > 0) for (const [t, p, count] of confusionPairs) confusion[t][p] = count;
  const right = found.reduce((sum, count) => sum + count, 0);
  return { samples, accuracy: right / samples, balancedAccuracy: meanOf(recall), recall, support, confusion, confusionPairs };
}

function meanOf(recall: readonly (number | null)[]): number {
  const occurring = recall.filter((value) => value !== null);
  return occurring.reduce((sum, value) => sum + value, 0) / occurring.length;
}

/** Whether there are classes, and some that occur are half as frequent again as others: balanced accuracy then says what accuracy does not. */
export function isUneven({ support = [] }: Partial<Pick<ClassReport, "support">>): boolean {
  const counts = support.filter((count) => count > 0).toSorted((a, b) => a - b);
  return counts[counts.length - 1] > 1.5 * counts[0];
}

/** The balanced accuracy, if it says what accuracy does not; else null. */
export const balancedOf = (report: Partial<ClassReport>): number | null =>
  isUneven(report) ? (report.balancedAccuracy ?? null) : null;

/** What documents have of a classifier class by class; of another task nothing. */
export const byClass = ({ balancedAccuracy, recall, support }: Partial<ClassReport>) => ({ balancedAccuracy, recall, support });

/** What shows that a model has learnt nothing, a sentence each. `constant`: its outputs are the same for all samples. */
export function doubts(
  { samples, accuracy, support }: Pick<ClassReport, "samples" | "accuracy" | "support">,
  constant: boolean,
): string[] {
  const share = support.reduce((most, count) => Math.max(most, count), 0) / samples;
  const percent = (fraction: number) => `${(100 * fraction).toFixed(1)} %`;
  return [
    ...(constant && samples > 1
      ? [
          `the outputs are the same for all ${samples} samples: the network tells none apart and has learnt nothing; the likely causes are inputs that are not standardised, or a learning rate that is too high`,
        ]
      : []),
    ...(share < 1 && accuracy <= share
      ? [
          `an accuracy of ${percent(accuracy)} is no better than taking every sample for the commonest class here (${percent(share)})`,
        ]
      : []),
  ];
}
