import common from "../../shaders/common.wgsl?raw";
import update from "../../shaders/parts/update.wgsl?raw";
import shader from "../../shaders/sddmm.wgsl?raw";
import { defineKernel } from "../device/kernel.js";
import { optimiserText } from "../optimisers/optimiser.js";
import { sgd } from "../optimisers/sgd.js";
import { optimiseBias, optimiseRange, type UpdatePieces } from "./optimise.js";
import { dotScatteredRows, sumRow } from "./rows.js";
import { roundedOnce } from "./simd.js";
import type { ProductShape, Variant } from "./variant.js";

/**
 * SDDMM fused with the optimiser: for every connection k of row r of a block, g = sum over b of delta[rowStart + r, b] x[colIdx[k], b],
 * then (w, m, v)[k] = optimise((w, m, v)[k], g) in place; likewise for the bias with g = sum over b of delta[rowStart + r, b].
 * delta is [neurons, 4 quads], x is [cols, 4 quads]; bias holds bias, m, v of `neurons` elements each (as many as the optimiser keeps).
 */
export const sddmm = defineKernel({
  name: "sddmm",
  wgsl: common + update + shader,
  pieces: { optimiser: sgd } as UpdatePieces,
  prelude: ({ optimiser }) => optimiserText(optimiser),
  params: {
    rows: "u32",
    rowStart: "u32",
    quads: "u32",
    neurons: "u32",
    hyper0: "f32",
    hyper1: "f32",
    hyper2: "f32",
    decay: "f32",
    segments: "u32",
    tableAt: "u32",
  },
  bindings: {
    rates: "uniform f32",
    rowPtr: "read u32",
    colIdx: "read u32",
    w: "readWrite f32",
    m: "readWrite f32",
    v: "readWrite f32",
    delta: "read f32",
    x: "read f32",
    bias: "readWrite f32",
  },
  constants: { WG: 64, LANES: 32, EACH: 1, SPLIT: 0, BIAS: 1 },
  workgroups: ({ segments, rows }, { WG, LANES }) => Math.ceil(((segments + rows) * LANES) / WG),
  twin(p, { rates, rowPtr, colIdx, w, m, v, delta, x, bias }, { BIAS }, { optimiser }) {
    const stride = 4 * p.quads;
    const gradients = new Float64Array(longestRow(rowPtr, p.rows));
    const biasGradients = new Float64Array(p.rows);
    for (let r = 0; r < p.rows; r++) {
      const d = (p.rowStart + r) * stride;
      const begin = rowPtr[r];
      const end = rowPtr[r + 1];
      dotScatteredRows(gradients, delta, d, x, colIdx, begin, end, stride);
      optimiseRange(optimiser, w, m, v, gradients, begin, end, 0, 0, rates, p);
      biasGradients[r] = sumRow(delta, d, stride);
    }
    if (BIAS) optimiseBias(optimiser, bias, biasGradients, p.rowStart, p.rowStart + p.rows, p.neurons, rates, p);
  },
  simd: { items: ({ rows }) => rows, flop: ({ quads }, lengths) => 8 * quads * lengths.w, more: roundedOnce },
});

/**
 * Candidates of sddmm; see `candidatesOf`. Four connections at once load delta once for four; with as many invocations a row as leave
 * each such four. Where rows are short, one connection each.
 */
export function sddmmCandidates({ nnz, rows, software }: ProductShape): readonly Variant[] {
  const lanes = (each: number, most: number) =>
    2 ** Math.max(0, Math.min(most, Math.floor(Math.log2(Math.max(1, nnz / Math.max(1, rows) / each)))));
  const fours = { LANES: lanes(4, software ? 1 : 6), EACH: 4 };
  return software ? [fours] : [fours, { ...fours, WG: 256 }, { LANES: lanes(1, 6), EACH: 1 }];
}

function longestRow(rowPtr: Uint32Array, rows: number): number {
  let longest = 0;
  for (let r = 0; r < rows; r++) longest = Math.max(longest, rowPtr[r + 1] - rowPtr[r]);
  return longest;
}
