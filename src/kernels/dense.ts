import common from "../../shaders/common.wgsl?raw";
import shader from "../../shaders/dense.wgsl?raw";
import { defineKernel } from "../device/kernel.js";
import { finishRow, forward, startRow } from "./parts/forward.js";
import { addProducts } from "./rows.js";
import { simdBlocks } from "./simd-items.js";
import type { ProductShape, Variant } from "./variant.js";

/**
 * Dense product with bias, activation and dropout, SpMM's counterpart: for rows r of a block that starts at rowStart in the layer's
 * output, y[r, b] = dropout(f(z)), z = zScale (bias[r] + sum over c of w[r, c] x[c, b]).
 * With BIAS 0 there is no bias; with 2 what y holds takes its place.
 * w is row-major [rows, cols]; x is [cols, 4 quads], y and z are [neurons, 4 quads]. z is written when SAVED_Z is 1.
 * Of an ensemble, `rows` and `cols` are the largest member's, and `places` says where each of the MEMBERS has its part of the arrays; a
 * neuron's number in its dropout masks is the one within its member.
 */
export const dense = defineKernel({
  name: "dense",
  wgsl: common + forward.wgsl + shader,
  pieces: forward.pieces,
  prelude: forward.prelude,
  params: { rows: "u32", cols: "u32", rowStart: "u32", ...forward.params },
  bindings: { cursor: "uniform u32", w: "read f32", ...forward.bindings, places: "read u32" },
  constants: { WG: 64, LX: 8, VECS: 1, TILED: 1, DEPTH: 16, MEMBERS: 1, ...forward.constants },
  workgroups: ({ rows, quads }, { WG, LX, VECS, MEMBERS }) =>
    MEMBERS * Math.ceil(rows / ((4 * WG) / LX)) * Math.ceil(quads / (LX * VECS)),
  member({ rows, rowStart, cols, colStart, slotStart, stream }, { quads }) {
    const [bias, x, y] = [rowStart, 4 * quads * colStart, 4 * quads * rowStart];
    return { params: { rows, cols, rowStart: 0, stream }, from: { w: slotStart, bias, x, y, z: y, parameters: bias } };
  },
  twin(p, arrays, constants, pieces) {
    const { w, x, y } = arrays;
    for (let r = 0; r < p.rows; r++) startRow(p, arrays, constants.BIAS, p.rowStart + r);
    addProducts(y, p.rowStart, p.rows, x, 0, p.cols, 4 * p.quads, w, p.cols, 1);
    for (let r = 0; r < p.rows; r++) finishRow(p, arrays, constants, pieces, p.rowStart + r);
  },
  simd: { items: ({ rows, quads }) => simdBlocks(rows, quads), flop: ({ rows, cols, quads }) => 8 * quads * rows * cols },
});

/** Invocations that a GPU needs to hide what its memory takes. */
const FEW_INVOCATIONS = 8192;

/**
 * Candidates of dense, and of dense-t with columns in the place of rows; see `candidatesOf`: LX invocations side by side, each with VECS quads, so that small batches waste few. TILED uses
 * workgroup memory, where that is more than ordinary memory behind a barrier (LX of 2 and more: the tile of W is to fit the 16 KiB
 * that every adapter has). On GPUs large tiles reuse most, and small ones leave enough invocations where the product is small.
 */
export function denseCandidates({ rows, quads, software }: ProductShape): readonly Variant[] {
  const fit = quads > 4 ? 8 : quads > 2 ? 4 : quads;
  const own = (LX: number) => (quads >= 4 * LX ? 4 : quads >= 2 * LX ? 2 : 1);
  if (software)
    return [
      { WG: 64, LX: fit, VECS: own(fit), TILED: 0 },
      { WG: 16, LX: 1, VECS: own(1), TILED: 0 }, // quads are the same in a whole workgroup: one load for all
    ];
  const small = { WG: 64, LX: Math.max(2, fit), VECS: 1, TILED: 1 };
  const deep = fit === 8 ? [{ WG: 128, LX: 8, VECS: 1, TILED: 1, DEPTH: 32 }] : []; // with narrower ones the tile of W has no room
  if (quads < 32) return [...deep, small];
  const large = { WG: 256, LX: 16, VECS: 2, TILED: 1 };
  const fills = (rows * quads) / (4 * large.VECS) >= 2 * FEW_INVOCATIONS;
  return [...(fills ? [large, ...deep, small] : [...deep, small, large]), { WG: 64, LX: 8, VECS: 4, TILED: 1 }];
}
