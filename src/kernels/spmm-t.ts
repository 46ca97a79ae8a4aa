import common from "../../shaders/common.wgsl?raw";
import backward from "../../shaders/parts/backward.wgsl?raw";
import sparseProduct from "../../shaders/parts/sparse-product.wgsl?raw";
import shader from "../../shaders/spmm-t.wgsl?raw";
import { activationText } from "../activations/activation.js";
import { linear } from "../activations/linear.js";
import { defineKernel } from "../device/kernel.js";
import type { FloatArray } from "../util/types.js";
import { type ActivationPieces, dropRow, scaleByDerivative } from "./activation.js";
import { addRows, addScaledRows } from "./rows.js";
import { simdTiles } from "./simd.js";
import { batchWorkgroups, spmmCandidates } from "./spmm.js";
import type { ProductShape, Variant } from "./variant.js";

/**
 * SpMMT with the derivative of the layer below: for columns c,
 * dx[c, b] = mask f'(.) ((ADD ? dx[c, b] : 0) + sum over k of values[perm[k]] dy[rowStart + rowIdx[k], b]).
 * CSC view of a row block; dy is [neurons, 4 quads], dx and saved are [cols, 4 quads]; saved holds the layer below's outputs,
 * or inputs when SAVED_Z is 1. f' and the dropout mask are applied when LAST is 1; a trained activation's f' is left to activation-update.
 * Columns of more than SPLIT connections are done in segments, as in spmm: their sums are the rows of `partial`.
 */
export const spmmT = defineKernel({
  name: "spmm-t",
  wgsl: common + backward + sparseProduct + shader,
  pieces: { activation: linear } as ActivationPieces,
  prelude: ({ activation }) => activationText(activation),
  params: {
    cols: "u32",
    rowStart: "u32",
    quads: "u32",
    alpha: "f32",
    stream: "u32",
    threshold: "u32",
    keepScale: "f32",
    segments: "u32",
    tableAt: "u32",
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
    partial: "readWrite f32",
  },
  constants: {
    WG: 64,
    VECS: 1,
    LANES: 1,
    UNROLL: 4,
    PARTS: 1,
    SPLIT: 0,
    JOIN: 0,

    DROPOUT: 0,
    SAVED_Z: 0,
    ADD: 0,
    LAST: 1,
  },
  workgroups: ({ segments, cols, quads }, constants) => batchWorkgroups(segments + cols, quads, constants),
  twin(
    p,
    { cursor, colPtr, rowIdx, perm, values, dy, saved, dx, partial },
    { DROPOUT, SAVED_Z, ADD, LAST, SPLIT, JOIN },
    { activation },
  ) {
    const stride = 4 * p.quads;
    const column = (c: number, addProducts: (at: number) => void) => {
      const from = c * stride;
      if (!ADD) dx.fill(0, from, from + stride);
      addProducts(from);
      if (!LAST) return;
      scaleByDerivative(activation, dx, saved, from, from + stride, p.alpha, p.keepScale, SAVED_Z);
      if (DROPOUT === 1) dropRow(dx, from, stride, p.stream, cursor[2], c, p.threshold, p.keepScale);
    };
    const addSlots = (into: FloatArray, at: number, begin: number, end: number) =>
      addScaledRows(into, at, stride, values, perm, dy, rowIdx, p.rowStart, begin, end);
    for (let i = 0; i < p.segments; i++) {
      const [c, begin, end] = colPtr.subarray(p.tableAt + 3 * i);
      if (JOIN) column(c, (at) => addRows(dx, at, stride, partial, begin, end));
      else {
        partial.fill(0, i * stride, (i + 1) * stride);
        addSlots(partial, i * stride, begin, end);
      }
    }
    for (let c = 0; c < p.cols; c++) {
      const [begin, end] = [colPtr[c], colPtr[c + 1]];
      if (SPLIT === 0 || end - begin <= SPLIT) column(c, (at) => addSlots(dx, at, begin, end));
    }
  },
  simd: {
    items: ({ segments, cols, quads }) => (segments + cols) * simdTiles(quads),
    flop: ({ quads }, lengths) => 8 * quads * lengths.values,
  },
});

/** Candidates of spmm-t: spmm's, with columns in the place of rows. */
export function spmmTCandidates(shape: ProductShape): readonly Variant[] {
  return spmmCandidates({ ...shape, rows: shape.cols });
}
