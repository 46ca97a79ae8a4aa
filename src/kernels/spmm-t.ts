import common from "../../shaders/common.wgsl?raw";
import shader from "../../shaders/spmm-t.wgsl?raw";
import { defineKernel } from "../device/kernel.js";
import { dropRow, scaleByDerivative } from "./activation.js";
import { addScaledRows } from "./rows.js";
import { simdTiles } from "./simd.js";

/**
 * SpMMT with the derivative of the layer below: for columns c,
 * dx[c, b] = mask f'(.) ((ADD ? dx[c, b] : 0) + sum over k of values[perm[k]] dy[rowStart + rowIdx[k], b]).
 * CSC view of a row block; dy is [neurons, 4 quads], dx and saved are [cols, 4 quads]; saved holds the layer below's outputs,
 * or inputs when SAVED_Z is 1. f' and the dropout mask (ACT, DROPOUT) are applied when LAST is 1; SReLU's f' is left to its own kernel.
 */
export const spmmT = defineKernel({
  name: "spmm-t",
  wgsl: common + shader,
  params: {
    cols: "u32",
    rowStart: "u32",
    quads: "u32",
    lanes: "u32",
    alpha: "f32",
    stream: "u32",
    threshold: "u32",
    keepScale: "f32",
  },
  bindings: {
    cursor: "uniform u32",
    colPtr: "read u32",
    rowIdx: "read u32",
    perm: "read u32",
    values: "read f32",
    dy: "read f32",
    saved: "read f32",
    dx: "readWrite f32",
  },
  constants: { WG: 64, VECS: 1, ACT: 0, DROPOUT: 0, SAVED_Z: 0, ADD: 0, LAST: 1 },
  workgroups: ({ cols, lanes }, { WG }) => Math.ceil((cols * lanes) / WG),
  twin(p, { cursor, colPtr, rowIdx, perm, values, dy, saved, dx }, { ACT, DROPOUT, SAVED_Z, ADD, LAST }) {
    const stride = 4 * p.quads;
    for (let c = 0; c < p.cols; c++) {
      const from = c * stride;
      if (!ADD) dx.fill(0, from, from + stride);
      addScaledRows(dx, from, stride, values, perm, dy, rowIdx, p.rowStart, colPtr[c], colPtr[c + 1]);
      if (!LAST) continue;
      scaleByDerivative(ACT, dx, saved, from, from + stride, p.alpha, p.keepScale, SAVED_Z);
      if (DROPOUT === 1) dropRow(dx, from, stride, p.stream, cursor[2], c, p.threshold, p.keepScale);
    }
  },
  simd: (p, at, { ACT, DROPOUT, SAVED_Z, ADD, LAST }, lengths) => ({
    name: "spmmT",
    items: p.cols * simdTiles(p.quads),
    flop: 8 * p.quads * lengths.values,
    args: [
      ...[p.cols, p.rowStart, p.quads, p.alpha, p.stream, p.threshold, p.keepScale],
      ...[at.cursor, at.colPtr, at.rowIdx, at.perm, at.values, at.dy, at.saved, at.dx],
      ...[ACT, DROPOUT, SAVED_Z, ADD, LAST],
    ],
  }),
});
