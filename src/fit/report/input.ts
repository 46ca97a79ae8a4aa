import { judgingOf } from "../../experiment/run/leg.js";
import { largestOfRows } from "../../metrics/classes/rows.js";
import type { Told } from "../../metrics/metric.js";
import type { FitEstimate, FitFold, FitResult } from "../result.js";

/** What a fit found, but its models. */
export type FitFindings = Omit<FitResult, "model" | "linear">;

/** What is measured of answers, the first of which decides. */
export const measuresOf = ({ plan, data }: FitFindings): readonly Told[] =>
  judgingOf(plan.task).measures(data.targetNames?.length ?? data.classes.length);

/** What the report of a fit is made from. */
export interface FitReportInput {
  readonly result: FitFindings;
  /** The command that makes it again. */
  readonly command?: string;
  /** SHA-256 of the data. */
  readonly sha256?: string;
}

/** What the folds of an estimate say of the samples that they hold out, one after the other. */
export interface HeldOut {
  readonly folds: readonly FitFold[];
  /** [held out] sample indices. */
  readonly samples: Uint32Array;
  /** [held out, outputs] */
  readonly answers: Float64Array;
}

/** The answers of `fit` to the samples held out. With several rounds, each sample is there as often. */
export function heldOutOf({ folds }: FitEstimate): HeldOut {
  const samples = Uint32Array.from(folds.flatMap(({ test }) => [...test]));
  return { folds, samples, answers: Float64Array.from(folds.flatMap((fold) => Array.from(fold.answers.fit))) };
}

/** The same of classes: the true ones, those that samples were taken for, and probabilities [held out, classes]. */
export function heldOutClasses(estimate: FitEstimate, { y, classes }: FitResult["data"]) {
  const { samples, answers: probabilities } = heldOutOf(estimate);
  return { truth: samples.map((i) => y[i]), taken: largestOfRows(probabilities, classes.length), probabilities };
}
