import { plainName } from "../../data/names.js";
import { csv, type Row } from "../../experiment/report/tables-csv.js";
import type { FitEstimate } from "../result.js";
import { rankingOf } from "./features.js";
import { type FitFindings, heldOutOf } from "./input.js";
import { MEASURES, modelsOf } from "./quality.js";

/** The tables of a report by the names of their files. */
export function fitTables(result: FitFindings): Record<string, string> {
  const { estimate, data } = result;
  return {
    "trials.csv": trialsCsv(result),
    ...(estimate && { "measures.csv": measuresCsv(estimate), "held-out.csv": heldOutCsv(estimate, data) }),
    ...(estimate && rankingOf(estimate) && { "features.csv": featuresCsv(estimate, data) }),
  };
}

/** A line a candidate and stop. */
function trialsCsv({ trials }: FitFindings): string {
  const rows = trials.flatMap(({ family, candidate, curve, diverged }) =>
    curve.map(
      ({ epoch, crossEntropy, accuracy }): Row => [family, candidate.name, epoch, crossEntropy, accuracy, Number(diverged)],
    ),
  );
  return csv([["family", "candidate", "epoch", "cross_entropy", "accuracy", "diverged"], ...rows]);
}

/** A line a model and measure: the mean over the outer folds and its interval. */
function measuresCsv(estimate: FitEstimate): string {
  const rows = modelsOf(estimate).flatMap(([name, measures]) =>
    MEASURES.map(({ key, label }): Row => {
      const measure = measures[key];
      return [name, label, measure?.mean ?? null, measure?.low ?? null, measure?.high ?? null];
    }),
  );
  return csv([["model", "measure", "mean", "low", "high"], ...rows]);
}

/** A line a sample that an outer fold held out: its class, the answer, and the probability of each class. */
function heldOutCsv(estimate: FitEstimate, data: FitFindings["data"]): string {
  const { folds, samples, truth, taken, probabilities } = heldOutOf(estimate, data);
  const { classes } = data;
  const places = folds.flatMap(({ repeat, fold, test }) => Array.from(test, () => [repeat + 1, fold + 1]));
  const rows = places.map((place, at): Row => {
    const own = probabilities.subarray(at * classes.length, (at + 1) * classes.length);
    return [samples[at] + 1, ...place, classes[truth[at]], classes[taken[at]], ...own];
  });
  return csv([["sample", "round", "fold", "class", "taken_for", ...classes.map((name) => `p_${name}`)], ...rows]);
}

/** A line a feature, strongest first. */
function featuresCsv(estimate: FitEstimate, { featureNames }: FitFindings["data"]): string {
  const judged = rankingOf(estimate);
  const rows = (judged?.ranking.features ?? []).map(({ feature, strength, rank, frequency }): Row => {
    return [
      feature + 1,
      plainName(featureNames, feature),
      strength,
      rank,
      frequency,
      judged?.holds ? "holds" : "do not use this order",
    ];
  });
  return csv([["column", "feature", "strength", "mean_rank", "frequency", "order"], ...rows]);
}
