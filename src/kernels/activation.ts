import { hash4 } from "../util/counter-random.js";
import type { FloatArray } from "../util/types.js";

/** Names of the activations; `relu`, `leakyRelu` and `allRelu` are one rectifier with different slopes below 0. */
export const ACTIVATIONS = ["relu", "leakyRelu", "allRelu", "srelu", "sigmoid", "tanh", "gelu", "linear"] as const;
export type Activation = (typeof ACTIVATIONS)[number];

/** The override ACT of an activation (shaders/common.wgsl). */
export const ACT: Readonly<Record<Activation, number>> = {
  linear: 0,
  relu: 1,
  leakyRelu: 1,
  allRelu: 1,
  sigmoid: 2,
  tanh: 3,
  gelu: 4,
  srelu: 5,
};

/** The override DROPOUT: none; inverted (kept outputs divided by 1 - rate); as SET's authors (not rescaled in training, backward not masked). */
export const DROPOUT = { none: 0, inverted: 1, authors: 2 } as const;
export type DropoutStyle = keyof typeof DROPOUT;
/** The styles to choose from. */
export const DROPOUT_STYLES = ["inverted", "authors"] as const satisfies readonly DropoutStyle[];

/**
 * The Gauss error function, to the precision of f64: the all-positive series 2/sqrt(pi) exp(-x^2) sum of 2^n x^(2n+1) / (2n+1)!!
 * below 6 (above it f64 has settled at 1).
 */
export function erf(x: number): number {
  const a = Math.abs(x);
  if (a >= 6) return Math.sign(x);
  let term = x;
  let sum = x;
  for (let n = 1; Math.abs(term) > 1e-17 * Math.abs(sum); n++) {
    term *= (2 * x * x) / (2 * n + 1);
    sum += term;
  }
  return (2 / Math.sqrt(Math.PI)) * Math.exp(-x * x) * sum;
}

const sigmoid = (z: number) => 1 / (1 + Math.exp(-z));

/**
 * a[i] = f(a[i]) for i in [from, to), one neuron's row. `alpha` is the rectifier's slope below 0; `srelu` holds tl, al, tr, ar of
 * all `neurons`, of which `neuron` is the row's (Jin et al. 2016, Deep learning with S-shaped rectified linear activation units).
 */
export function activateRow(
  act: number,
  a: FloatArray,
  from: number,
  to: number,
  alpha: number,
  srelu: FloatArray,
  neurons: number,
  neuron: number,
): void {
  switch (act) {
    case 1:
      for (let i = from; i < to; i++) if (!(a[i] > 0)) a[i] *= alpha;
      break;
    case 2:
      for (let i = from; i < to; i++) a[i] = sigmoid(a[i]);
      break;
    case 3:
      for (let i = from; i < to; i++) a[i] = Math.tanh(a[i]);
      break;
    case 4:
      for (let i = from; i < to; i++) a[i] = 0.5 * a[i] * (1 + erf(a[i] * Math.SQRT1_2));
      break;
    case 5: {
      const [tl, al, tr, ar] = [srelu[neuron], srelu[neurons + neuron], srelu[2 * neurons + neuron], srelu[3 * neurons + neuron]];
      for (let i = from; i < to; i++) {
        if (a[i] <= tl) a[i] = tl + al * (a[i] - tl);
        else if (a[i] >= tr) a[i] = tr + ar * (a[i] - tr);
      }
    }
  }
}

/**
 * d[i] *= f'(z) for i in [from, to), where `saved` holds z (savedZ 1) or the output y = scale f(z) of the neuron.
 * SReLU's derivative belongs to the kernel that trains it: left alone here, like linear.
 */
export function scaleByDerivative(
  act: number,
  d: FloatArray,
  saved: FloatArray,
  from: number,
  to: number,
  alpha: number,
  scale: number,
  savedZ: number,
): void {
  switch (act) {
    case 1:
      for (let i = from; i < to; i++) if (!(saved[i] > 0)) d[i] *= alpha;
      break;
    case 2:
      for (let i = from; i < to; i++) {
        const a = savedZ ? sigmoid(saved[i]) : saved[i] / scale;
        d[i] *= a * (1 - a);
      }
      break;
    case 3:
      for (let i = from; i < to; i++) {
        const a = savedZ ? Math.tanh(saved[i]) : saved[i] / scale;
        d[i] *= 1 - a * a;
      }
      break;
    case 4:
      for (let i = from; i < to; i++) {
        const z = saved[i];
        d[i] *= 0.5 * (1 + erf(z * Math.SQRT1_2)) + (z * Math.exp(-0.5 * z * z)) / Math.sqrt(2 * Math.PI);
      }
  }
}

/** a[i] *= keepScale where hash4(stream, step, neuron, b) >= threshold, else 0: the dropout mask of one neuron's row of `stride` samples at `from`. */
export function dropRow(
  a: FloatArray,
  from: number,
  stride: number,
  stream: number,
  step: number,
  neuron: number,
  threshold: number,
  keepScale: number,
): void {
  for (let b = 0; b < stride; b++) a[from + b] = hash4(stream, step, neuron, b) >= threshold ? a[from + b] * keepScale : 0;
}
