import type { Outcome, Told } from "../../metrics/metric.js";
import { OF_LABELS } from "../../metrics/of-labels.js";
import { crossEntropyOf, leastWeights } from "./blend-weights.js";
import { type Heard, type Judging, joined, mixed, valuesOf } from "./judging.js";

const CROSS_ENTROPY: Told = { name: "crossEntropy", label: "cross-entropy", better: "smaller", range: [0, Infinity] };
const METRICS = [OF_LABELS.microF1, OF_LABELS.labelF1, OF_LABELS.rankingPrecision];

/** The mean of -ln p over samples and labels, p the probability that a label is what it is. */
const meanLoss = (probabilities: ArrayLike<number>, targets: ArrayLike<number>) =>
  crossEntropyOf(Float64Array.from(probabilities, (p, k) => (targets[k] === 1 ? p : 1 - p)));

const lossOf = (folds: readonly Heard[]) =>
  meanLoss(
    Float64Array.from(folds.flatMap(({ said }) => Array.from(said))),
    folds.flatMap(({ targets }) => Array.from(targets)),
  );

/** Outputs of which such probabilities come, as far as 32 bits go. */
const outputOf = (p: number) => Math.max(-1000, Math.min(1000, Math.log(p) - Math.log1p(-p)));
const asOutputs = (outcome: Outcome): Outcome => ({ ...outcome, z: outcome.z.map(outputOf) });

/** What is kept are probabilities [samples, labels]. The labels of a sample count as one where models are weighed, as they depend on each other. */
export const judgeLabels: Judging = {
  hear: ({ z }) => Array.from(z, (value) => 1 / (1 + Math.exp(-value))),
  score: { ...CROSS_ENTROPY, of: lossOf },
  beside: {
    name: "microF1",
    label: OF_LABELS.microF1.label,
    better: "larger",
    fraction: true,
    of: (folds) => valuesOf([OF_LABELS.microF1], asOutputs(joined(folds))).microF1 ?? 0,
  },
  weigh(models) {
    const samples = models[0].reduce((sum, { said, outputs }) => sum + said.length / outputs, 0);
    return leastWeights((weights) => samples * lossOf(mixed(models, weights)));
  },
  baselines: ["frequencies"],
  metrics: METRICS,
  outcomes: (folds) => [asOutputs(joined(folds))],
  measures: () => [...METRICS, CROSS_ENTROPY],
  answers: ({ probabilities }: { readonly probabilities: Float32Array }) => probabilities,
  pooled: (probabilities) => probabilities.map(outputOf),
  measure(answers, targets, outputs) {
    const outcome = asOutputs({ z: Float32Array.from(answers), targets, samples: answers.length / outputs, outputs });
    return { ...valuesOf(METRICS, outcome), crossEntropy: meanLoss(answers, targets) };
  },
};
