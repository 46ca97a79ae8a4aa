import { type MetricRange, rangeOf, type Told } from "../../metrics/metric.js";
import { measureKey } from "../../train/measures.js";
import type { RunResult } from "../run/records.js";
import { bootstrapInterval } from "../statistics/bootstrap.js";
import { correctedInterval, type Interval, meanOf } from "../statistics/interval.js";

/** A number that a run gave; null where it has none. */
export type Measure = (result: RunResult) => number | null;

/** What methods are compared by: a metric, of the task the first, on the test part at the last epoch. */
export const measureBy =
  ({ name }: Told) =>
  ({ final }: RunResult): number =>
    final[measureKey("test", name)];

/** A mean over the splits or seeds of a dataset, and what it may be off by: null with a single one. */
export interface Estimate {
  readonly mean: number;
  readonly interval: Pick<Interval, "low" | "high"> | null;
  readonly runs: number;
}

/**
 * The mean of a metric of the runs of one dataset and method, with its 95 % interval: of random splits by Nadeau and Bengio's variance
 * (`correctedInterval`), of a split that is fixed by publication by resampling seeds and test samples (`bootstrapInterval`). Throws without runs.
 */
export function metricEstimate(runs: readonly RunResult[], fixedSplit: boolean, metric: Told): Estimate {
  return estimate(
    runs.map(measureBy(metric)),
    runs,
    fixedSplit ? runs.map((run) => outcomes(run, metric)) : null,
    rangeOf(metric),
  );
}

/** The same of what method a has more than method b; the runs of both belong together one by one. */
export function differenceEstimate(
  a: readonly RunResult[],
  b: readonly RunResult[],
  fixedSplit: boolean,
  metric: Told,
): Estimate {
  const measure = measureBy(metric);
  const differences = a.map((run, i) => measure(run) - measure(b[i]));
  const minus = (others: readonly number[]) => (value: number, sample: number) => value - others[sample];
  const table = fixedSplit ? a.map((run, i) => outcomes(run, metric).map(minus(outcomes(b[i], metric)))) : null;
  return estimate(differences, a, table);
}

/** What a measure is the mean of: which answers are right, or the measure itself of a task whose answers are neither. */
function outcomes(run: RunResult, metric: Told): number[] {
  return run.correct === null ? [measureBy(metric)(run)] : Array.from(run.correct, Number);
}

function estimate(
  values: readonly number[],
  runs: readonly RunResult[],
  table: number[][] | null,
  range?: MetricRange,
): Estimate {
  const mean = meanOf(values);
  if (values.length < 2) return { mean, interval: null, runs: values.length };
  const trainSamples = meanOf(runs.map(({ data }) => data.trainSamples));
  const testSamples = meanOf(runs.map(({ data }) => data.testSamples));
  const interval = table ? bootstrapInterval(table) : correctedInterval(values, trainSamples, testSamples, 0.95, range);
  return { mean, interval: { low: interval.low, high: interval.high }, runs: values.length };
}

/** The mean of a measure over runs that have it; null where none has. */
export function meanMeasure(runs: readonly RunResult[], measure: Measure): number | null {
  const values = runs.map(measure).filter((value) => value !== null);
  return values.length > 0 ? meanOf(values) : null;
}

/** Standard deviation over J - 1; null of fewer than two values. */
export function deviation(values: readonly number[]): number | null {
  if (values.length < 2) return null;
  const mean = meanOf(values);
  return Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1));
}
