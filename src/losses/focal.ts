import type { Loss } from "./loss.js";

/**
 * Focal loss with focus 2 (Lin et al. 2017): -(1 - p)^2 ln p of the label's probability p by softmax, so that samples which are right already count
 * little. With t the one-hot label and q the softmax, delta is (q - t) ((1 - p)^2 - 2 (1 - p) p ln p) / count.
 */
export const focal: Loss = {
  name: "focal",
  label: "focal loss",
  wgsl: `
fn sampleLoss(b: u32) -> f32 {
  let label = classOf(b);
  let most = output(largest, b);
  var sum = 0.0;
  var others = 0.0;
  for (var c = 0u; c < params.outputs; c++) {
    let part = exp(output(c, b) - most);
    sum += part;
    others += select(part, 0.0, c == label);
  }
  let logP = output(label, b) - most - log(sum);
  let p = exp(output(label, b) - most) / sum;
  let rest = others / sum;
  let slope = rest * (rest - 2.0 * p * logP);
  for (var c = 0u; c < params.outputs; c++) {
    let q = exp(output(c, b) - most) / sum;
    setDelta(c, b, select(q, -rest, c == label) * slope / f32(cursor.count));
  }
  return -rest * rest * logP;
}`,
  sample({ z, delta, outputs, stride, count, wanted, largest }, b) {
    const label = wanted(0, b);
    const most = z[largest * stride + b];
    let [sum, others] = [0, 0]; // 1 - p is the sum of the others: near 1, p has few digits of it
    for (let c = 0; c < outputs; c++) {
      const part = Math.exp(z[c * stride + b] - most);
      sum += part;
      if (c !== label) others += part;
    }
    const logP = z[label * stride + b] - most - Math.log(sum);
    const p = Math.exp(z[label * stride + b] - most) / sum;
    const rest = others / sum;
    const slope = rest * (rest - 2 * p * logP);
    for (let c = 0; c < outputs; c++) {
      const q = Math.exp(z[c * stride + b] - most) / sum;
      delta[c * stride + b] = ((c === label ? -rest : q) * slope) / count;
    }
    return -rest * rest * logP;
  },
  average: "probabilities",
};
