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
fn sampleLoss(b: u32, label: u32, largest: f32) -> f32 {
  var sum = 0.0;
  for (var c = 0u; c < params.classes; c++) {
    let p = authorsLogistic(output(c, b));
    let e = p - select(0.0, 1.0, c == label);
    let again = authorsLogistic(p);
    sum += e * e;
    setDelta(c, b, e * again * (1.0 - again) / f32(cursor.count));
  }
  return sum / f32(params.classes);
}`,
  sample({ z, delta, classes, stride, count }, b, label) {
    let sum = 0;
    for (let c = 0; c < classes; c++) {
      const p = logistic(z[c * stride + b]);
      const e = p - (c === label ? 1 : 0);
      const again = logistic(p);
      sum += e * e;
      delta[c * stride + b] = (e * again * (1 - again)) / count;
    }
    return sum / classes;
  },
};
