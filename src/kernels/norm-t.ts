import common from "../../shaders/common.wgsl?raw";
import shader from "../../shaders/norm-t.wgsl?raw";
import { defineKernel } from "../device/kernel.js";
import { lanes } from "./parts/lanes.js";
import { moments, momentsOf, statisticsAt } from "./parts/moments.js";
import { HYPER, rangeStep, roundedOnce, update } from "./parts/update.js";

/**
 * Backward pass of `norm` over the batch, in place, and one optimiser step of gamma and bias. With d = dLoss/dz of the n samples, `delta` as it
 * comes: dbias = sum of d, dgamma = sum of d xh, and delta becomes dLoss/dx = gamma / sqrt(variance + eps) (d - (dbias + xh dgamma) / n), 0 in the
 * pad columns. gamma and bias hold the values of all neurons, then their m, then their v (as many as the optimiser keeps); only the bias decays.
 * The running statistics come nearer to the batch's by `momentum`, the variance to the unbiased one, as PyTorch's. With GAMMA 0 there is
 * neither gamma nor bias.
 */
export const normT = defineKernel({
  name: "norm-t",
  wgsl: common + lanes.wgsl + moments.wgsl + shader,
  pieces: update.pieces,
  prelude: update.prelude,
  params: { rows: "u32", share: "u32", quads: "u32", eps: "f32", momentum: "f32", ...HYPER },
  bindings: {
    cursor: "uniform u32",
    rates: "uniform f32",
    x: "read f32",
    delta: "readWrite f32",
    gamma: "readWrite f32",
    bias: "readWrite f32",
    running: "readWrite f32",
  },
  constants: { ...lanes.constants, GAMMA: 1 },
  workgroups: ({ rows }, { WG, LANES }) => Math.ceil((rows * LANES) / WG),
  twin({ rows, share, quads, eps, momentum, ...hyper }, arrays, { GAMMA }, { optimiser }) {
    const { cursor, rates, x, delta, gamma, bias, running } = arrays;
    const [stride, n] = [4 * quads, cursor[1]];
    const gradients = { gamma: new Float64Array(rows), bias: new Float64Array(rows) };
    for (let row = 0; row < rows; row++) {
      const from = row * stride;
      const [mean, variance] = momentsOf(x, from, n);
      const inverse = 1 / Math.sqrt(variance + eps);
      let [ofBias, ofGamma] = [0, 0];
      for (let i = from; i < from + n; i++) {
        ofBias += delta[i];
        ofGamma += delta[i] * (inverse * (x[i] - mean));
      }
      const factor = inverse * (GAMMA ? gamma[row] : 1);
      for (let i = from; i < from + n; i++) delta[i] = factor * (delta[i] - (ofBias + inverse * (x[i] - mean) * ofGamma) / n);
      delta.fill(0, from + n, from + stride);
      gradients.gamma[row] = ofGamma;
      gradients.bias[row] = ofBias;
      const k = statisticsAt(row, share, rows);
      running[k] += momentum * (mean - running[k]);
      running[rows + k] += momentum * ((variance * n) / Math.max(n - 1, 1) - running[rows + k]);
    }
    if (!GAMMA) return;
    rangeStep(optimiser, rates, { ...hyper, decay: 0 })(gamma, gamma, gamma, gradients.gamma, 0, rows, rows, 2 * rows);
    rangeStep(optimiser, rates, hyper)(bias, bias, bias, gradients.bias, 0, rows, rows, 2 * rows);
  },
  simd: { items: ({ rows }) => rows, flop: ({ rows, quads }) => 64 * quads * rows, more: roundedOnce },
});
