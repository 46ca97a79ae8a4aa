import common from "../../shaders/common.wgsl?raw";
import shader from "../../shaders/loss.wgsl?raw";
import { defineKernel } from "../device/kernel.js";
import type { FloatArray } from "../util/types.js";

/** The override LOSS (shaders/loss.wgsl). `authors` is what SET's published Fashion-MNIST scripts compute. */
export const LOSS = { crossEntropy: 0, mse: 1, authors: 2 } as const;
export type Loss = keyof typeof LOSS;
export const LOSSES = Object.keys(LOSS) as Loss[];

/**
 * Loss, output delta and metrics of one batch from the last layer's outputs z [classes, stride]; the equations stand in
 * shaders/loss.wgsl. Overwrites delta (0 in the pad columns), stepLoss[row] (sum over the batch; NaN when an output is not
 * finite) and stepCorrect[row].
 */
export const loss = defineKernel({
  name: "loss",
  wgsl: common + shader,
  params: { classes: "u32", stride: "u32" },
  bindings: {
    cursor: "uniform u32",
    order: "read u32",
    labels: "read u32",
    z: "read f32",
    delta: "write f32",
    stepLoss: "write f32",
    stepCorrect: "write u32",
  },
  constants: { WG: 128, LOSS: 0 },
  workgroups: () => 1,
  twin({ classes, stride }, { cursor, order, labels, z, delta, stepLoss, stepCorrect }, { LOSS }) {
    const [start, count, , row] = cursor;
    const sampleLoss = [crossEntropy, squaredError, authorsError][LOSS];
    let sum = 0;
    let correct = 0;
    let finite = true;
    for (let b = 0; b < stride; b++) {
      if (b >= count) {
        for (let c = 0; c < classes; c++) delta[c * stride + b] = 0;
        continue;
      }
      const label = labels[order[start + b]];
      let argmax = 0;
      for (let c = 0; c < classes; c++) {
        finite &&= Number.isFinite(z[c * stride + b]);
        if (z[c * stride + b] > z[argmax * stride + b]) argmax = c;
      }
      sum += sampleLoss(z, delta, b, label, argmax, classes, stride, count);
      if (argmax === label) correct++;
    }
    stepLoss[row] = finite ? sum : Number.NaN;
    stepCorrect[row] = correct;
  },
});

type SampleLoss = (
  z: FloatArray,
  delta: FloatArray,
  b: number,
  label: number,
  argmax: number,
  classes: number,
  stride: number,
  count: number,
) => number;

const crossEntropy: SampleLoss = (z, delta, b, label, argmax, classes, stride, count) => {
  const largest = z[argmax * stride + b];
  let sum = 0;
  for (let c = 0; c < classes; c++) sum += Math.exp(z[c * stride + b] - largest);
  for (let c = 0; c < classes; c++) {
    const p = Math.exp(z[c * stride + b] - largest) / sum;
    delta[c * stride + b] = (p - (c === label ? 1 : 0)) / count;
  }
  return Math.log(sum) + largest - z[label * stride + b];
};

const squaredError: SampleLoss = (z, delta, b, label, _argmax, classes, stride, count) => {
  let sum = 0;
  for (let c = 0; c < classes; c++) {
    const e = z[c * stride + b] - (c === label ? 1 : 0);
    sum += e * e;
    delta[c * stride + b] = (2 * e) / (classes * count);
  }
  return sum / classes;
};

const sigmoid = (value: number) => 1 / (1 + Math.exp(-value));

const authorsError: SampleLoss = (z, delta, b, label, _argmax, classes, stride, count) => {
  let sum = 0;
  for (let c = 0; c < classes; c++) {
    const p = sigmoid(z[c * stride + b]);
    const e = p - (c === label ? 1 : 0);
    const again = sigmoid(p);
    sum += e * e;
    delta[c * stride + b] = (e * again * (1 - again)) / count;
  }
  return sum / classes;
};
