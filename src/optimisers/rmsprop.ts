import { type Optimiser, rate } from "./optimiser.js";

/** Tieleman, Hinton 2012: m = beta2 m + (1 - beta2) g^2, w -= lr g / (sqrt(m) + eps). */
export const rmsprop: Optimiser = {
  name: "rmsprop",
  state: ["m"],
  hyper: { beta2: rate(0.99), eps: { default: 1e-8, min: Number.MIN_VALUE } },
  exact: "state",
  simd: 5,
  wgsl: `
fn optimise(w: f32, m: f32, v: f32, g: f32, rates: Rates, h: Hyper) -> vec3<f32> {
  let second = h.beta2 * m + (1.0 - h.beta2) * g * g;
  return vec3<f32>(w - rates.lr * g / (sqrt(second) + h.eps), second, v);
}`,
  step(w, state, g, { lr }, { beta2, eps }) {
    const second = beta2 * state[0] + (1 - beta2) * g * g;
    state[0] = second;
    return w - (lr * g) / (Math.sqrt(second) + eps);
  },
};
