import type { FloatArray } from "../util/types.js";

/** The override OPT (shaders/common.wgsl). `gradient` stores the gradient in m and leaves w alone: for tests. */
export const OPT = { gradient: 0, sgd: 1, momentum: 2, nesterov: 3, adam: 4, rmsprop: 5 } as const;
export type UpdateRule = keyof typeof OPT;

/** Arrays of optimiser state that a rule keeps beside every weight. */
export const STATE_SLOTS: Readonly<Record<UpdateRule, number>> = {
  gradient: 1,
  sgd: 0,
  momentum: 1,
  nesterov: 1,
  adam: 2,
  rmsprop: 1,
};

/** What an update takes besides the gradient; `beta1` is the momentum of SGD. */
export interface Hyper {
  readonly beta1: number;
  readonly beta2: number;
  readonly eps: number;
  readonly decay: number;
}

/**
 * One optimiser step of w[i] with state m[i], v[i] and gradient g[i - from] for i in [from, to); in m and v, element i is at i + mAt, i + vAt.
 * `rates` holds lr and Adam's 1 / (1 - beta^t) for both moments. Decoupled decay: w -= lr decay w_old. Rules:
 * momentum v = mu v - lr g, w += v; Nesterov w += mu v - lr g; Adam (Kingma, Ba 2015); RMSprop v = beta2 v + (1 - beta2) g^2, w -= lr g / (sqrt v + eps).
 */
export function optimiseRange(
  rule: number,
  w: FloatArray,
  m: FloatArray,
  v: FloatArray,
  g: FloatArray,
  from: number,
  to: number,
  mAt: number,
  vAt: number,
  rates: FloatArray,
  h: Hyper,
): void {
  const [lr, correction1, correction2] = [rates[0], rates[1], rates[2]];
  const shrink = 1 - lr * h.decay;
  switch (rule) {
    case OPT.gradient:
      for (let i = from; i < to; i++) m[i + mAt] = g[i - from];
      break;
    case OPT.sgd:
      for (let i = from; i < to; i++) w[i] = w[i] * shrink - lr * g[i - from];
      break;
    case OPT.momentum:
      for (let i = from; i < to; i++) {
        const velocity = h.beta1 * m[i + mAt] - lr * g[i - from];
        m[i + mAt] = velocity;
        w[i] = w[i] * shrink + velocity;
      }
      break;
    case OPT.nesterov:
      for (let i = from; i < to; i++) {
        const velocity = h.beta1 * m[i + mAt] - lr * g[i - from];
        m[i + mAt] = velocity;
        w[i] = w[i] * shrink + h.beta1 * velocity - lr * g[i - from];
      }
      break;
    case OPT.adam:
      for (let i = from; i < to; i++) {
        const gradient = g[i - from];
        const first = h.beta1 * m[i + mAt] + (1 - h.beta1) * gradient;
        const second = h.beta2 * v[i + vAt] + (1 - h.beta2) * gradient * gradient;
        m[i + mAt] = first;
        v[i + vAt] = second;
        w[i] = w[i] * shrink - (lr * (first * correction1)) / (Math.sqrt(second * correction2) + h.eps);
      }
      break;
    case OPT.rmsprop:
      for (let i = from; i < to; i++) {
        const gradient = g[i - from];
        const second = h.beta2 * m[i + mAt] + (1 - h.beta2) * gradient * gradient;
        m[i + mAt] = second;
        w[i] = w[i] * shrink - (lr * gradient) / (Math.sqrt(second) + h.eps);
      }
  }
}

/** Step of the bias of neurons [from, to), packed as bias, m, v of `neurons` elements each. */
export function optimiseBias(
  rule: number,
  bias: FloatArray,
  g: FloatArray,
  from: number,
  to: number,
  neurons: number,
  rates: FloatArray,
  h: Hyper,
): void {
  optimiseRange(rule, bias, bias, bias, g, from, to, neurons, 2 * neurons, rates, h);
}
