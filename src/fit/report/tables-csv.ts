import { plainName } from "../../data/names.js";
import { csv, type Row } from "../../experiment/report/tables-csv.js";
import { judgingOf } from "../../experiment/run/leg.js";
import type { Told } from "../../metrics/metric.js";
import type { FitEstimate } from "../result.js";
import { rankingOf } from "./features.js";
import { type FitFindings, heldOutClasses, heldOutOf, measuresOf } from "./input.js";
import { modelsOf } from "./quality.js";

/** The tables of a report by the names of their files. */
export function fitTables(result: FitFindings): Record<string, string> {
  const { estimate, data } = result;
  return {
    "trials.csv": trialsCsv(result),
    ...(estimate && { "measures.csv": measuresCsv(result, estimate), "held-out.csv": heldOutCsv(estimate, data) }),
    ...(estimate && rankingOf(estimate) && { "features.csv": featuresCsv(estimate, data) }),
  };
}

/** A line a candidate and stop. */
function trialsCsv({ trials, plan }: FitFindings): string {
  const { score, beside } = judgingOf(plan.task, plan.metric);
  const rows = trials.flatMap(({ family, candidate, curve, diverged }) =>
    curve.map(({ epoch, score, beside }): Row => [family, candidate.name, epoch, score, beside, Number(diverged)]),
  );
  return csv([["family", "candidate", "epoch", ...[score, beside].map(columnOf), "diverged"], ...rows]);
}

/** "crossEntropy" -> "cross_entropy". */
const columnOf = ({ name }: Told) => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

/** A line a model and measure: the mean over the outer folds and its interval. */
function measuresCsv(result: FitFindings, estimate: FitEstimate): string {
  const rows = modelsOf(estimate).flatMap(([name, measures]) =>
    measuresOf(result).map(({ name: key, label = key }): Row => {
      const measure = measures[key];
      return [name, label, measure?.mean ?? null, measure?.low ?? null, measure?.high ?? null];
    }),
  );
  return csv([["model", "measure", "mean", "low", "high"], ...rows]);
}

/** A line a sample that an outer fold held out: what is true, and the answer; of classes the probability of each one. */
function heldOutCsv(estimate: FitEstimate, data: FitFindings["data"]): string {
  const { folds, samples, answers } = heldOutOf(estimate);
  const { classes, targets = new Float64Array(), targetNames = [] } = data;
  const outputs = answers.length / samples.length;
  const own = (at: number) => answers.subarray(at * outputs, (at + 1) * outputs);
  const places = folds.flatMap(({ repeat, fold, test }) => Array.from(test, () => [repeat + 1, fold + 1]));
  const table = (head: readonly string[], cells: (i: number, at: number) => Row) =>
    csv([
      ["sample", "round", "fold", ...head],
      ...places.map((place, at): Row => [samples[at] + 1, ...place, ...cells(samples[at], at)]),
    ]);
  if (classes.length === 0) {
    const width = targetNames.length;
    const said = outputs === width ? targetNames.map((name) => `predicted ${name}`) : ["predicted"];
    return table([...targetNames, ...said], (i, at) => [...targets.subarray(i * width, (i + 1) * width), ...own(at)]);
  }
  const { truth, taken } = heldOutClasses(estimate, data);
  return table(["class", "taken_for", ...classes.map((name) => `p_${name}`)], (_, at) => [
    ...[classes[truth[at]], classes[taken[at]]],
    ...own(at),
  ]);
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
