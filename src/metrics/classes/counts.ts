import { CoppiceError, check } from "../../util/check.js";
import { checkClasses, meanOfDefined } from "./check.js";

/**
 * What is counted of samples that were taken for classes. It takes memory of the order of the classes, not of their pairs, and is enough for
 * every metric of this file.
 */
export interface ClassCounts {
  readonly samples: number;
  /** [classes] samples of each class: t. */
  readonly support: Float64Array;
  /** [classes] samples that were taken for each class: p. */
  readonly taken: Float64Array;
  /** [classes] samples of each class that were taken for it. */
  readonly found: Float64Array;
}

/**
 * Counts samples by the class `labels` [samples] that they have, and the class `predicted` [samples] that they were taken for, both indices of
 * `classes` classes. Throws a usage error unless there is a sample, and a failure where one was taken for no class.
 */
export function countClasses(labels: ArrayLike<number>, predicted: ArrayLike<number>, classes: number): ClassCounts {
  checkClasses(labels, classes, "countClasses");
  const samples = labels.length;
  check(predicted.length === samples, "countClasses", () => {
    return `${predicted.length} predictions are not one for each of ${samples} labels`;
  });
  const [support, taken, found] = [0, 1, 2].map(() => new Float64Array(classes));
  for (let i = 0; i < samples; i++) {
    const [t, p] = [labels[i], predicted[i]];
    if (!(p < classes))
      throw new CoppiceError(`evaluation: sample ${i + 1} of class ${t} was taken for class ${p} of ${classes}`, "failure");
    support[t]++;
    taken[p]++;
    if (t === p) found[t]++;
  }
  return { samples, support, taken, found };
}

const sum = (values: Float64Array) => values.reduce((a, b) => a + b, 0);

/** How many classes have samples. */
const classesThatOccur = ({ support }: Pick<ClassCounts, "support">): number => support.reduce((n, t) => n + Number(t > 0), 0);

/** The share of the commonest class: the accuracy of taking every sample for it. */
export const majorityShare = ({ support, samples }: ClassCounts): number => support.reduce((a, b) => Math.max(a, b), 0) / samples;

/** The fraction of samples that were taken for their class. */
export const accuracyOf = ({ found, samples }: ClassCounts): number => sum(found) / samples;

/** [classes] found / support: the fraction of each class that was found. Null for a class without samples. */
export const recallOf = ({ found, support }: ClassCounts): (number | null)[] =>
  Array.from(support, (t, c) => (t > 0 ? found[c] / t : null));

/** [classes] found / taken: the fraction right of what was taken for a class. Null for a class that no sample was taken for. */
export const precisionOf = ({ found, taken }: ClassCounts): (number | null)[] =>
  Array.from(taken, (p, c) => (p > 0 ? found[c] / p : null));

/** [classes] F1 = 2 found / (support + taken). Null for a class that has no sample and that none was taken for. */
export const f1Of = ({ found, support, taken }: ClassCounts): (number | null)[] =>
  Array.from(support, (t, c) => (t + taken[c] > 0 ? (2 * found[c]) / (t + taken[c]) : null));

/** Mean recall of the classes that have samples (Brodersen et al. 2010): the accuracy if all were equally frequent. */
export const balancedAccuracyOf = (counts: ClassCounts): number => meanOfDefined(recallOf(counts)) as number;

/** Mean of the values of classes, each counting alike; null values are left out. */
export const macro = meanOfDefined;

/** Mean of the values of classes, each counting by its samples; null values are left out. Null where nothing is left. */
export function weighted(values: readonly (number | null)[], { support }: Pick<ClassCounts, "support">): number | null {
  let [total, weight] = [0, 0];
  for (const [c, value] of values.entries()) {
    if (value === null) continue;
    total += support[c] * value;
    weight += support[c];
  }
  return weight > 0 ? total / weight : null;
}

/**
 * Cohen's kappa (1960): (a - e) / (1 - e), the accuracy a beyond what chance gives, e = sum over classes of support taken / samples^2. Null if
 * all samples are of one class.
 */
export function kappaOf(counts: ClassCounts): number | null {
  if (classesThatOccur(counts) < 2) return null;
  const { samples, support, taken, found } = counts;
  const chance = support.reduce((total, t, c) => total + (t / samples) * (taken[c] / samples), 0);
  return correlation((sum(found) / samples - chance) / (1 - chance));
}

/**
 * Matthews' correlation coefficient of several classes (Gorodkin 2004), from the sums over classes of support t, taken p and found:
 * (found samples - p t) / sqrt((samples^2 - p^2) (samples^2 - t^2)). It is 0, its limit, if all samples were taken for one class (Chicco and Jurman 2020). Null if
 * all samples are of one class.
 */
export function mccOf(counts: ClassCounts): number | null {
  if (classesThatOccur(counts) < 2) return null;
  const { samples, support, taken, found } = counts;
  const product = (a: Float64Array, b: Float64Array) =>
    a.reduce((total, value, c) => total + (value / samples) * (b[c] / samples), 0);
  const spread = (1 - product(taken, taken)) * (1 - product(support, support));
  const several = taken.filter((p) => p > 0).length > 1;
  return several ? correlation((sum(found) / samples - product(taken, support)) / Math.sqrt(spread)) : 0;
}

/** From -1 to 1, beyond which rounding may take it. */
const correlation = (value: number): number => Math.max(-1, Math.min(1, value));
