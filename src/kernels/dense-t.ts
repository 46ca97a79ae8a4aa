import common from "../../shaders/common.wgsl?raw";
import shader from "../../shaders/dense-t.wgsl?raw";
import backward from "../../shaders/parts/backward.wgsl?raw";
import { activationText } from "../activations/activation.js";
import { linear } from "../activations/linear.js";
import { defineKernel } from "../device/kernel.js";
import { type ActivationPieces, dropRow, scaleByDerivative } from "./activation.js";
import { addProducts } from "./rows.js";
import { simdBlocks } from "./simd.js";

/**
 * Transposed dense product with the derivative of the layer below, SpMMT's counterpart: for columns c,
 * dx[c, b] = mask f'(.) ((ADD ? dx[c, b] : 0) + sum over r of w[r, c] dy[rowStart + r, b]).
 * w is a row block, row-major [rows, cols]; dy is [neurons, 4 quads], dx and saved are [cols, 4 quads]; saved holds the layer
 * below's outputs, or inputs when SAVED_Z is 1. f' and the dropout mask are applied when LAST is 1; a trained
 * activation's f' is left to activation-update.
 */
export const denseT = defineKernel({
  name: "dense-t",
  wgsl: common + backward + shader,
  pieces: { activation: linear } as ActivationPieces,
  prelude: ({ activation }) => activationText(activation),
  params: {
    rows: "u32",
    cols: "u32",
    rowStart: "u32",
    quads: "u32",
    alpha: "f32",
    stream: "u32",
    threshold: "u32",
    keepScale: "f32",
  },
  bindings: { cursor: "uniform u32", w: "read f32", dy: "read f32", saved: "read f32", dx: "readWrite f32" },
  constants: { WG: 64, LX: 8, VECS: 1, TILED: 1, DROPOUT: 0, SAVED_Z: 0, ADD: 0, LAST: 1 },
  workgroups: ({ cols, quads }, { WG, LX, VECS }) => Math.ceil(cols / ((4 * WG) / LX)) * Math.ceil(quads / (LX * VECS)),
  twin(p, { cursor, w, dy, saved, dx }, { DROPOUT, SAVED_Z, ADD, LAST }, { activation }) {
    const stride = 4 * p.quads;
    if (!ADD) dx.fill(0, 0, p.cols * stride);
    addProducts(dx, 0, p.cols, dy, p.rowStart, p.rows, stride, w, 1, p.cols);
    if (!LAST) return;
    scaleByDerivative(activation, dx, saved, 0, p.cols * stride, p.alpha, p.keepScale, SAVED_Z);
    if (DROPOUT === 1)
      for (let c = 0; c < p.cols; c++) dropRow(dx, c * stride, stride, p.stream, cursor[2], c, p.threshold, p.keepScale);
  },
  simd: { items: ({ cols, quads }) => simdBlocks(cols, quads), flop: ({ rows, cols, quads }) => 8 * quads * rows * cols },
});
