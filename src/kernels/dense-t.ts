import common from "../../shaders/common.wgsl?raw";
import shader from "../../shaders/dense-t.wgsl?raw";
import { defineKernel } from "../device/kernel.js";
import { backward, deriveRow } from "./parts/backward.js";
import { addProducts } from "./rows.js";
import { simdBlocks } from "./simd-items.js";

/**
 * Transposed dense product with the derivative of the layer below, SpMMT's counterpart: for columns c,
 * dx[c, b] = mask f'(.) ((ADD ? dx[c, b] : 0) + sum over r of w[r, c] dy[rowStart + r, b]).
 * w is a row block, row-major [rows, cols]; dy is [neurons, 4 quads], dx and saved are [cols, 4 quads]; saved holds the layer
 * below's outputs, or inputs when SAVED_Z is 1. f' and the dropout mask are applied when LAST is 1; a trained
 * activation's f' is left to activation-update. Of an ensemble, `rows`, `cols` and `places` are as in dense.
 */
export const denseT = defineKernel({
  name: "dense-t",
  wgsl: common + backward.wgsl + shader,
  pieces: backward.pieces,
  prelude: backward.prelude,
  params: { rows: "u32", cols: "u32", rowStart: "u32", ...backward.params },
  bindings: { cursor: "uniform u32", w: "read f32", ...backward.bindings, places: "read u32" },
  constants: { WG: 64, LX: 8, VECS: 1, TILED: 1, DEPTH: 16, MEMBERS: 1, ...backward.constants },
  workgroups: ({ cols, quads }, { WG, LX, VECS, MEMBERS }) =>
    MEMBERS * Math.ceil(cols / ((4 * WG) / LX)) * Math.ceil(quads / (LX * VECS)),
  member({ rows, rowStart, cols, colStart, slotStart, streamBelow }, { quads }) {
    const [dy, dx] = [4 * quads * rowStart, 4 * quads * colStart];
    return { params: { rows, cols, rowStart: 0, stream: streamBelow }, from: { w: slotStart, dy, saved: dx, dx } };
  },
  twin(p, arrays, constants, pieces) {
    const { w, dy, dx } = arrays;
    const stride = 4 * p.quads;
    if (!constants.ADD) dx.fill(0, 0, p.cols * stride);
    addProducts(dx, 0, p.cols, dy, p.rowStart, p.rows, stride, w, 1, p.cols);
    for (let c = 0; c < p.cols; c++) deriveRow(p, arrays, constants, pieces, c);
  },
  simd: { items: ({ cols, quads }) => simdBlocks(cols, quads), flop: ({ rows, cols, quads }) => 8 * quads * rows * cols },
});
