import { checkInteger } from "../../util/check.js";
import type { FloatArray } from "../../util/types.js";
import { checkProbabilities } from "./check.js";
import { largestOfRows } from "./rows.js";

/** The least probability that `logLoss` counts, 2^-126: what f32 holds below is 0 or coarse, and the logarithm of 0 is infinite. */
export const LEAST = 2 ** -126;

/** Log loss: the mean of -ln p of each sample's class, in nats. A p below 2^-126 counts as 2^-126, and one that rounding took above 1 as 1. */
export function logLoss(probabilities: FloatArray, labels: ArrayLike<number>, classes: number): number {
  checkProbabilities(probabilities, labels, classes, "logLoss");
  let total = 0;
  for (let i = 0; i < labels.length; i++) total -= Math.log(Math.min(1, Math.max(LEAST, probabilities[i * classes + labels[i]])));
  return total / labels.length;
}

/**
 * Brier score (1950): the mean over samples of sum over classes of (p - y)^2, y being 1 for the sample's class and 0 for others. Of two classes
 * half of that, which is (p - y)^2 of the second. From 0, the best, to 2, of two classes 1.
 */
export function brierScore(probabilities: FloatArray, labels: ArrayLike<number>, classes: number): number {
  checkProbabilities(probabilities, labels, classes, "brierScore");
  let total = 0;
  for (let i = 0; i < labels.length; i++) {
    for (let c = 0; c < classes; c++) total += (probabilities[i * classes + c] - Number(c === labels[i])) ** 2;
  }
  return total / labels.length / (classes === 2 ? 2 : 1);
}

/** Samples whose largest probability is in a range. */
export interface CalibrationBin {
  /** The range, `from` left out. */
  readonly from: number;
  readonly to: number;
  readonly samples: number;
  /** Mean of their largest probabilities; null without samples. */
  readonly confidence: number | null;
  /** The fraction of them that was taken for the right class; null without samples. */
  readonly right: number | null;
}

/** Ranges of equal width that calibration is looked at by. */
export const CALIBRATION_BINS = 15;

/** How often samples are right by how sure of them a classifier is, in `bins` ranges of its largest probability of equal width. */
export function calibrationBins(
  probabilities: FloatArray,
  labels: ArrayLike<number>,
  classes: number,
  bins = CALIBRATION_BINS,
): CalibrationBin[] {
  checkProbabilities(probabilities, labels, classes, "calibration");
  checkInteger(bins, "calibration: bins", 1);
  const sums = Array.from({ length: bins }, () => ({ samples: 0, confidence: 0, right: 0 }));
  for (const [i, c] of largestOfRows(probabilities, classes).entries()) {
    const p = probabilities[i * classes + c];
    const bin = sums[Math.min(bins - 1, Math.max(0, Math.ceil(p * bins) - 1))];
    bin.samples++;
    bin.confidence += p;
    bin.right += Number(c === labels[i]);
  }
  return sums.map(({ samples, confidence, right }, k) => {
    const mean = (value: number) => (samples > 0 ? value / samples : null);
    return { from: k / bins, to: (k + 1) / bins, samples, confidence: mean(confidence), right: mean(right) };
  });
}

/**
 * Expected calibration error (Guo et al. 2017, equation 3): the mean over samples of |right - confidence| of their bin, one of 15 of equal width
 * unless `bins` says otherwise.
 */
export function calibrationError(
  probabilities: FloatArray,
  labels: ArrayLike<number>,
  classes: number,
  bins = CALIBRATION_BINS,
): number {
  const gaps = calibrationBins(probabilities, labels, classes, bins).map(({ samples, confidence, right }) => {
    return samples * Math.abs(Number(right) - Number(confidence)); // of an empty bin 0 times 0
  });
  return gaps.reduce((a, b) => a + b, 0) / labels.length;
}
