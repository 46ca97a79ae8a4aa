import type { Loss } from "./loss.js";

/**
 * Cross-entropy of independent labels, each 0 or 1: with p = 1 / (1 + exp(-z)) the mean over the C labels of -t ln p - (1 - t) ln(1 - p), computed as
 * max(z, 0) - t z + ln(1 + exp(-|z|)); delta (p - t) / (C count). PyTorch's BCEWithLogitsLoss.
 */
export const sigmoidCrossEntropy: Loss = {
  name: "sigmoidCrossEntropy",
  label: "cross-entropy of the labels",
  of: "labels",
  wgsl: `
fn sampleLoss(b: u32) -> f32 {
  var sum = 0.0;
  for (var c = 0u; c < params.outputs; c++) {
    let z = output(c, b);
    let t = wanted(c * params.width / params.outputs, b);
    let small = exp(-abs(z));
    let p = select(small, 1.0, z >= 0.0) / (1.0 + small);
    sum += max(z, 0.0) - t * z + log(1.0 + small);
    setDelta(c, b, (p - t) / (f32(params.outputs) * f32(cursor.count)));
  }
  return sum / f32(params.outputs);
}`,
  sample({ z: outputsOf, delta, outputs, stride, count, width, wanted }, b) {
    let sum = 0;
    for (let c = 0; c < outputs; c++) {
      const z = outputsOf[c * stride + b];
      const t = wanted(Math.floor((c * width) / outputs), b);
      const small = Math.exp(-Math.abs(z));
      const p = (z >= 0 ? 1 : small) / (1 + small);
      sum += Math.max(z, 0) - t * z + Math.log1p(small);
      delta[c * stride + b] = (p - t) / (outputs * count);
    }
    return sum / outputs;
  },
  average: "probabilities",
};
