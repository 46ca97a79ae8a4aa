import type { FloatArray } from "../../util/types.js";
import {
  accuracyOf,
  balancedAccuracyOf,
  type ClassCounts,
  countClasses,
  f1Of,
  kappaOf,
  macro,
  majorityShare,
  mccOf,
  precisionOf,
  recallOf,
  weighted,
} from "./counts.js";
import { areasOf, areasTogether } from "./curves.js";
import { brierScore, calibrationError, logLoss } from "./probabilities.js";
import { largestOfRows } from "./rows.js";

/** What the classes tell that samples were taken for. What is not defined is null, and means leave it out. */
export interface CountScores {
  /** The share of the commonest class: what a model must beat. */
  readonly majority: number;
  readonly accuracy: number;
  /** The mean of `recall`. */
  readonly balancedAccuracy: number;
  /** Means of `precision`, each class counting alike, or by its samples. */
  readonly macroPrecision: number | null;
  readonly weightedPrecision: number | null;
  /** Means of `f1`, likewise. */
  readonly macroF1: number | null;
  readonly weightedF1: number | null;
  readonly kappa: number | null;
  readonly mcc: number | null;
  /** [classes] */
  readonly recall: readonly (number | null)[];
  readonly precision: readonly (number | null)[];
  readonly f1: readonly (number | null)[];
}

/** What probabilities tell. What is not defined is null, and means leave it out. */
export interface ProbabilityScores {
  /** Of two classes, or the mean of `classRocAuc`. */
  readonly rocAuc: number | null;
  /** Of the rarer of two classes (of equals the second), or the mean of `classPrAuc`. */
  readonly prAuc: number | null;
  readonly brierScore: number;
  readonly logLoss: number;
  readonly calibrationError: number;
  /** [classes] each against the rest. */
  readonly classRocAuc: readonly (number | null)[];
  readonly classPrAuc: readonly (number | null)[];
}

/** Every metric that counts are enough for; the equations are those of each, such as `kappaOf`. */
export function scoreCounts(counts: ClassCounts): CountScores {
  const [recall, precision, f1] = [recallOf(counts), precisionOf(counts), f1Of(counts)];
  return {
    majority: majorityShare(counts),
    accuracy: accuracyOf(counts),
    balancedAccuracy: balancedAccuracyOf(counts),
    macroPrecision: macro(precision),
    weightedPrecision: weighted(precision, counts),
    macroF1: macro(f1),
    weightedF1: weighted(f1, counts),
    kappa: kappaOf(counts),
    mcc: mccOf(counts),
    recall,
    precision,
    f1,
  };
}

/** Every metric that needs probabilities [samples, classes] and labels [samples]. */
export function scoreProbabilities(probabilities: FloatArray, labels: ArrayLike<number>, classes: number): ProbabilityScores {
  const areas = areasOf(probabilities, labels, classes);
  const { roc, pr } = areasTogether(areas, labels);
  return {
    rocAuc: roc,
    prAuc: pr,
    brierScore: brierScore(probabilities, labels, classes),
    logLoss: logLoss(probabilities, labels, classes),
    calibrationError: calibrationError(probabilities, labels, classes),
    classRocAuc: areas.rocAuc,
    classPrAuc: areas.prAuc,
  };
}

/**
 * Every metric of a classifier's probabilities [samples, classes], row by row, for samples of the classes `labels` [samples]. A sample is taken
 * for the class of its largest probability, the first of equals, or for that of `taken` [samples]. Throws a usage error on shapes that do not fit, on labels that are no class, and on no samples.
 */
export function scoreClasses(
  probabilities: FloatArray,
  labels: ArrayLike<number>,
  classes: number,
  taken?: ArrayLike<number>,
): CountScores & ProbabilityScores {
  const ofProbabilities = scoreProbabilities(probabilities, labels, classes);
  return { ...scoreCounts(countClasses(labels, taken ?? largestOfRows(probabilities, classes), classes)), ...ofProbabilities };
}
