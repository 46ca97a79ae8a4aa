import type { Activation } from "./activation.js";

/**
 * S-shaped rectifier (Jin et al. 2016, Deep learning with S-shaped rectified linear activation units), p = (tl, al, tr, ar):
 * f(z) = tl + al (z - tl) for z <= tl, else tr + ar (z - tr) for z >= tr, else z. It starts leaky below 0, and as the identity elsewhere.
 */
export const srelu: Activation = {
  name: "srelu",
  needs: "z",
  exact: true,
  simd: 5,
  parameters: [
    { name: "tl", init: 0 },
    { name: "al", init: 0.2 },
    { name: "tr", init: 1 },
    { name: "ar", init: 1 },
  ],
  wgsl: `
fn activate(z: vec4<f32>, alpha: f32, p: vec4<f32>) -> vec4<f32> {
  let upper = select(z, p.z + p.w * (z - p.z), z >= vec4<f32>(p.z));
  return select(upper, p.x + p.y * (z - p.x), z <= vec4<f32>(p.x));
}
fn derivative(z: vec4<f32>, alpha: f32, p: vec4<f32>, scale: f32) -> vec4<f32> {
  let below = z <= vec4<f32>(p.x);
  let above = (z >= vec4<f32>(p.z)) & !below;
  return select(select(vec4<f32>(1.0), vec4<f32>(p.w), above), vec4<f32>(p.y), below);
}
fn gradients(z: vec4<f32>, g: vec4<f32>, alpha: f32, p: vec4<f32>) -> vec4<f32> {
  let below = z <= vec4<f32>(p.x);
  let left = select(vec4<f32>(), g, below);
  let right = select(vec4<f32>(), g, (z >= vec4<f32>(p.z)) & !below);
  return vec4<f32>(dot(left, vec4<f32>(1.0 - p.y)), dot(left, z - p.x), dot(right, vec4<f32>(1.0 - p.w)), dot(right, z - p.z));
}`,
  f(z, _alpha, [tl, al, tr, ar]) {
    if (z <= tl) return tl + al * (z - tl);
    return z >= tr ? tr + ar * (z - tr) : z;
  },
  df: (z, _alpha, [tl, al, tr, ar]) => (z <= tl ? al : z >= tr ? ar : 1),
  gradients(z, _alpha, [tl, al, tr, ar], into) {
    const [left, right] = [z <= tl, z > tl && z >= tr];
    into[0] = left ? 1 - al : 0;
    into[1] = left ? z - tl : 0;
    into[2] = right ? 1 - ar : 0;
    into[3] = right ? z - tr : 0;
  },
  onnx(graph, z, name, _alpha, knees) {
    const out = knees.length / 4;
    const part = (label: string, k: number) => graph.tensor(name(label), [out], knees.slice(k * out, (k + 1) * out));
    const line = (side: string, knee: string, slope: string) => {
      const beyond = graph.node("Sub", [z, knee], name(`${side}.beyond`));
      const rise = graph.node("Mul", [slope, beyond], name(`${side}.rise`));
      return graph.node("Add", [knee, rise], name(`${side}.line`));
    };
    const [tl, al, tr, ar] = ["tl", "al", "tr", "ar"].map(part);
    const above = graph.node("GreaterOrEqual", [z, tr], name("above"));
    const upper = graph.node("Where", [above, line("upper", tr, ar), z], name("upper"));
    const below = graph.node("LessOrEqual", [z, tl], name("below"));
    return graph.node("Where", [below, line("lower", tl, al), upper], name("y"));
  },
};
