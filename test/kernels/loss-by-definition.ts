import type { LOSSES } from "../../src/losses/index.js";

/** Losses of single samples; the batch of cox is a whole: test/losses/cox.test.ts. */
export type LossName = Exclude<keyof typeof LOSSES, "cox">;

const logistic = (value: number) => 1 / (1 + Math.exp(-value));

/** One sample's loss by definition, in f64. */
export const LOSS_OF: Readonly<Record<LossName, (z: number[], label: number) => number>> = {
  crossEntropy: (z, label) => -Math.log(Math.exp(z[label]) / z.reduce((sum, value) => sum + Math.exp(value), 0)),
  mse: (z, label) => z.reduce((sum, value, c) => sum + (value - (c === label ? 1 : 0)) ** 2, 0) / z.length,
  authors: (z, label) => z.reduce((sum, value, c) => sum + (logistic(value) - (c === label ? 1 : 0)) ** 2, 0) / z.length,
  mae: (z, target) => z.reduce((sum, value) => sum + Math.abs(value - target), 0) / z.length,
  huber: (z, target) => z.reduce((sum, value) => sum + huberOf(value - target), 0) / z.length,
  sigmoidCrossEntropy: (z, t) => z.reduce((sum, value) => sum + Math.log1p(Math.exp(value)) - t * value, 0) / z.length,
  focal: (z, label) => -((1 - softmax(z)[label]) ** 2) * Math.log(softmax(z)[label]),
};
function softmax(z: number[]): number[] {
  const sum = z.reduce((total, value) => total + Math.exp(value), 0);
  return z.map((value) => Math.exp(value) / sum);
}
const huberOf = (e: number) => (Math.abs(e) <= 1 ? e ** 2 / 2 : Math.abs(e) - 1 / 2);

/** d loss / d z[c] of one sample, in f64: what the equations of src/losses say (for the authors' it is no derivative). */
export const DELTA_OF: Readonly<Record<LossName, (z: number[], label: number, c: number) => number>> = {
  crossEntropy: (z, label, c) => Math.exp(z[c]) / z.reduce((sum, value) => sum + Math.exp(value), 0) - (c === label ? 1 : 0),
  mse: (z, label, c) => (2 * (z[c] - (c === label ? 1 : 0))) / z.length,
  authors: (z, label, c) => {
    const p = logistic(z[c]);
    return (p - (c === label ? 1 : 0)) * logistic(p) * (1 - logistic(p));
  },
  mae: (z, target, c) => Math.sign(z[c] - target) / z.length,
  huber: (z, target, c) => Math.min(1, Math.max(-1, z[c] - target)) / z.length,
  sigmoidCrossEntropy: (z, t, c) => (logistic(z[c]) - t) / z.length,
  focal: (z, label, c) => {
    const p = softmax(z);
    const slope = (1 - p[label]) ** 2 - 2 * (1 - p[label]) * p[label] * Math.log(p[label]);
    return slope * (p[c] - (c === label ? 1 : 0));
  },
};
