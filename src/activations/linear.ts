import type { Activation } from "./activation.js";

/** f(z) = z: what the last layer answers, whatever the others do. */
export const linear: Activation = {
  name: "linear",
  needs: "nothing",
  exact: true,
  simd: 0,
  wgsl: `
fn activate(z: vec4<f32>, alpha: f32, p: vec4<f32>) -> vec4<f32> { return z; }
fn derivative(saved: vec4<f32>, alpha: f32, p: vec4<f32>, scale: f32) -> vec4<f32> { return vec4<f32>(1.0); }`,
  f: (z) => z,
  df: () => 1,
  onnx: (_graph, z) => z,
};
