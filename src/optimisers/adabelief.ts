import { adam } from "./adam.js";
import type { Optimiser } from "./optimiser.js";

/**
 * Zhuang et al. 2020 (arXiv 2010.07468, algorithm 2): Adam with v = beta2 v + (1 - beta2) (g - m)^2 + eps, of the new m. Steps are long
 * where gradients are as m expects them.
 */
export const adabelief: Optimiser = {
  ...adam,
  name: "adabelief",
  exact: "nothing",
  simd: 7,
  wgsl: `
fn optimise(w: f32, m: f32, v: f32, g: f32, rates: Rates, h: Hyper) -> vec3<f32> {
  let first = h.beta1 * m + (1.0 - h.beta1) * g;
  let second = h.beta2 * v + (1.0 - h.beta2) * (g - first) * (g - first) + h.eps;
  return vec3<f32>(w - rates.lr * (first * rates.correction1) / (sqrt(second * rates.correction2) + h.eps), first, second);
}`,
  step(w, state, g, { lr, correction1, correction2 }, { beta1, beta2, eps }) {
    const first = beta1 * state[0] + (1 - beta1) * g;
    const second = beta2 * state[1] + (1 - beta2) * (g - first) ** 2 + eps;
    state[0] = first;
    state[1] = second;
    return w - (lr * (first * correction1)) / (Math.sqrt(second * correction2) + eps);
  },
};
