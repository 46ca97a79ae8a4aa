import text from "../../../shaders/parts/moments.wgsl?raw";
import type { FloatArray } from "../../util/types.js";

/** What norm and norm-t have in common: mean and variance of a row over the samples of the batch. */
export const moments = { wgsl: text } as const;

/** Mean and biased variance of x[from .. from + count). */
export function momentsOf(x: FloatArray, from: number, count: number): readonly [mean: number, variance: number] {
  let sum = 0;
  for (let i = from; i < from + count; i++) sum += x[i];
  const mean = sum / count;
  let squares = 0;
  for (let i = from; i < from + count; i++) squares += (x[i] - mean) ** 2;
  return [mean, squares / count];
}

/** Where the statistics of a row are: those of members that `share` weights lie member by member, their rows neuron by neuron. */
export const statisticsAt = (row: number, share: number, rows: number) =>
  (row % share) * (rows / share) + Math.floor(row / share);
