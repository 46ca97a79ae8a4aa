import type { Loss } from "./loss.js";

const logistic = (value: number) => 1 / (1 + Math.exp(-value));

/**
 * As SET's published Fashion-MNIST scripts compute it: sum (p - t)^2 / C, delta (p - t) s(p) (1 - s(p)) / count, with s the logistic function,
 * p = s(z) and t the one-hot label. The delta is no derivative of the loss.
 */
export const authors: Loss = {
  name: "authors",
  wgsl: `
fn authorsLogistic(value: f32) -> f32 { return 1.0 / (1.0 + exp(-clamp(value, -80.0, 80.0))); }
fn sampleLoss(b: u32) -> f32 {
  let label = classOf(b);
  var sum = 0.0;
  for (var c = 0u; c < params.outputs; c++) {
    let p = authorsLogistic(output(c, b));
    let e = p - select(0.0, 1.0, c == label);
    let again = authorsLogistic(p);
    sum += e * e;
    setDelta(c, b, e * again * (1.0 - again) / f32(cursor.count));
  }
  return sum / f32(params.outputs);
}`,
  sample({ z, delta, outputs, stride, count, wanted }, b) {
    const label = wanted(0, b);
    let sum = 0;
    for (let c = 0; c < outputs; c++) {
      const p = logistic(z[c * stride + b]);
      const e = p - (c === label ? 1 : 0);
      const again = logistic(p);
      sum += e * e;
      delta[c * stride + b] = (e * again * (1 - again)) / count;
    }
    return sum / outputs;
  },
  average: "outputs",
};
