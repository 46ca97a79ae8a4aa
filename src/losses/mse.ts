import type { Loss } from "./loss.js";

/** Mean squared error over the C classes: sum (z - t)^2 / C, delta 2 (z - t) / (C count), with t the one-hot label. */
export const mse: Loss = {
  name: "mse",
  wgsl: `
fn sampleLoss(b: u32, label: u32, largest: f32) -> f32 {
  var sum = 0.0;
  for (var c = 0u; c < params.classes; c++) {
    let e = output(c, b) - select(0.0, 1.0, c == label);
    sum += e * e;
    setDelta(c, b, 2.0 * e / (f32(params.classes) * f32(cursor.count)));
  }
  return sum / f32(params.classes);
}`,
  sample({ z, delta, classes, stride, count }, b, label) {
    let sum = 0;
    for (let c = 0; c < classes; c++) {
      const e = z[c * stride + b] - (c === label ? 1 : 0);
      sum += e * e;
      delta[c * stride + b] = (2 * e) / (classes * count);
    }
    return sum / classes;
  },
};
