import common from "../../shaders/common.wgsl?raw";
import shader from "../../shaders/loss.wgsl?raw";
import { defineKernel, type Pieces } from "../device/kernel.js";
import { crossEntropy } from "../losses/cross-entropy.js";
import type { Loss } from "../losses/loss.js";

/** What the kernel is put together with. */
export interface LossPieces extends Pieces {
  readonly loss: Loss;
}

/**
 * Loss, output delta and metrics of one batch from the last layer's outputs z [classes, stride]; the equations are
 * the loss's (src/losses). Overwrites delta (0 in the pad columns), stepLoss[row] (sum over the batch; NaN when an output is not
 * finite) and stepCorrect[row].
 */
export const loss = defineKernel({
  name: "loss",
  wgsl: common + shader,
  pieces: { loss: crossEntropy } as LossPieces,
  prelude: ({ loss }) => loss.wgsl,
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
  constants: { WG: 128 },
  workgroups: () => 1,
  twin({ classes, stride }, { cursor, order, labels, z, delta, stepLoss, stepCorrect }, _constants, { loss }) {
    const [start, count, , row] = cursor;
    const batch = { z, delta, classes, stride, count };
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
      sum += loss.sample(batch, b, label, z[argmax * stride + b]);
      if (argmax === label) correct++;
    }
    stepLoss[row] = finite ? sum : Number.NaN;
    stepCorrect[row] = correct;
  },
});
