import type { Activation } from "./activation.js";

/**
 * The Gauss error function, to the precision of f64: the all-positive series 2/sqrt(pi) exp(-x^2) sum of 2^n x^(2n+1) / (2n+1)!!
 * below 6 (above it f64 has settled at 1).
 */
export function erf(x: number): number {
  const a = Math.abs(x);
  if (a >= 6) return Math.sign(x);
  let term = x;
  let sum = x;
  for (let n = 1; Math.abs(term) > 1e-17 * Math.abs(sum); n++) {
    term *= (2 * x * x) / (2 * n + 1);
    sum += term;
  }
  return (2 / Math.sqrt(Math.PI)) * Math.exp(-x * x) * sum;
}

/** f(z) = z Phi(z), Phi the normal distribution (Hendrycks, Gimpel 2016). WGSL's erf is Abramowitz and Stegun 7.1.26, error below 1.5e-7. */
export const gelu: Activation = {
  name: "gelu",
  needs: "z",
  simd: 4,
  wgsl: `
fn erf4(x: vec4<f32>) -> vec4<f32> {
  let t = 1.0 / (1.0 + 0.3275911 * abs(x));
  let p = t * (0.254829592 + t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * 1.061405429))));
  return sign(x) * (1.0 - p * exp(-x * x));
}
fn activate(z: vec4<f32>, alpha: f32, p: vec4<f32>) -> vec4<f32> { return 0.5 * z * (1.0 + erf4(z * 0.70710678)); }
fn derivative(saved: vec4<f32>, alpha: f32, p: vec4<f32>, scale: f32) -> vec4<f32> {
  return 0.5 * (1.0 + erf4(saved * 0.70710678)) + saved * 0.39894228 * exp(-0.5 * saved * saved);
}`,
  f: (z) => 0.5 * z * (1 + erf(z * Math.SQRT1_2)),
  df: (z) => 0.5 * (1 + erf(z * Math.SQRT1_2)) + (z * Math.exp(-0.5 * z * z)) / Math.sqrt(2 * Math.PI),
  onnx(graph, z, name) {
    // z (1 + erf(z / sqrt 2)) / 2; an operator of its own only since operator set 20
    const scalar = (part: string, value: number) => graph.tensor(name(part), [], Float32Array.of(value));
    const scaled = graph.node("Mul", [z, scalar("sqrtHalf", Math.SQRT1_2)], name("scaled"));
    const gate = graph.node("Add", [graph.node("Erf", [scaled], name("erf")), scalar("one", 1)], name("gate"));
    return graph.node("Mul", [graph.node("Mul", [z, gate], name("gated")), scalar("half", 0.5)], name("y"));
  },
};
