import { accuracy } from "../../metrics/accuracy.js";
import { largestOfRows, softmaxOfRows } from "../../metrics/classes/rows.js";
import { scoreClasses } from "../../metrics/classes/scores.js";
import type { Told } from "../../metrics/metric.js";
import { OF_CLASSES } from "../../metrics/of-classes.js";
import { blendWeights, crossEntropyOf } from "./blend-weights.js";
import type { Heard, Judging } from "./judging.js";

/** Of each sample two numbers: the probability of its class, and 1 where it was taken for that, else 0. */
const column = (folds: readonly Heard[], at: number) =>
  Float64Array.from(folds.flatMap(({ said }) => Array.from({ length: said.length / 2 }, (_, i) => said[2 * i + at])));
const truthOf = (folds: readonly Heard[]) => column(folds, 0);

const CROSS_ENTROPY: Told = { name: "crossEntropy", label: "cross-entropy", better: "smaller", range: [0, Infinity] };

/** By cross-entropy, not accuracy: of few samples that takes few values, so that many candidates tie, and it does not tell a sure answer from a guess. */
export const judgeClasses: Judging = {
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
