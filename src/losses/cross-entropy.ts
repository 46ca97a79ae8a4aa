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
  smoothed,
  average: "probabilities",
};

/**
 * Cross-entropy of the softmax against t = (1 - s) onehot + s / C of C classes (Szegedy et al. 2016): sum t (-ln p), delta (p - t) / count. It
 * is what PyTorch's CrossEntropyLoss computes with label_smoothing s.
 */
function smoothed(s: number): Loss {
  const [spread, kept] = [s, 1 - s].map((share) => `f32(${Math.fround(share)})`);
  return {
    ...crossEntropy,
    wgsl: `
fn sampleLoss(b: u32) -> f32 {
  let label = classOf(b);
  let most = output(largest, b);
  let rest = ${spread} / f32(params.outputs);
  var sum = 0.0;
  for (var c = 0u; c < params.outputs; c++) { sum += exp(output(c, b) - most); }
  var loss = 0.0;
  for (var c = 0u; c < params.outputs; c++) {
    let t = rest + select(0.0, ${kept}, c == label);
    setDelta(c, b, (exp(output(c, b) - most) / sum - t) / f32(cursor.count));
    loss += t * (log(sum) + most - output(c, b));
  }
  return loss;
}`,
    sample({ z, delta, outputs, stride, count, wanted, largest }, b) {
      const label = wanted(0, b);
      const most = z[largest * stride + b];
      let [sum, loss] = [0, 0];
      for (let c = 0; c < outputs; c++) sum += Math.exp(z[c * stride + b] - most);
      for (let c = 0; c < outputs; c++) {
        const t = s / outputs + (c === label ? 1 - s : 0);
        delta[c * stride + b] = (Math.exp(z[c * stride + b] - most) / sum - t) / count;
        loss += t * (Math.log(sum) + most - z[c * stride + b]);
      }
      return loss;
    },
  };
}
