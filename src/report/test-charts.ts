import type { ClassReport } from "../tasks/class-report.js";
import type { ReconstructionAnswers } from "../tasks/reconstruct.js";
import type { TargetReport } from "../tasks/target-report.js";
import { type Drawing, drawHistogram } from "./charts/index.js";
import { classCurves } from "./class-curves.js";
import { short } from "./format.js";
import { survivalCharts } from "./survival-charts.js";
import { rebuiltChart, targetCharts } from "./target-charts.js";

/** What an evaluation with answers tells of a task's samples. */
export interface Tested extends Partial<Pick<ClassReport, "confusion">> {
  readonly perTarget?: readonly TargetReport[];
  readonly explained?: number | null;
  readonly answers?: object | null;
  readonly targets?: ArrayLike<number> | null;
}

/** Answers that are drawn. */
type Drawn = Readonly<Partial<Record<"probabilities" | "values" | "error", Float32Array>>> &
  Partial<Pick<ReconstructionAnswers, "rebuilt">>;

const ERRORS = {
  title: "How far samples are from what the network makes of them",
  xLabel: "error",
  yLabel: "samples",
  tone: 1,
  format: short,
};

/**
 * What there is to draw of an evaluation: of classes curves of their probabilities, of numbers predictions against what is true, of survival curves by
 * predicted risk, of an autoencoder rebuilt against true values, and how far samples are from what it makes of them; none of other tasks.
 */
export function testCharts({ confusion, perTarget, explained, answers, targets }: Tested, outputs: readonly string[]): Drawing[] {
  if (!answers || !targets) return [];
  const { probabilities, values, error, rebuilt } = answers as Drawn;
  if (confusion && probabilities) return classCurves(probabilities, targets, outputs);
  if (perTarget && values) return targetCharts(values, targets, perTarget);
  if (error) return [...(rebuilt ? [rebuiltChart(rebuilt, explained)] : []), drawHistogram({ ...ERRORS, values: error })];
  return values && targets.length === 2 * values.length ? survivalCharts(values, targets) : [];
}
