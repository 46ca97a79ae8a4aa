import type { Optimiser } from "./optimiser.js";

/** Stores the gradient in m and leaves the weight alone: for tests, and for `sddmm` by itself. */
export const gradient: Optimiser = {
  name: "gradient",
  state: ["m"],
  hyper: {},
  exact: "all",
  simd: 0,
  frozen: true,
  wgsl: `
fn optimise(w: f32, m: f32, v: f32, g: f32, rates: Rates, h: Hyper) -> vec3<f32> { return vec3<f32>(w, g, v); }`,
  step(w, state, g) {
    state[0] = g;
    return w;
  },
};
