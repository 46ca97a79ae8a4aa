import common from "../../shaders/common.wgsl?raw";
import shader from "../../shaders/spmm.wgsl?raw";
import { defineKernel } from "../device/kernel.js";
import type { FloatArray } from "../util/types.js";
import { finishRow, forward, startRow } from "./parts/forward.js";
import { batchWorkgroups, identityOf, sparseProduct, walkRows } from "./parts/sparse-product.js";
import { addScaledRows } from "./rows.js";
import { simdTiles } from "./simd-items.js";

/**
 * SpMM with bias, activation and dropout: for rows r of a block that starts at rowStart in the layer's output,
 * y[r, b] = dropout(f(z)), z = zScale (bias[r] + sum over k of values[k] x[colIdx[k], b]).
 * CSR of the block [rows, cols]; x is [cols, 4 quads], y and z are [neurons, 4 quads]. z is written when SAVED_Z is 1.
 * Rows of more than SPLIT connections (where SPLIT > 0) are not computed; their `segments`, listed at rowPtr[tableAt] as (row, begin, end),
 * are summed to the rows of z from partialAt on, and a dispatch with JOIN, whose list is (row, first segment, last + 1), ends those rows.
 * Where identityAt > 0, rowPtr[identityAt + 2 r] is the stream of row r's dropout masks, and the next word its number there, instead of
 * `stream` and rowStart + r.
 */
export const spmm = defineKernel({
  name: "spmm",
  wgsl: common + forward.wgsl + sparseProduct.wgsl + shader,
  pieces: forward.pieces,
  prelude: forward.prelude,
  params: { rows: "u32", rowStart: "u32", ...forward.params, ...sparseProduct.params, partialAt: "u32" },
  bindings: { cursor: "uniform u32", rowPtr: "read u32", colIdx: "read u32", values: "read f32", ...forward.bindings },
  constants: { ...sparseProduct.constants, ...forward.constants },
  workgroups: ({ segments, rows, quads }, constants) => batchWorkgroups(segments + rows, quads, constants),
  twin(p, arrays, constants, pieces) {
    const { rowPtr, colIdx, values, x, y, z } = arrays;
    const stride = 4 * p.quads;
    const add = (into: FloatArray, at: number, begin: number, end: number) =>
      addScaledRows(into, at, stride, values, null, x, colIdx, 0, begin, end);
    walkRows(p, constants, p.rows, rowPtr, z, p.partialAt, add, (r, addTo) => {
      const neuron = p.rowStart + r;
      startRow(p, arrays, constants.BIAS, neuron);
      addTo(y, neuron * stride);
      finishRow(p, arrays, constants, pieces, neuron, identityOf(p, rowPtr, r));
    });
  },
  simd: {
    items: ({ segments, rows, quads }) => (segments + rows) * simdTiles(quads),
    flop: ({ quads }, lengths) => 8 * quads * lengths.values,
  },
});
