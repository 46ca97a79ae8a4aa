import { type Optimiser, rate } from "./optimiser.js";

/**
 * Kingma, Ba 2015: m = beta1 m + (1 - beta1) g, v = beta2 v + (1 - beta2) g^2, w -= lr m' / (sqrt(v') + eps), where m' = m / (1 - beta1^t)
 * and v' = v / (1 - beta2^t).
 */
export const adam: Optimiser = {
  name: "adam",
  state: ["m", "v"],
  hyper: { beta1: rate(0.9), beta2: rate(0.999), eps: { default: 1e-8, min: Number.MIN_VALUE } },
  exact: "state",
  simd: 4,
  wgsl: `
fn optimise(w: f32, m: f32, v: f32, g: f32, rates: Rates, h: Hyper) -> vec3<f32> {
  let first = h.beta1 * m + (1.0 - h.beta1) * g;
  let second = h.beta2 * v + (1.0 - h.beta2) * g * g;
  return vec3<f32>(w - rates.lr * (first * rates.correction1) / (sqrt(second * rates.correction2) + h.eps), first, second);
}`,
  step(w, state, g, { lr, correction1, correction2 }, { beta1, beta2, eps }) {
    const first = beta1 * state[0] + (1 - beta1) * g;
    const second = beta2 * state[1] + (1 - beta2) * g * g;
    state[0] = first;
    state[1] = second;
    return w - (lr * (first * correction1)) / (Math.sqrt(second * correction2) + eps);
  },
  corrections: ({ beta1, beta2 }, t) => [1 / (1 - beta1 ** t), 1 / (1 - beta2 ** t)],
};

/** Adam with a decay of 0.01 (Loshchilov, Hutter 2019): decay is decoupled for every optimiser here. */
export const adamw: Optimiser = { ...adam, name: "adamw", decay: 0.01 };
