/** An output, its weight, and the logarithm of what softmax divides by. */
export interface Part {
  readonly z: number;
  readonly weight: number;
  readonly logSum: number;
}

/** By OF of kernel `average`: the mean of outputs; the log of that of softmax, where exp(logSum) is the sum it divides by; the log odds of that of 1 / (1 + exp(-z)). */
export const MEANS: readonly ((parts: readonly Part[]) => number)[] = [
  (parts) => parts.reduce((sum, { z, weight }) => sum + weight * z, 0),
  (parts) => sumOfLogs(parts.map(({ z, weight, logSum }) => z + (Math.log(weight) - logSum))),
  (parts) => logOfMean(parts, 1) - logOfMean(parts, -1),
];

/** Log of the mean of 1 / (1 + exp(-sign z)). */
function logOfMean(parts: readonly Part[], sign: number): number {
  const logOf = (z: number) => Math.min(z, 0) - Math.log1p(Math.exp(-Math.abs(z)));
  return sumOfLogs(parts.map(({ z, weight }) => Math.log(weight) + logOf(sign * z)));
}

/** log(sum of exp(value)), which does not overflow; -Infinity stands for a summand of 0. */
export function sumOfLogs(values: readonly number[]): number {
  const most = values.reduce((a, b) => Math.max(a, b));
  return most + Math.log(values.reduce((sum, value) => sum + Math.exp(value - most), 0));
}
