import common from "../../shaders/common.wgsl?raw";
import shader from "../../shaders/spmm.wgsl?raw";
import { defineKernel } from "../device/kernel.js";
import { activateRow, dropRow } from "./activation.js";
import { addScaledRows } from "./rows.js";
import { simdTiles } from "./simd.js";
import type { Shape, Variant } from "./variant.js";

/**
 * SpMM with bias, activation and dropout: for rows r of a block that starts at rowStart in the layer's output,
 * y[r, b] = dropout(f(z)), z = zScale (bias[r] + sum over k of values[k] x[colIdx[k], b]).
 * CSR of the block [rows, cols]; x is [cols, 4 quads], y and z are [neurons, 4 quads]. z is written when SAVED_Z is 1.
 */
export const spmm = defineKernel({
  name: "spmm",
  wgsl: common + shader,
  params: {
    rows: "u32",
    rowStart: "u32",
    quads: "u32",
    lanes: "u32",
    alpha: "f32",
    zScale: "f32",
    neurons: "u32",
    stream: "u32",
    threshold: "u32",
    keepScale: "f32",
  },
  bindings: {
    cursor: "uniform u32",
    rowPtr: "read u32",
    colIdx: "read u32",
    values: "read f32",
    bias: "read f32",
    x: "read f32",
    y: "write f32",
    z: "write f32",
    srelu: "read f32",
  },
  constants: { WG: 64, VECS: 1, BIAS: 1, ACT: 0, DROPOUT: 0, SAVED_Z: 0 },
  workgroups: ({ rows, lanes }, { WG }) => Math.ceil((rows * lanes) / WG),
  twin(p, { cursor, rowPtr, colIdx, values, bias, x, y, z, srelu }, { BIAS, ACT, DROPOUT, SAVED_Z }) {
    const stride = 4 * p.quads;
    for (let r = 0; r < p.rows; r++) {
      const neuron = p.rowStart + r;
      const from = neuron * stride;
      const to = from + stride;
      y.fill(BIAS ? bias[neuron] : 0, from, to);
      addScaledRows(y, from, stride, values, null, x, colIdx, 0, rowPtr[r], rowPtr[r + 1]);
      if (p.zScale !== 1) for (let i = from; i < to; i++) y[i] *= p.zScale;
      if (SAVED_Z) for (let i = from; i < to; i++) z[i] = y[i];
      activateRow(ACT, y, from, to, p.alpha, srelu, p.neurons, neuron);
      if (DROPOUT) dropRow(y, from, stride, p.stream, cursor[2], neuron, p.threshold, p.keepScale);
    }
  },
  simd: (p, at, { BIAS, ACT, DROPOUT, SAVED_Z }, lengths) => ({
    name: "spmm",
    items: p.rows * simdTiles(p.quads),
    flop: 8 * p.quads * lengths.values,
    args: [
      ...[p.rows, p.rowStart, p.quads, p.alpha, p.zScale, p.neurons, p.stream, p.threshold, p.keepScale],
      ...[at.cursor, at.rowPtr, at.colIdx, at.values, BIAS ? at.bias : 0, at.x, at.y, SAVED_Z ? at.z : 0, at.srelu],
      ...[ACT, DROPOUT],
    ],
  }),
});

/** How the batch's quads are dealt to invocations: each takes up to VECS of them, `lanes` invocations share a row. */
export function batchTiling(quads: number): { lanes: number; VECS: number } {
  const VECS = quads >= 4 ? 4 : quads >= 2 ? 2 : 1;
  return { lanes: Math.ceil(quads / VECS), VECS };
}

/** Candidates of spmm and spmm-t; see `candidatesOf`. */
export function spmmCandidates({ quads }: Shape): readonly Variant[] {
  return [{ VECS: batchTiling(quads).VECS }];
}

/** Invocations that share a row of a batch when each takes VECS quads of it. */
export function batchLanes(quads: number, VECS: number): number {
  return Math.ceil(quads / VECS);
}
