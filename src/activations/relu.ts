import type { Activation } from "./activation.js";

/** f(z) = z above 0, else alpha z, with alpha 0. A negative alpha makes the output ambiguous, so that the derivative needs the input. */
export const relu: Activation = {
  name: "relu",
  needs: (alpha) => (alpha < 0 ? "z" : "y"),
  exact: true,
  simd: 1,
  wgsl: `
fn activate(z: vec4<f32>, alpha: f32, p: vec4<f32>) -> vec4<f32> { return select(alpha * z, z, z > vec4<f32>(0.0)); }
fn derivative(saved: vec4<f32>, alpha: f32, p: vec4<f32>, scale: f32) -> vec4<f32> {
  return select(vec4<f32>(alpha), vec4<f32>(1.0), saved > vec4<f32>(0.0));
}`,
  f: (z, alpha) => (z > 0 ? z : alpha * z),
  df: (saved, alpha) => (saved > 0 ? 1 : alpha),
  onnx: (graph, z, name, alpha) =>
    alpha === 0 ? graph.node("Relu", [z], name("y")) : graph.node("LeakyRelu", [z], name("y"), { floats: { alpha } }),
};

/** The same with a slope alpha below 0. */
export const leakyRelu: Activation = { ...relu, name: "leakyRelu", slope: (alpha) => alpha };

/**
 * All-ReLU: the slope is -alpha in even layers of the network and +alpha in odd ones, the input being layer 1 (Curci et al. 2021), so the
 * first hidden layer has -alpha.
 */
export const allRelu: Activation = {
  ...relu,
  name: "allRelu",
  alpha: 0.6,
  slope: (alpha, layer) => (layer % 2 === 0 ? -alpha : alpha),
};
