import type { Loss } from "./loss.js";

/** The outputs [samples, outputs] of a set, and its targets [samples, width]. */
interface SetOutputs {
  readonly z: Float32Array;
  readonly targets: ArrayLike<number>;
  readonly samples: number;
  readonly outputs: number;
}

/** A sum over samples of a loss that takes them as a whole, of all samples of a set together; `sum`, which a device made, of any other loss. */
export function lossOver({ whole, sortBy }: Loss, sum: number, outcome: SetOutputs | undefined): number {
  if (!whole || !outcome) return sum;
  const { z: rows, targets, samples, outputs } = outcome;
  if (!rows.every(Number.isFinite)) return Number.NaN;
  const width = targets.length / samples;
  const order = Uint32Array.from({ length: samples }, (_, i) => i);
  if (sortBy) sortBatches(order, samples, targets, width, sortBy);
  return whole({
    z: Float64Array.from(rows, (_, k) => rows[order[k % samples] * outputs + Math.floor(k / samples)]),
    delta: new Float64Array(rows.length),
    outputs,
    stride: samples,
    count: samples,
    width,
    wanted: (t, b) => targets[order[b] * width + t],
    weight: () => 1,
  });
}

/** Sorts the samples of each batch of an order by a number of their targets [samples, width], ascending; equal ones stay as they stand. */
export function sortBatches(
  order: Uint32Array,
  batch: number,
  targets: ArrayLike<number>,
  width: number,
  sortBy: NonNullable<Loss["sortBy"]>,
): void {
  const keyOf = (i: number) => sortBy((t) => targets[i * width + t]);
  for (let from = 0; from < order.length; from += batch) {
    const own = order.subarray(from, from + batch);
    const keys = new Map(Array.from(own, (i) => [i, keyOf(i)]));
    own.sort((i, k) => (keys.get(i) as number) - (keys.get(k) as number));
  }
}
