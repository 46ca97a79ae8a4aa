import { meanOfDefined } from "./classes/check.js";
import type { Metric, Outcome } from "./metric.js";

// Metrics of several labels a sample: a sample is taken for a label where its output is above 0, so its probability above 1/2.

/** Of each label, [labels]: samples that have it, that are taken for it, and both. */
export interface LabelCounts {
  readonly has: Float64Array;
  readonly taken: Float64Array;
  readonly found: Float64Array;
}

/** Counts the samples of each label. */
export function countLabels({ z, targets, outputs }: Pick<Outcome, "z" | "targets" | "outputs">): LabelCounts {
  const [has, taken, found] = [0, 0, 0].map(() => new Float64Array(outputs));
  for (let k = 0; k < z.length; k++) {
    const [c, one, above] = [k % outputs, targets[k], Number(z[k] > 0)];
    has[c] += one;
    taken[c] += above;
    found[c] += one * above;
  }
  return { has, taken, found };
}

/** a / b; null where b is 0. */
const ratio = (a: number, b: number): number | null => (b > 0 ? a / b : null);

/** Precision, recall and F1 of each label, [labels]; null where they are not defined. */
export function scoreLabels({ has, taken, found }: LabelCounts) {
  return {
    precision: Array.from(found, (both, c) => ratio(both, taken[c])),
    recall: Array.from(found, (both, c) => ratio(both, has[c])),
    f1: Array.from(found, (both, c) => ratio(2 * both, has[c] + taken[c])),
  };
}

const sumOf = (values: Float64Array) => values.reduce((sum, value) => sum + value, 0);

/** F1 of all pairs of a sample and a label together: 2 found / (had + taken). */
export const microF1Of = ({ has, taken, found }: LabelCounts): number | null =>
  ratio(2 * sumOf(found), sumOf(has) + sumOf(taken));

/** The mean F1 of the labels where it is defined. */
const labelF1Of = (counts: LabelCounts): number | null => meanOfDefined(scoreLabels(counts).f1);

/**
 * Label ranking average precision (Tsoumakas, Katakis, Vlahavas 2010): of each label that a sample has, the share of its labels among all whose outputs are
 * no smaller; the mean over its labels, then over samples. A sample with no label, or with all, counts as 1.
 */
function rankingPrecisionOf({ z, targets, samples, outputs }: Outcome): number {
  let sum = 0;
  for (let i = 0; i < samples; i++) {
    const order = Array.from({ length: outputs }, (_, c) => i * outputs + c).sort((a, b) => z[b] - z[a]);
    let [own, above, precision] = [0, 0, 0];
    for (let from = 0; from < outputs; from = above) {
      while (above < outputs && z[order[above]] === z[order[from]]) above++;
      const tied = order.slice(from, above).reduce((count, k) => count + targets[k], 0);
      own += tied;
      precision += (tied * own) / above;
    }
    sum += own > 0 ? precision / own : 1;
  }
  return sum / samples;
}

/** A metric of labels; NaN where an output is not finite: then training diverged, which is told elsewhere. */
const ofLabels = (name: string, label: string, of: (outcome: Outcome) => number | null): Metric => ({
  name,
  label,
  better: "larger",
  fraction: true,
  over: (outcome) => (outcome.z.every(Number.isFinite) ? (of(outcome) ?? Number.NaN) : Number.NaN),
  unfit(targets, { samples, outputs }) {
    const values = new Set(Array.from(targets));
    const areLabels = targets.length === samples * outputs && [...values].every((value) => value === 0 || value === 1);
    if (!areLabels) return "is of labels, 0 or 1, which these targets are not";
    return values.has(1) ? undefined : "is not defined, as no sample has a label";
  },
});

/** Metrics of labels by their names. */
export const OF_LABELS = {
  microF1: ofLabels("microF1", "F1, all labels together", (outcome) => microF1Of(countLabels(outcome))),
  labelF1: ofLabels("labelF1", "F1, mean of the labels", (outcome) => labelF1Of(countLabels(outcome))),
  rankingPrecision: ofLabels("rankingPrecision", "label ranking precision", rankingPrecisionOf),
};
