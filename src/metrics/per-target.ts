import type { Outcome } from "./metric.js";

/** What one target is taken out of: outputs as doubles, too. */
export type Columns = Omit<Outcome, "z"> & { readonly z: ArrayLike<number> };

/** The values of target t of all samples, and the outputs that are to come near: of several outputs for each target the middle one. */
export function targetColumns(
  { z, targets, samples, outputs }: Columns,
  t: number,
): { found: Float64Array; truth: Float64Array } {
  const width = targets.length / samples;
  const each = Math.floor(outputs / width);
  const c = t * each + Math.floor(each / 2);
  return {
    found: Float64Array.from({ length: samples }, (_, i) => z[i * outputs + c]),
    truth: Float64Array.from({ length: samples }, (_, i) => targets[i * width + t]),
  };
}

/** The mean over the targets of a number of each. */
export function meanOverTargets(outcome: Outcome, of: (found: Float64Array, truth: Float64Array) => number): number {
  const width = outcome.targets.length / outcome.samples;
  let sum = 0;
  for (let t = 0; t < width; t++) {
    const { found, truth } = targetColumns(outcome, t);
    sum += of(found, truth);
  }
  return sum / width;
}
