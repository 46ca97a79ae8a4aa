import type { ClassReport } from "../tasks/class-report.js";
import type { TargetReport } from "../tasks/target-report.js";
import type { FloatArray } from "../util/types.js";
import type { Drawing } from "./charts/index.js";
import { classCurves } from "./class-curves.js";
import { targetCharts } from "./target-charts.js";

/** What an evaluation with answers tells of a task's samples. */
export interface Tested extends Partial<Pick<ClassReport, "confusion">> {
  readonly perTarget?: readonly TargetReport[];
  readonly answers?: object | null;
  readonly targets?: ArrayLike<number> | null;
}

/** What there is to draw of an evaluation: of classes curves of their probabilities, of numbers predictions against what is true; none of other tasks. */
export function testCharts({ confusion, perTarget, answers, targets }: Tested, outputs: readonly string[]): Drawing[] {
  if (!answers || !targets) return [];
  const { probabilities, values } = answers as { readonly probabilities?: FloatArray; readonly values?: Float32Array };
  if (confusion && probabilities) return classCurves(probabilities, targets, outputs);
  return perTarget && values ? targetCharts(values, targets, perTarget) : [];
}
