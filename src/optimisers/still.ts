import type { Optimiser } from "./optimiser.js";

/** Leaves weights and state alone: of a backward pass whose kernels update what they pass. */
export const still: Optimiser = {
  name: "still",
  state: [],
  hyper: {},
  exact: "all",
  frozen: true,
  wgsl: `
fn optimise(w: f32, m: f32, v: f32, g: f32, rates: Rates, h: Hyper) -> vec3<f32> { return vec3<f32>(w, m, v); }`,
  step: (w) => w,
};
