import { rarerClass } from "../../metrics/classes/curves.js";
import { scoreClasses } from "../../metrics/classes/scores.js";
import { checkKeys } from "../../util/check.js";
import { random } from "../../util/random.js";
import type { FloatArray } from "../../util/types.js";
import { type BootstrapOptions, checkLevel, percentileInterval } from "./bootstrap.js";
import type { Interval } from "./interval.js";

/** How to bootstrap, and what samples were taken for. */
export interface ScoreOptions extends BootstrapOptions {
  /** [samples] the class of each; default that of its largest probability. */
  readonly taken?: ArrayLike<number>;
}

/** Fewer than of `bootstrapInterval`: each resample sorts the probabilities of every class anew. */
const RESAMPLES = 1000;

/** Means over classes: where a resample lacks a class of the whole set, they are of other classes than the number itself. */
const OVER_CLASSES = new Set(["balancedAccuracy", "macroPrecision", "macroF1", "rocAuc", "prAuc"]);

/**
 * Percentile intervals of every single number that `scoreClasses` has, by its name: what it may be off by because of these samples
 * (Efron and Tibshirani 1993, chapter 13). Each of 1,000 resamples draws as many samples with replacement. `mean` is the number itself. `low` and
 * `high` are the k-th smallest and largest of its values, with k = floor((resamples + 1) (1 - level) / 2). `error` is their standard deviation. It is silent on the training samples and the seed.
 * Null where a number is not defined, or not in every resample: then there are too few samples of a class. What is a mean over classes is not
 * defined in a resample that lacks a class which the whole set has. PR AUC of two classes is of the class that is the rarer one of the whole set.
 *
 * Throws on what `scoreClasses` refuses, and unless 0 < level < 1 and there are resamples enough for k >= 1.
 */
export function bootstrapScores(
  probabilities: FloatArray,
  labels: ArrayLike<number>,
  classes: number,
  options: ScoreOptions = {},
): Record<string, Interval | null> {
  const where = "bootstrapScores";
  checkKeys(options, { level: true, resamples: true, seed: true, taken: true }, `${where}: option`);
  const { level = 0.95, resamples = RESAMPLES, seed = 1, taken } = options;
  checkLevel(level, resamples, where);
  const whole = Object.entries(scoreClasses(probabilities, labels, classes, taken)).filter(([, value]) => !Array.isArray(value));
  const values = new Map(whole.map(([name]) => [name, [] as number[]]));
  const rng = random(seed, "bootstrap");
  const [drawn, own] = [new Uint32Array(labels.length), new Float64Array(probabilities.length)];
  const occurring = new Set(Array.from(labels)).size;
  const rarer = rarerClass(labels);
  for (let r = 0; r < resamples; r++) {
    rng.fillBelow(labels.length, drawn);
    for (const [at, i] of drawn.entries()) own.set(probabilities.subarray(i * classes, (i + 1) * classes), at * classes);
    const again = Array.from(drawn, (i) => labels[i]);
    const scores = scoreClasses(own, again, classes, taken && Array.from(drawn, (i) => taken[i]));
    const lacks = new Set(again).size < occurring;
    const told = { ...scores, ...(classes === 2 && { prAuc: scores.classPrAuc[rarer] }) };
    for (const [name, found] of values) {
      const value = told[name as keyof typeof told];
      if (typeof value === "number" && !(lacks && OVER_CLASSES.has(name))) found.push(value);
    }
  }
  const interval = (score: unknown, found: readonly number[]) =>
    typeof score === "number" && found.length === resamples ? percentileInterval(score, found, level) : null;
  return Object.fromEntries(whole.map(([name, score]) => [name, interval(score, values.get(name) ?? [])]));
}
