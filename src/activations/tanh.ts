import type { Activation } from "./activation.js";

/** f(z) = tanh z. WGSL's may be built on exp: arguments are cut where f32 has settled. */
export const tanh: Activation = {
  name: "tanh",
  needs: "y",
  simd: 3,
  wgsl: `
fn activate(z: vec4<f32>, alpha: f32, p: vec4<f32>) -> vec4<f32> {
  return tanh(clamp(z, vec4<f32>(-15.0), vec4<f32>(15.0)));
}
fn derivative(saved: vec4<f32>, alpha: f32, p: vec4<f32>, scale: f32) -> vec4<f32> {
  var a = saved / scale;
  if (SAVED_Z == 1u) { a = activate(saved, alpha, p); }
  return 1.0 - a * a;
}`,
  f: Math.tanh,
  df(saved, _alpha, _p, scale, savedZ) {
    const a = savedZ ? Math.tanh(saved) : saved / scale;
    return 1 - a * a;
  },
  onnx: (graph, z, name) => graph.node("Tanh", [z], name("y")),
};
