import type { FloatArray } from "../util/types.js";
import { balancedAccuracyOf, type ClassCounts, countClasses, f1Of, kappaOf, macro, mccOf, weighted } from "./classes/counts.js";
import { prAuc, rocAuc } from "./classes/curves.js";
import { brierScore, calibrationError, logLoss } from "./classes/probabilities.js";
import { largestOfRows, softmaxOfRows } from "./classes/rows.js";
import type { Metric, Outcome } from "./metric.js";

// The metrics of classes as pieces: of all samples together, on the host. Their equations are those of src/metrics/classes.

type About = Omit<Metric, "name" | "wgsl" | "measure" | "of" | "over" | "unfit">;

/** A metric of the classes that samples are taken for. `several`: it is not defined where all samples are of one class. */
const ofCounts = (name: string, of: (counts: ClassCounts) => number | null, about: About, several = false): Metric => ({
  ...ofClasses(name, about, several),
  over: ({ z, targets, outputs }) => ofFinite(z, () => of(countClasses(targets, largestOfRows(z, outputs), outputs))),
});

/** A metric of the probabilities that softmax makes of the outputs. */
const ofProbabilities = (
  name: string,
  of: (probabilities: FloatArray, labels: ArrayLike<number>, classes: number) => number | null,
  about: About,
  several = false,
): Metric => ({
  ...ofClasses(name, about, several),
  over: ({ z, targets, outputs }) => ofFinite(z, () => of(softmaxOfRows(z, outputs), targets, outputs)),
});

/** The value, or NaN where an output is not finite: then training diverged, which is told elsewhere. */
const ofFinite = (z: Float32Array, of: () => number | null): number =>
  z.every(Number.isFinite) ? (of() ?? Number.NaN) : Number.NaN;

const ofClasses = (name: string, about: About, several: boolean) => ({
  name,
  ...about,
  unfit(targets: ArrayLike<number>, { samples, outputs }: Pick<Outcome, "samples" | "outputs">): string | undefined {
    const seen = new Set<number>();
    for (let i = 0; i < targets.length; i++) seen.add(targets[i]);
    const isClass = (target: number) => Number.isInteger(target) && target >= 0 && target < outputs;
    if (targets.length !== samples || outputs < 2 || ![...seen].every(isClass))
      return "is of classes, which these targets are not";
    return several && seen.size < 2 ? "is not defined, as all samples are of one class" : undefined;
  },
});

const larger = { better: "larger" } as const;
const smaller = { better: "smaller" } as const;
const fraction = true;

/** Metrics of classes by their names. */
export const OF_CLASSES = {
  balancedAccuracy: ofCounts("balancedAccuracy", balancedAccuracyOf, { label: "balanced accuracy", ...larger, fraction }),
  macroF1: ofCounts("macroF1", (counts) => macro(f1Of(counts)), { label: "F1, mean of the classes", ...larger, fraction }),
  weightedF1: ofCounts("weightedF1", (counts) => weighted(f1Of(counts), counts), {
    label: "F1, mean of the samples",
    ...larger,
    fraction,
  }),
  kappa: ofCounts("kappa", kappaOf, { label: "Cohen's kappa", ...larger, range: [-1, 1] }, true),
  mcc: ofCounts("mcc", mccOf, { label: "MCC", ...larger, range: [-1, 1] }, true),
  rocAuc: ofProbabilities("rocAuc", rocAuc, { label: "ROC AUC", ...larger, range: [0, 1] }, true),
  prAuc: ofProbabilities("prAuc", prAuc, { label: "PR AUC", ...larger, range: [0, 1] }, true),
  logLoss: ofProbabilities("logLoss", logLoss, { label: "log loss", ...smaller, range: [0, Infinity] }),
  brierScore: ofProbabilities("brierScore", brierScore, { label: "Brier score", ...smaller, range: [0, Infinity] }),
  calibrationError: ofProbabilities("calibrationError", calibrationError, { label: "calibration error", ...smaller, fraction }),
};
