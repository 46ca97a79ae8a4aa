import type { RunResult } from "../run/records.js";
import { bootstrapInterval } from "../statistics/bootstrap.js";
import { correctedInterval, type Interval, meanOf } from "../statistics/interval.js";

/** A number that a run gave; null where it has none. */
export type Measure = (result: RunResult) => number | null;

/** The primary endpoint: test accuracy at the last epoch. */
export const accuracy: Measure = ({ final }) => final.accuracy;

/** A mean over the splits or seeds of a dataset, and what it may be off by: null with a single one. */
export interface Estimate {
  readonly mean: number;
  readonly interval: Pick<Interval, "low" | "high"> | null;
  readonly runs: number;
}

/**
 * Test accuracy of the runs of one dataset and method, with its 95 % interval: of random splits by Nadeau and Bengio's variance
 * (`correctedInterval`), of a split that is fixed by publication by resampling seeds and test samples (`bootstrapInterval`). Throws without runs.
 */
export function accuracyEstimate(runs: readonly RunResult[], fixedSplit: boolean): Estimate {
  const table = fixedSplit ? runs.map(({ correct }) => Array.from(correct, Number)) : null;
  return estimate(
    runs.map(({ final }) => final.accuracy),
    runs,
    table,
  );
}

/** The same of what method a has more than method b; the runs of both belong together one by one. */
export function differenceEstimate(a: readonly RunResult[], b: readonly RunResult[], fixedSplit: boolean): Estimate {
  const differences = a.map(({ final }, i) => final.accuracy - b[i].final.accuracy);
  const table = fixedSplit
    ? a.map(({ correct }, i) => Array.from(correct, (cell, sample) => Number(cell) - Number(b[i].correct[sample])))
    : null;
  return estimate(differences, a, table);
}

function estimate(values: readonly number[], runs: readonly RunResult[], table: number[][] | null): Estimate {
  const mean = meanOf(values);
  if (values.length < 2) return { mean, interval: null, runs: values.length };
  const trainSamples = meanOf(runs.map(({ data }) => data.trainSamples));
  const testSamples = meanOf(runs.map(({ data }) => data.testSamples));
  const interval = table ? bootstrapInterval(table) : correctedInterval(values, trainSamples, testSamples);
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
