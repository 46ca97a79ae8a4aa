import { checkInteger } from "../../util/check.js";
import type { FloatArray } from "../../util/types.js";
import { checkProbabilities, meanOfDefined } from "./check.js";

/**
 * What is taken for a class by the thresholds of its probability, from the highest down, one for each value that occurs. Samples of equal
 * probability are taken together.
 */
export interface Thresholds {
  /** Descending. */
  readonly threshold: Float64Array;
  /** Samples of the class at or above each threshold; the last is all of them. */
  readonly positives: Float64Array;
  /** Samples of other classes at or above each threshold; the last is all of them. */
  readonly negatives: Float64Array;
}

/** The thresholds of class c against the rest, from probabilities [samples, classes] and labels [samples]. */
export function thresholdsOf(probabilities: FloatArray, labels: ArrayLike<number>, classes: number, c: number): Thresholds {
  checkProbabilities(probabilities, labels, classes, "thresholds");
  checkInteger(c, "thresholds: class", 0, classes - 1);
  return sweep(probabilities, labels, classes, c);
}

/** `thresholdsOf` of what was checked. Each side is sorted alone, and the two are merged: typed arrays sort numbers without a comparison. */
function sweep(probabilities: FloatArray, labels: ArrayLike<number>, classes: number, c: number): Thresholds {
  const samples = labels.length;
  const own = new Float64Array(samples);
  const others = new Float64Array(samples);
  let [positives, negatives] = [0, 0];
  for (let i = 0; i < samples; i++) {
    const p = probabilities[i * classes + c];
    if (labels[i] === c) own[positives++] = p;
    else others[negatives++] = p;
  }
  const [p, n] = [own.subarray(0, positives).sort(), others.subarray(0, negatives).sort()];
  const [threshold, above, rest] = [0, 1, 2].map(() => new Float64Array(samples));
  let [steps, i, j] = [0, positives, negatives];
  while (i > 0 || j > 0) {
    const value = j === 0 || (i > 0 && p[i - 1] >= n[j - 1]) ? p[i - 1] : n[j - 1];
    while (i > 0 && p[i - 1] === value) i--;
    while (j > 0 && n[j - 1] === value) j--;
    threshold[steps] = value;
    above[steps] = positives - i;
    rest[steps++] = negatives - j;
  }
  const [thresholds, taken, wrongly] = [threshold, above, rest].map((array) => array.subarray(0, steps));
  return { threshold: thresholds, positives: taken, negatives: wrongly };
}

/**
 * The area under the curve of true positives over false positives, as fractions: how often a sample of the class has a larger probability than
 * one of another class, half of the ties counted (Hanley and McNeil 1982). Null unless there are samples of both.
 */
function areaUnderRoc({ positives, negatives }: Thresholds): number | null {
  const [p, n] = [positives[positives.length - 1], negatives[negatives.length - 1]];
  if (p === 0 || n === 0) return null;
  let area = 0;
  for (let i = 0; i < positives.length; i++) {
    const [before, wide] = i > 0 ? [positives[i - 1], negatives[i] - negatives[i - 1]] : [0, negatives[0]];
    area += (wide * (positives[i] + before)) / 2; // whole numbers and halves: no rounding takes it beyond 1
  }
  return area / (p * n);
}

/**
 * Average precision, the area under the steps of precision over recall: sum of (R_i - R_(i-1)) P_i over the thresholds. No line is drawn
 * between them, which would be too hopeful (Davis and Goadrich 2006). Null without a sample of the class.
 */
function averagePrecision({ positives, negatives }: Thresholds): number | null {
  const all = positives[positives.length - 1];
  if (all === 0) return null;
  let area = 0;
  for (let i = 0; i < positives.length; i++) {
    const step = positives[i] - (i > 0 ? positives[i - 1] : 0);
    if (step > 0) area += step * (positives[i] / (positives[i] + negatives[i]));
  }
  return area / all;
}

/** Of each class against the rest, null where it is not defined: see `areaUnderRoc` and `averagePrecision`. */
export interface ClassAreas {
  readonly rocAuc: readonly (number | null)[];
  readonly prAuc: readonly (number | null)[];
}

/** The areas of every class, from probabilities [samples, classes] and labels [samples]. */
export function areasOf(probabilities: FloatArray, labels: ArrayLike<number>, classes: number): ClassAreas {
  checkProbabilities(probabilities, labels, classes, "areas");
  const all = Array.from({ length: classes }, (_, c) => {
    const thresholds = sweep(probabilities, labels, classes, c);
    return { roc: areaUnderRoc(thresholds), pr: averagePrecision(thresholds) };
  });
  return { rocAuc: all.map(({ roc }) => roc), prAuc: all.map(({ pr }) => pr) };
}

/** One number of each kind. Null if all samples are of one class. */
export interface Areas {
  /** Of two classes that of either, of several the mean of those that are defined. */
  readonly roc: number | null;
  /** Of two classes that of the one with fewer samples (of equals the second), of several the mean of those that are defined. */
  readonly pr: number | null;
}

/** The class whose PR AUC is told of two: the one with fewer samples, of equals the second. The other's is near 1 whatever is learnt. */
export function rarerClass(labels: ArrayLike<number>): 0 | 1 {
  let seconds = 0;
  for (let i = 0; i < labels.length; i++) seconds += labels[i];
  return 2 * seconds > labels.length ? 0 : 1;
}

/** The areas of classes as one number each. Of two classes PR AUC is the rarer one's. */
export function areasTogether({ rocAuc, prAuc }: ClassAreas, labels: ArrayLike<number>): Areas {
  const roc = meanOfDefined(rocAuc);
  if (roc === null) return { roc, pr: null };
  if (rocAuc.length !== 2) return { roc, pr: meanOfDefined(prAuc) };
  return { roc: rocAuc[1], pr: prAuc[rarerClass(labels)] };
}

/** ROC AUC of two classes, or the mean of each of several against the rest. Null if all samples are of one class. */
export const rocAuc = (probabilities: FloatArray, labels: ArrayLike<number>, classes: number): number | null =>
  areasTogether(areasOf(probabilities, labels, classes), labels).roc;

/** PR AUC, as average precision, of the rarer of two classes (of equals the second), or the mean of each of several. Null as ROC AUC. */
export const prAuc = (probabilities: FloatArray, labels: ArrayLike<number>, classes: number): number | null =>
  areasTogether(areasOf(probabilities, labels, classes), labels).pr;
