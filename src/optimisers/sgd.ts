import { momentum, nesterov } from "./momentum.js";
import type { Optimiser } from "./optimiser.js";

/** w -= lr g. With a momentum above 0 it becomes `momentum` or `nesterov`, which keep a velocity. */
export const sgd: Optimiser = {
  name: "sgd",
  state: [],
  hyper: {},
  rate: 0.01,
  exact: "all",
  simd: 1,
  wgsl: `
fn optimise(w: f32, m: f32, v: f32, g: f32, rates: Rates, h: Hyper) -> vec3<f32> {
  return vec3<f32>(w - rates.lr * g, m, v);
}`,
  step: (w, _state, g, { lr }) => w - lr * g,
  rule: (config) => (config.momentum === 0 ? sgd : config.nesterov ? nesterov : momentum),
};
