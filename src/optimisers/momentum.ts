import { type Optimiser, rate } from "./optimiser.js";

/** SGD with a velocity: m = mu m - lr g, w += m. */
export const momentum: Optimiser = {
  name: "momentum",
  state: ["m"],
  hyper: { momentum: rate(0.9) },
  rate: 0.01,
  exact: "all",
  simd: 2,
  wgsl: `
fn optimise(w: f32, m: f32, v: f32, g: f32, rates: Rates, h: Hyper) -> vec3<f32> {
  let velocity = h.momentum * m - rates.lr * g;
  return vec3<f32>(w + velocity, velocity, v);
}`,
  step(w, state, g, { lr }, { momentum }) {
    const velocity = momentum * state[0] - lr * g;
    state[0] = velocity;
    return w + velocity;
  },
};

/** The same with Nesterov's look ahead: m = mu m - lr g, w += mu m - lr g. */
export const nesterov: Optimiser = {
  ...momentum,
  name: "nesterov",
  simd: 3,
  wgsl: `
fn optimise(w: f32, m: f32, v: f32, g: f32, rates: Rates, h: Hyper) -> vec3<f32> {
  let velocity = h.momentum * m - rates.lr * g;
  return vec3<f32>(w + h.momentum * velocity - rates.lr * g, velocity, v);
}`,
  step(w, state, g, { lr }, { momentum }) {
    const velocity = momentum * state[0] - lr * g;
    state[0] = velocity;
    return w + momentum * velocity - lr * g;
  },
};
