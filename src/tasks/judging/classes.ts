import { accuracy } from "../../metrics/accuracy.js";
import { largestOfRows, softmaxOfRows } from "../../metrics/classes/rows.js";
import { scoreClasses } from "../../metrics/classes/scores.js";
import { type Outcome, type Told, valueOver } from "../../metrics/metric.js";
import { OF_CLASSES } from "../../metrics/of-classes.js";
import { blendWeights, crossEntropyOf, LEAST } from "./blend-weights.js";
import { type Heard, type Judging, joined } from "./judging.js";

/** Of each sample two numbers: the probability of its class, and 1 where it was taken for that, else 0. */
const column = (folds: readonly Heard[], at: number) =>
  Float64Array.from(folds.flatMap(({ said }) => Array.from({ length: said.length / 2 }, (_, i) => said[2 * i + at])));
const truthOf = (folds: readonly Heard[]) => column(folds, 0);

const CROSS_ENTROPY: Told = { name: "crossEntropy", label: "cross-entropy", better: "smaller", range: [0, Infinity] };

/** All that was said, with probabilities of all classes, as outputs. */
const outcomeOf = (folds: readonly Heard[]): Outcome => {
  const outcome = joined(folds);
  return { ...outcome, z: outcome.z.map((p) => Math.log(Math.max(LEAST, p))) };
};

/** What goes by the probabilities of true classes alone: of thousands of classes others are too much to keep. */
const byTruth: Judging = {
  hear({ z, targets, samples, outputs }) {
    const probabilities = softmaxOfRows(z, outputs); // of an ensemble outputs are the logarithms of its averaged probabilities
    const taken = largestOfRows(z, outputs);
    return Array.from({ length: samples }, (_, i) => [
      probabilities[i * outputs + targets[i]],
      Number(taken[i] === targets[i]),
    ]).flat();
  },
  score: { ...CROSS_ENTROPY, of: (folds) => crossEntropyOf(truthOf(folds)) },
  beside: {
    name: accuracy.name,
    better: "larger",
    fraction: true,
    of(folds) {
      const right = column(folds, 1);
      return right.reduce((sum, one) => sum + one, 0) / right.length;
    },
  },
  weigh: (models) => blendWeights(models.map(truthOf)),
  metrics: [accuracy, ...Object.values(OF_CLASSES)],
  outcomes: () => [],
  baselines: ["majority", "centroid", "univariate"],
  measures: () => [
    { name: accuracy.name, better: "larger", fraction: true },
    { name: "balancedAccuracy", label: OF_CLASSES.balancedAccuracy.label, better: "larger", fraction: true },
    { name: "auc", label: "AUC", better: "larger", range: [0, 1] },
    CROSS_ENTROPY,
  ],
  answers: ({ probabilities }: { readonly probabilities: Float32Array }) => probabilities,
  pooled: (probabilities) => probabilities.map(Math.log),
  measure(answers, targets, classes) {
    const labels = Uint32Array.from(targets);
    const { accuracy, balancedAccuracy, rocAuc, logLoss } = scoreClasses(answers, labels, classes);
    return { accuracy, balancedAccuracy, auc: rocAuc, crossEntropy: logLoss };
  },
  truth: truthOf,
};

const truthInFull = (folds: readonly Heard[]) => {
  const { z, targets, samples, outputs } = joined(folds);
  return Float64Array.from({ length: samples }, (_, i) => z[i * outputs + targets[i]]);
};

/** The same, of what keeps the probabilities of all classes. */
const judgeAllClasses: Judging = {
  ...byTruth,
  hear: ({ z, outputs }) => Array.from(softmaxOfRows(z, outputs)),
  score: { ...CROSS_ENTROPY, of: (folds) => crossEntropyOf(truthInFull(folds)) },
  beside: { ...byTruth.beside, of: (folds) => valueOver(accuracy, outcomeOf(folds)) },
  weigh: (models) => blendWeights(models.map(truthInFull)),
  outcomes: (folds) => [outcomeOf(folds)],
  truth: truthInFull,
};

/** By cross-entropy, not accuracy: of few samples that takes few values, so that many candidates tie, and it does not tell a sure answer from a guess. */
export const judgeClasses: Judging = { ...byTruth, inFull: judgeAllClasses };
