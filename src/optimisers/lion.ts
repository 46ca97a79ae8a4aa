import { type Optimiser, rate } from "./optimiser.js";

/**
 * Chen et al. 2023 (arXiv 2302.06675, algorithm 2): w -= lr sign(beta1 m + (1 - beta1) g), m = beta2 m + (1 - beta2) g, where sign(0) = 0. All
 * weights move equally far, so its rate is a tenth of Adam's.
 */
export const lion: Optimiser = {
  name: "lion",
  state: ["m"],
  hyper: { beta1: rate(0.9), beta2: rate(0.99) },
  rate: 1e-4,
  exact: "all",
  simd: 6,
  wgsl: `
fn optimise(w: f32, m: f32, v: f32, g: f32, rates: Rates, h: Hyper) -> vec3<f32> {
  let direction = sign(h.beta1 * m + (1.0 - h.beta1) * g);
  return vec3<f32>(w - rates.lr * direction, h.beta2 * m + (1.0 - h.beta2) * g, v);
}`,
  step(w, state, g, { lr }, { beta1, beta2 }) {
    const direction = Math.sign(beta1 * state[0] + (1 - beta1) * g);
    state[0] = beta2 * state[0] + (1 - beta2) * g;
    return w - lr * direction;
  },
};
