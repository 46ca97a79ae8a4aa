import type { MemberOutputs, Outputs } from "./task.js";

/** Writes, for each output and sample of a batch, from `start` on, the standard deviation of the members' outputs by their weights. */
export function writeSpread(
  { outputs, stride, count }: Outputs,
  { z, weights }: MemberOutputs,
  spread: readonly Float32Array[],
  start: number,
): void {
  for (let c = 0; c < outputs; c++) {
    for (let b = 0; b < count; b++) {
      const own = weights.map((_, j) => z[(j * outputs + c) * stride + b]);
      const mean = own.reduce((sum, value, j) => sum + weights[j] * value, 0);
      spread[c][start + b] = Math.sqrt(own.reduce((sum, value, j) => sum + weights[j] * (value - mean) ** 2, 0));
    }
  }
}
