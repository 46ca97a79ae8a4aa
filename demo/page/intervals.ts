import { correctedInterval, type Interval } from "../../src/api/experiment.js";
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

/** Adds the intervals. The distribution behind them is large, so that this file is loaded where runs were repeated. */
export function withIntervals(report: RepeatsReport): JudgedReport {
  return { ...report, real: judged(report.real), shuffled: judged(report.shuffled) };
}

function judged(summary: RepeatsSummary): JudgedSummary {
  const { runs } = summary;
  if (runs.length < 2) return { ...summary, interval: null };
  const measures = runs.map(({ measure }) => measure);
  return { ...summary, interval: correctedInterval(measures, meanOf(runs, "trainSamples"), meanOf(runs, "testSamples")) };
}
