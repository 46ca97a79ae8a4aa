import { type Columns, targetColumns } from "../metrics/per-target.js";
import { explained } from "../metrics/r2.js";
import { rankCorrelation } from "../metrics/spearman.js";
import { nothingLearnt } from "./answers.js";

/** How near predictions come to one target, in its own units. */
export interface TargetReport {
  readonly name: string;
  readonly rmse: number;
  readonly mae: number;
  /** Share of its variance that is explained; below 0 its mean would be nearer. */
  readonly r2: number;
  readonly spearman: number;
  /** Of several quantiles: the share of samples between the lowest and the highest. */
  readonly coverage?: number;
}

/** How near outputs come to each target, and what shows that a model has learnt nothing. */
export function reportTargets(names: readonly string[], outcome: Columns) {
  const { z, samples, outputs } = outcome;
  const perTarget = names.map((name, t): TargetReport => {
    const { found, truth } = targetColumns(outcome, t);
    const mean = (of: (e: number) => number) => truth.reduce((sum, value, i) => sum + of(found[i] - value), 0) / samples;
    const scores = {
      rmse: Math.sqrt(mean((e) => e * e)),
      mae: mean(Math.abs),
      r2: explained(found, truth),
      spearman: rankCorrelation(found, truth),
    };
    return { name, ...scores, ...(outputs > names.length && { coverage: coverageOf(outcome, truth, t) }) };
  });
  const constant = samples > 1 && Array.prototype.every.call(z, (value, k) => value === z[k % outputs]);
  const poor = perTarget.filter(({ r2 }) => r2 <= 0).map(({ name }) => name);
  const notes = [
    ...(constant ? [nothingLearnt(samples)] : []),
    ...(poor.length > 0 && samples > 1
      ? [`the mean of these samples is as near as the model, or nearer: ${poor.join(", ")}`]
      : []),
  ];
  return { perTarget, notes };
}

/** The share of samples whose target t is between its first and its last output. */
function coverageOf({ z, samples, outputs, targets }: Columns, truth: Float64Array, t: number): number {
  const each = (outputs * samples) / targets.length;
  const inside = truth.filter((value, i) => z[i * outputs + t * each] <= value && value <= z[i * outputs + t * each + each - 1]);
  return inside.length / samples;
}
