import { cox } from "../../losses/cox.js";
import { lossOver } from "../../losses/whole.js";
import { concordance } from "../../metrics/concordance.js";
import type { Told } from "../../metrics/metric.js";
import { ranksOf } from "../../util/ranks.js";
import { leastWeights } from "./blend-weights.js";
import { type Heard, type Judging, joined, mixed, valuesOf } from "./judging.js";

const LIKELIHOOD: Told = { name: "partialLikelihood", label: "Cox loss per event", better: "smaller", range: [0, Infinity] };

const eventsOf = (folds: readonly Heard[]) =>
  folds.reduce((sum, { targets }) => sum + Array.from(targets).reduce((own, value, k) => own + (k % 2) * value, 0), 0);

/** The partial likelihood of each fold as one set, per event of all: log risks of different folds' models may differ by a constant that says nothing. */
const likelihoodOf = (folds: readonly Heard[]) =>
  folds.reduce((sum, fold) => sum + lossOver(cox, 0, joined([fold])), 0) / eventsOf(folds);

/** The mean over the folds where it is defined; 0.5 where it is in none. */
function meanConcordance(folds: readonly Heard[]): number {
  const known = folds.map((fold) => concordanceOf(fold)).filter((value) => value !== null);
  return known.length > 0 ? known.reduce((sum, value) => sum + value, 0) / known.length : 0.5;
}
const concordanceOf = (fold: Heard) => valuesOf([concordance], joined([fold])).concordance;

/** The root of the mean over folds of the variance of what was said within each. */
function spreadOf(folds: readonly Heard[]): number {
  const variances = folds.map(({ said }) => {
    const all = Array.from(said);
    const mean = all.reduce((sum, value) => sum + value, 0) / all.length;
    return all.reduce((sum, value) => sum + (value - mean) ** 2, 0) / all.length;
  });
  return Math.sqrt(variances.reduce((sum, value) => sum + value, 0) / variances.length);
}

/**
 * What is kept are log risks. Weights are those of the largest partial likelihood. Shares are of log risks of deviation 1: else "even" would leave all to
 * the model whose log risks lie farther apart. w_k is its share by its deviation, so that the average of the log risks themselves has them.
 */
export const judgeRisks: Judging = {
  hear: ({ z }) => Array.from(z),
  score: { ...LIKELIHOOD, of: likelihoodOf },
  beside: { name: concordance.name, label: concordance.label, better: "larger", range: [0, 1], of: meanConcordance },
  weigh(models) {
    const spreads = models.map(spreadOf);
    if (spreads.some((spread) => spread === 0)) return models.map(() => 1 / models.length); // one says nothing, whatever its weight
    const weightsOf = (shares: readonly number[]) => {
      const parts = shares.map((share, k) => share / spreads[k]);
      const sum = parts.reduce((a, b) => a + b, 0);
      return parts.map((part) => part / sum);
    };
    const events = eventsOf(models[0]);
    return weightsOf(leastWeights((shares) => events * likelihoodOf(mixed(models, weightsOf(shares)))));
  },
  baselines: ["chance"],
  metrics: [concordance],
  outcomes: (folds) => folds.map((fold) => joined([fold])),
  measures: () => [concordance, LIKELIHOOD],
  answers: ({ values }: { readonly values: Float32Array }) => values,
  pooled: (risks) => ranksOf(risks).map((rank) => rank / risks.length),
  measure(answers, targets, outputs) {
    const fold: Heard = { said: answers, targets, outputs };
    const events = eventsOf([fold]);
    return { ...valuesOf([concordance], joined([fold])), partialLikelihood: events > 0 ? likelihoodOf([fold]) : null };
  },
};
