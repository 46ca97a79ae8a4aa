import { check, checkFloats, checkInteger, checkNumber, isList } from "../util/check.js";
import { shown } from "../util/shown.js";
import type { FloatArray } from "../util/types.js";

/** How far a sample's label is from what was predicted: 1 - p[y], in f32, in which scores are kept. */
const scoreOf = (probability: number) => Math.fround(1 - probability);

/**
 * The conformity scores s_i = 1 - p_i[y_i], increasing, of samples with probabilities [samples, classes] out of fold: of networks that were not
 * trained on them. Labels are indices of classes. `{ ...saved, conformal: conformalScores(probabilities, labels) }` is the model with them. Its file
 * keeps them as `conformal.scores` F32 [samples]. Throws on lengths that do not fit, and on what is no probability or class.
 */
export function conformalScores(probabilities: FloatArray, labels: ArrayLike<number>): Float32Array {
  checkFloats(probabilities, "conformalScores: probabilities");
  check(isList(labels), "conformalScores: labels", () => `${shown(labels)} is no list of indices of classes`);
  const classes = probabilities.length / labels.length;
  check(labels.length > 0 && Number.isInteger(classes), "conformalScores", () => {
    return `${probabilities.length} probabilities are not as many for each of ${labels.length} labels`;
  });
  const truth = Float64Array.from({ length: labels.length }, (_, i) => {
    const label = labels[i];
    check(Number.isInteger(label) && label >= 0 && label < classes, `conformalScores: label ${i}`, () => {
      return `${shown(label)} is none of ${classes} classes`;
    });
    return probabilities[i * classes + label];
  });
  return scoresOfTruth(truth);
}

/** `conformalScores` from the probabilities [samples] of the true classes alone. */
export function scoresOfTruth(truth: ArrayLike<number>): Float32Array {
  const scores = Float32Array.from(truth, (probability, i) => {
    checkNumber(probability, `conformalScores: probability of label ${i}`, 0, 1 + 1e-6);
    return Math.max(0, scoreOf(probability));
  });
  return scores.sort();
}

/** Throws unless these are scores as `conformalScores` gives them. */
export function checkScores(scores: Float32Array, where: string): void {
  check(scores instanceof Float32Array && scores.length > 0, where, () => `${shown(scores)} is no Float32Array with scores`);
  const wrong = scores.findIndex((score, i) => !(score >= (i > 0 ? scores[i - 1] : 0) && score <= 1));
  check(wrong < 0, where, () => `${scores[wrong]} at ${wrong}; expected increasing scores from 0 to 1`);
}

/** k = ceil((n + 1) level): the rank among n scores of the largest that a set takes; above n there is none. */
export function rankOf(scores: number, level: number): number {
  return Math.ceil((scores + 1) * level - 1e-9); // 100 x 0.07 is above 7 by rounding
}

/**
 * The classes that each sample may be of, [samples][...], most probable first. For a share `level` of new samples the true one is among them.
 * Of n out-of-fold scores q is the k-th smallest, k = ceil((n + 1) level). A set holds the classes with 1 - p[c] <= q (Sadinle, Lei, Wasserman
 * 2019), and always the most probable one. With k above n there is no such score, and a set holds all classes.
 *
 * Split conformal prediction keeps the share. Scores of folds and probabilities of a network that is trained on all samples keep it closely
 * (cross-conformal prediction, Vovk 2015): it knows no less than theirs. It is a share of all samples, not of each class.
 */
export function predictionSets(
  scores: Float32Array,
  probabilities: ArrayLike<number>,
  classes: number,
  level: number,
): Uint32Array[] {
  checkScores(scores, "predictionSets: scores");
  checkNumber(level, "predictionSets: level", 0, 1, true);
  checkInteger(classes, "predictionSets: classes", 1);
  check(isList(probabilities) && probabilities.length % classes === 0, "predictionSets: probabilities", () => {
    return `${shown(probabilities)} is no list of ${classes} for each sample`;
  });
  const k = rankOf(scores.length, level);
  const most = k > scores.length ? 1 : scores[k - 1];
  return Array.from({ length: probabilities.length / classes }, (_, i) => {
    const own = Array.from({ length: classes }, (_, c) => probabilities[i * classes + c]);
    const order = Uint32Array.from(own.keys()).sort((a, b) => own[b] - own[a] || a - b);
    return order.filter((c, rank) => rank === 0 || scoreOf(own[c]) <= most);
  });
}
