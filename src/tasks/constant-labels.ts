import type { Dataset } from "../data/dataset.js";
import { check } from "../util/check.js";

/** Of each label, the samples that have it: targets [samples, labels] are 0 or 1. */
export function countsOf(targets: ArrayLike<number>, labels: number): number[] {
  const counts = new Array<number>(labels).fill(0);
  for (let k = 0; k < targets.length; k++) counts[k % labels] += targets[k];
  return counts;
}

/** F1 of all labels together of taking each of so many samples for the `taken` labels, `counts` having each. */
function constantF1(counts: readonly number[], samples: number, taken: readonly number[]): number {
  const found = taken.reduce((sum, c) => sum + counts[c], 0);
  return (2 * found) / (taken.length * samples + counts.reduce((sum, count) => sum + count, 0));
}

/** The labels that, given to every sample, have the best F1 of all labels together, and that F1. */
export function bestConstant(targets: ArrayLike<number>, labels: number): { readonly taken: number[]; readonly f1: number } {
  const counts = countsOf(targets, labels);
  const order = counts.map((_, c) => c).sort((a, b) => counts[b] - counts[a] || a - b);
  const each = order.map((_, k) => order.slice(0, k + 1));
  const f1 = each.map((taken) => constantF1(counts, targets.length / labels, taken));
  const best = f1.reduce((most, value, k) => (value > f1[most] ? k : most), 0);
  return { taken: each[best], f1: f1[best] };
}

/** The F1 of all labels together on `test` of giving every sample the labels that are best on `train`: what any model must beat. */
export function constantLabels(train: Dataset, test: Dataset): number {
  const { targets = new Float64Array(0), samples } = train;
  const labels = targets.length / samples;
  check(labels > 0 && test.targets?.length === labels * test.samples, "constantLabels", () => {
    return "the sets do not have the same labels";
  });
  return constantF1(countsOf(test.targets, labels), test.samples, bestConstant(targets, labels).taken);
}
