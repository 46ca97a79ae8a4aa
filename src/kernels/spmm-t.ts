import common from "../../shaders/common.wgsl?raw";
import shader from "../../shaders/spmm-t.wgsl?raw";
import { defineKernel } from "../device/kernel.js";
import type { FloatArray } from "../util/types.js";
import { backward, deriveRow } from "./parts/backward.js";
import { batchWorkgroups, identityOf, sparseProduct, walkRows } from "./parts/sparse-product.js";
import { addScaledRows } from "./rows.js";
import { simdTiles } from "./simd-items.js";

/**
 * SpMMT with the derivative of the layer below: for columns c,
 * dx[c, b] = mask f'(.) ((ADD ? dx[c, b] : 0) + sum over k of values[perm[k]] dy[rowStart + rowIdx[k], b]).
 * CSC view of a row block; dy is [neurons, 4 quads], dx and saved are [cols, 4 quads]; saved holds the layer below's outputs,
 * or inputs when SAVED_Z is 1. f' and the dropout mask are applied when LAST is 1; a trained activation's f' is left to activation-update.
 * Columns of more than SPLIT connections are done in segments, as in spmm: their sums are the rows of `partial`.
 * colPtr[identityAt + 2 c] and the next word are the dropout identity of column c, as in spmm.
 */
export const spmmT = defineKernel({
  name: "spmm-t",
  wgsl: common + backward.wgsl + sparseProduct.wgsl + shader,
  pieces: backward.pieces,
  prelude: backward.prelude,
  params: { cols: "u32", rowStart: "u32", ...backward.params, ...sparseProduct.params },
  bindings: {
    cursor: "uniform u32",
    colPtr: "read u32",
    rowIdx: "read u32",
    perm: "read u32",
    values: "read f32",
    ...backward.bindings,
    partial: "readWrite f32",
  },
  constants: { ...sparseProduct.constants, ...backward.constants },
  workgroups: ({ segments, cols, quads }, constants) => batchWorkgroups(segments + cols, quads, constants),
  twin(p, arrays, constants, pieces) {
    const { colPtr, rowIdx, perm, values, dy, dx, partial } = arrays;
    const stride = 4 * p.quads;
    const add = (into: FloatArray, at: number, begin: number, end: number) =>
      addScaledRows(into, at, stride, values, perm, dy, rowIdx, p.rowStart, begin, end);
    walkRows(p, constants, p.cols, colPtr, partial, 0, add, (c, addTo) => {
      if (!constants.ADD) dx.fill(0, c * stride, (c + 1) * stride);
      addTo(dx, c * stride);
      deriveRow(p, arrays, constants, pieces, c, identityOf(p, colPtr, c));
    });
  },
  simd: {
    items: ({ segments, cols, quads }) => (segments + cols) * simdTiles(quads),
    flop: ({ quads }, lengths) => 8 * quads * lengths.values,
  },
});
