import type { Loss } from "./loss.js";

/** Cross-entropy of the softmax: -ln p[y], delta (p - t) / count, with p = softmax(z) and t the one-hot label. */
export const crossEntropy: Loss = {
  name: "crossEntropy",
  label: "cross-entropy",
  wgsl: `
fn sampleLoss(b: u32) -> f32 {
  let label = classOf(b);
  let most = output(largest, b);
  var sum = 0.0;
  for (var c = 0u; c < params.outputs; c++) { sum += exp(output(c, b) - most); }
  for (var c = 0u; c < params.outputs; c++) {
    let p = exp(output(c, b) - most) / sum;
    setDelta(c, b, (p - select(0.0, 1.0, c == label)) / f32(cursor.count));
  }
  return log(sum) + most - output(label, b);
}`,
  sample({ z, delta, outputs, stride, count, wanted, largest }, b) {
    const label = wanted(0, b);
    const most = z[largest * stride + b];
    let sum = 0;
    for (let c = 0; c < outputs; c++) sum += Math.exp(z[c * stride + b] - most);
    for (let c = 0; c < outputs; c++) {
      const p = Math.exp(z[c * stride + b] - most) / sum;
      delta[c * stride + b] = (p - (c === label ? 1 : 0)) / count;
    }
    return Math.log(sum) + most - z[label * stride + b];
  },
  average: "probabilities",
};
