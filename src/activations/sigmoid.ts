import type { Activation } from "./activation.js";

const sigmoidOf = (z: number) => 1 / (1 + Math.exp(-z));

/** f(z) = 1 / (1 + exp(-z)). exp may overflow to no infinity in WGSL: arguments are cut where f32 has settled. */
export const sigmoid: Activation = {
  name: "sigmoid",
  needs: "y",
  simd: 2,
  wgsl: `
fn activate(z: vec4<f32>, alpha: f32, p: vec4<f32>) -> vec4<f32> {
  return 1.0 / (1.0 + exp(-clamp(z, vec4<f32>(-80.0), vec4<f32>(80.0))));
}
fn derivative(saved: vec4<f32>, alpha: f32, p: vec4<f32>, scale: f32) -> vec4<f32> {
  var a = saved / scale;
  if (SAVED_Z == 1u) { a = activate(saved, alpha, p); }
  return a * (1.0 - a);
}`,
  f: sigmoidOf,
  df(saved, _alpha, _p, scale, savedZ) {
    const a = savedZ ? sigmoidOf(saved) : saved / scale;
    return a * (1 - a);
  },
  onnx: (graph, z, name) => graph.node("Sigmoid", [z], name("y")),
};
