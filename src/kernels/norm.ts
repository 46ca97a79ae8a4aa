import common from "../../shaders/common.wgsl?raw";
import shader from "../../shaders/norm.wgsl?raw";
import { defineKernel } from "../device/kernel.js";
import { finishRow, forward, BIAS as STARTS } from "./parts/forward.js";
import { lanes } from "./parts/lanes.js";
import { moments, momentsOf, statisticsAt } from "./parts/moments.js";

/**
 * Batch norm (Ioffe, Szegedy 2015) of the sums x [neurons, 4 quads] of a layer, and what ends a product: y = dropout(f(z)), z = gamma xh + bias,
 * where xh = (x - mean) / sqrt(variance + eps). Mean and biased variance are those of the row's samples in the batch, or with RUNNING 1 those of
 * `running`: the means of all neurons, then their variances. y and z are [neurons, 4 quads]; z is written when SAVED_Z is 1.
 * - GAMMA 0, BIAS 0: there is no gamma, no bias.
 * - Of members that `share` weights, row n share + j is neuron n of member j, whose statistics lie member by member.
 * - Of an ensemble, `rows` is the largest member's, and `places` says where each of the MEMBERS has its rows: see `dense`.
 */
export const norm = defineKernel({
  name: "norm",
  wgsl: common + forward.wgsl + lanes.wgsl + moments.wgsl + shader,
  pieces: forward.pieces,
  prelude: forward.prelude,
  params: { rows: "u32", share: "u32", eps: "f32", ...forward.params },
  bindings: { cursor: "uniform u32", gamma: "read f32", running: "read f32", ...forward.bindings, places: "read u32" },
  constants: { ...lanes.constants, MEMBERS: 1, GAMMA: 1, RUNNING: 0, ...forward.constants },
  workgroups: ({ rows }, { WG, LANES, MEMBERS }) => MEMBERS * Math.ceil((rows * LANES) / WG),
  member({ rows, rowStart, stream }, { quads }) {
    const [first, at] = [rowStart, 4 * quads * rowStart];
    return {
      params: { rows, stream },
      from: { gamma: first, running: first, bias: first, parameters: first, x: at, y: at, z: at },
    };
  },
  twin(p, arrays, constants, pieces) {
    const { cursor, gamma, running, bias, x, y } = arrays;
    const { GAMMA, RUNNING, BIAS } = constants;
    const stride = 4 * p.quads;
    for (let row = 0; row < p.rows; row++) {
      const [from, k] = [row * stride, statisticsAt(row, p.share, p.neurons)];
      const [mean, variance] = RUNNING ? [running[k], running[p.neurons + k]] : momentsOf(x, from, cursor[1]);
      const factor = (GAMMA ? gamma[row] : 1) / Math.sqrt(variance + p.eps);
      const start = BIAS === STARTS.bias ? bias[row] : 0;
      for (let i = from; i < from + stride; i++) y[i] = start + factor * (x[i] - mean);
      finishRow(p, arrays, constants, pieces, row);
    }
  },
  simd: { items: ({ rows }) => rows, flop: ({ rows, quads }) => 32 * quads * rows },
});
