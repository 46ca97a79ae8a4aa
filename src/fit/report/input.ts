import { largestOfRows } from "../../metrics/classes/rows.js";
import type { FitEstimate, FitFold, FitResult } from "../result.js";

/** What a fit found, but its models. */
export type FitFindings = Omit<FitResult, "model" | "linear">;

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
  /** [held out] sample index, true class, and the class it was taken for. */
  readonly samples: Uint32Array;
  readonly truth: Uint32Array;
  readonly taken: Uint32Array;
  /** [held out, classes] */
  readonly probabilities: Float64Array;
}

/** The answers of `fit` to the samples held out. With several rounds, each sample is there as often. */
export function heldOutOf({ folds }: FitEstimate, { y, classes }: FitResult["data"]): HeldOut {
  const samples = Uint32Array.from(folds.flatMap(({ test }) => [...test]));
  const probabilities = Float64Array.from(folds.flatMap((fold) => Array.from(fold.probabilities.fit)));
  return { folds, samples, truth: samples.map((i) => y[i]), taken: largestOfRows(probabilities, classes.length), probabilities };
}
