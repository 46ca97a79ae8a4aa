import { type HyperParams, hyperOf, type Optimiser } from "../optimisers/optimiser.js";
import type { FloatArray } from "../util/types.js";

/** The pieces of a kernel that updates weights. */
export type UpdatePieces = { readonly optimiser: Optimiser };

/**
 * One optimiser step of w[i] with its state and gradient g[i - from] for i in [from, to); the two states of element i are m[i + mAt] and
 * v[i + vAt], as far as the rule keeps them. `rates` holds lr and the rule's corrections. Decoupled decay: w -= lr decay w_old.
 */
export function optimiseRange(
  optimiser: Optimiser,
  w: FloatArray,
  m: FloatArray,
  v: FloatArray,
  g: FloatArray,
  from: number,
  to: number,
  mAt: number,
  vAt: number,
  [lr, correction1, correction2, correction3]: FloatArray,
  params: HyperParams,
): void {
  const states = optimiser.state.length;
  const hyper = hyperOf(optimiser, params);
  const rates = { lr, correction1, correction2, correction3 };
  const shrink = 1 - lr * params.decay;
  const state = [0, 0];
  for (let i = from; i < to; i++) {
    if (states > 0) state[0] = m[i + mAt];
    if (states > 1) state[1] = v[i + vAt];
    const next = optimiser.step(w[i] * shrink, state, g[i - from], rates, hyper);
    if (!optimiser.frozen) w[i] = next;
    if (states > 0) m[i + mAt] = state[0];
    if (states > 1) v[i + vAt] = state[1];
  }
}

/** Step of the bias of neurons [from, to), packed as bias and states of `neurons` elements each. */
export function optimiseBias(
  optimiser: Optimiser,
  bias: FloatArray,
  g: FloatArray,
  from: number,
  to: number,
  neurons: number,
  rates: FloatArray,
  params: HyperParams,
): void {
  optimiseRange(optimiser, bias, bias, bias, g, from, to, neurons, 2 * neurons, rates, params);
}
