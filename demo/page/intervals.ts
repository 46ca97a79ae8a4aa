import { correctedInterval, type Interval } from "../../src/api/experiment.js";
import { rangeOf, type Told } from "../../src/metrics/metric.js";
import { meanOf } from "../means.js";
import type { RepeatsReport, RepeatsSummary } from "../worker/repeats.js";

/** Runs of one kind with the interval of their mean, which is null for less than two. */
export interface JudgedSummary extends RepeatsSummary {
  readonly interval: Interval | null;
}

/** A report with its intervals. */
export interface JudgedReport extends RepeatsReport {
  readonly real: JudgedSummary;
  readonly shuffled: JudgedSummary;
}

/** Adds the intervals of a metric's means, within what it may be. The distribution behind them is large, so that this file is loaded where runs were repeated. */
export function withIntervals(report: RepeatsReport, metric: Told): JudgedReport {
  return { ...report, real: judged(report.real, metric), shuffled: judged(report.shuffled, metric) };
}

function judged(summary: RepeatsSummary, metric: Told): JudgedSummary {
  const { runs } = summary;
  if (runs.length < 2) return { ...summary, interval: null };
  const measures = runs.map(({ measure }) => measure);
  const sizes = [meanOf(runs, "trainSamples"), meanOf(runs, "testSamples")] as const;
  return { ...summary, interval: correctedInterval(measures, ...sizes, 0.95, rangeOf(metric)) };
}
