import type { Loss } from "./loss.js";

/** Cross-entropy of the softmax: -ln p[y], delta (p - t) / count, with p = softmax(z) and t the one-hot label. */
export const crossEntropy: Loss = {
  name: "crossEntropy",
  wgsl: `
fn sampleLoss(b: u32, label: u32, largest: f32) -> f32 {
  var sum = 0.0;
  for (var c = 0u; c < params.classes; c++) { sum += exp(output(c, b) - largest); }
  for (var c = 0u; c < params.classes; c++) {
    let p = exp(output(c, b) - largest) / sum;
    setDelta(c, b, (p - select(0.0, 1.0, c == label)) / f32(cursor.count));
  }
  return log(sum) + largest - output(label, b);
}`,
  sample({ z, delta, classes, stride, count }, b, label, largest) {
    let sum = 0;
    for (let c = 0; c < classes; c++) sum += Math.exp(z[c * stride + b] - largest);
    for (let c = 0; c < classes; c++) {
      const p = Math.exp(z[c * stride + b] - largest) / sum;
      delta[c * stride + b] = (p - (c === label ? 1 : 0)) / count;
    }
    return Math.log(sum) + largest - z[label * stride + b];
  },
};
