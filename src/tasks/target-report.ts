import type { Outcome } from "../metrics/metric.js";
import { targetColumns } from "../metrics/per-target.js";
import { explained } from "../metrics/r2.js";
import { rankCorrelation } from "../metrics/spearman.js";

/** How near predictions come to one target, in its own units. */
export interface TargetReport {
  readonly name: string;
  readonly rmse: number;
  readonly mae: number;
  /** Share of its variance that is explained; below 0 its mean would be nearer. */
  readonly r2: number;
  readonly spearman: number;
}

/** How near outputs come to each target, and what shows that a model has learnt nothing. `constant`: outputs are the same for all samples. */
export function reportTargets(names: readonly string[], outcome: Outcome, constant: boolean) {
  const { samples } = outcome;
  const targets = names.map((name, t): TargetReport => {
    const { found, truth } = targetColumns(outcome, t);
    const mean = (of: (e: number) => number) => truth.reduce((sum, value, i) => sum + of(found[i] - value), 0) / samples;
    const [rmse, mae] = [Math.sqrt(mean((e) => e * e)), mean(Math.abs)];
    return { name, rmse, mae, r2: explained(found, truth), spearman: rankCorrelation(found, truth) };
  });
  const poor = targets.filter(({ r2 }) => r2 <= 0).map(({ name }) => name);
  const notes = [
    ...(constant && samples > 1
      ? [
          `the outputs are the same for all ${samples} samples: the network tells none apart and has learnt nothing; the likely causes are inputs that are not standardised, or a learning rate that is too high`,
        ]
      : []),
    ...(poor.length > 0 && samples > 1
      ? [`the mean of these samples is as near as the model, or nearer, for ${poor.join(", ")}`]
      : []),
  ];
  return { targets, notes };
}
