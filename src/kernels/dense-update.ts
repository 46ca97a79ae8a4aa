import common from "../../shaders/common.wgsl?raw";
import shader from "../../shaders/dense-update.wgsl?raw";
import { defineKernel } from "../device/kernel.js";
import { rangeStep, roundedOnce, stepBias, update } from "./parts/update.js";
import { dotProducts } from "./rows.js";
import { SIMD_ROWS } from "./simd-items.js";
import type { ProductShape, Variant } from "./variant.js";

/**
 * dW = delta x' of a dense layer fused with the optimiser, SDDMM's counterpart: for every row r of a block and column c,
 * g = sum over b of delta[rowStart + r, b] x[c, b], then (w, m, v)[r, c] = optimise((w, m, v)[r, c], g) in place; likewise for the bias
 * with g = sum over b of delta[rowStart + r, b]. w, m and v are row-major [rows, cols]; delta is [neurons, 4 quads], x is
 * [cols, 4 quads]; delta is 0 in the pad columns; bias holds bias, m, v of `neurons` elements each (as many as the optimiser keeps).
 * Of an ensemble, `rows`, `cols` and `places` are as in dense.
 */
export const denseUpdate = defineKernel({
  name: "dense-update",
  wgsl: common + update.wgsl + shader,
  pieces: update.pieces,
  prelude: update.prelude,
  params: { rows: "u32", cols: "u32", rowStart: "u32", ...update.params },
  bindings: { rates: "uniform f32", ...update.bindings, places: "read u32" },
  constants: { WG: 64, LX: 8, TILED: 1, MEMBERS: 1, ...update.constants },
  workgroups: ({ rows, cols }, { WG, LX, MEMBERS }) => MEMBERS * Math.ceil(rows / ((4 * WG) / LX)) * Math.ceil(cols / (4 * LX)),
  member({ rows, rowStart, cols, colStart, slotStart }, { quads }) {
    const [delta, x] = [4 * quads * rowStart, 4 * quads * colStart];
    return { params: { rows, cols, rowStart: 0 }, from: { w: slotStart, m: slotStart, v: slotStart, delta, x, bias: rowStart } };
  },
  twin(p, { rates, w, m, v, delta, x, bias }, { BIAS }, { optimiser }) {
    const gradients = new Float64Array(2 * p.cols);
    const step = rangeStep(optimiser, rates, p);
    for (let r = 0; r < p.rows; r += 2) {
      const rows = Math.min(2, p.rows - r);
      dotProducts(gradients, delta, p.rowStart + r, rows, x, p.cols, 4 * p.quads);
      step(w, m, v, gradients, r * p.cols, (r + rows) * p.cols);
    }
    if (BIAS) stepBias(step, bias, delta, p);
  },
  simd: {
    items: ({ rows }) => Math.ceil(rows / SIMD_ROWS),
    flop: ({ rows, cols, quads }) => 8 * quads * rows * cols,
    more: roundedOnce,
  },
});

/** Candidates of dense-update; see `candidatesOf`. TILED as in dense; a workgroup of one row of invocations loads delta once for all. */
export function denseUpdateCandidates({ software }: ProductShape): readonly Variant[] {
  const tile = { WG: 64, LX: 8, TILED: 1 };
  return software
    ? [
        { ...tile, TILED: 0 },
        { WG: 16, LX: 16, TILED: 0 },
      ]
    : [{ ...tile, WG: 128 }, tile, { WG: 64, LX: 32, TILED: 0 }];
}
