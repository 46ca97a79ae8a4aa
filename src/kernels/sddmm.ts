import common from "../../shaders/common.wgsl?raw";
import shader from "../../shaders/sddmm.wgsl?raw";
import { defineKernel } from "../device/kernel.js";
import { rangeStep, roundedOnce, stepBias, update } from "./parts/update.js";
import { dotScatteredRows } from "./rows.js";
import type { ProductShape, Variant } from "./variant.js";

/**
 * SDDMM fused with the optimiser: for every connection k of row r of a block, g = sum over b of delta[rowStart + r, b] x[colIdx[k], b],
 * then (w, m, v)[k] = optimise((w, m, v)[k], g) in place; likewise for the bias with g = sum over b of delta[rowStart + r, b].
 * delta is [neurons, 4 quads], x is [cols, 4 quads]; bias holds bias, m, v of `neurons` elements each (as many as the optimiser keeps).
 */
export const sddmm = defineKernel({
  name: "sddmm",
  wgsl: common + update.wgsl + shader,
  pieces: update.pieces,
  prelude: update.prelude,
  params: { rows: "u32", rowStart: "u32", ...update.params, segments: "u32", tableAt: "u32" },
  bindings: { rates: "uniform f32", rowPtr: "read u32", colIdx: "read u32", ...update.bindings },
  constants: { WG: 64, LANES: 32, EACH: 1, SPLIT: 0, ...update.constants },
  workgroups: ({ segments, rows }, { WG, LANES }) => Math.ceil(((segments + rows) * LANES) / WG),
  twin(p, { rates, rowPtr, colIdx, w, m, v, delta, x, bias }, { BIAS }, { optimiser }) {
    const stride = 4 * p.quads;
    const gradients = new Float64Array(longestRow(rowPtr, p.rows));
    const step = rangeStep(optimiser, rates, p);
    for (let r = 0; r < p.rows; r++) {
      const [begin, end] = [rowPtr[r], rowPtr[r + 1]];
      dotScatteredRows(gradients, delta, (p.rowStart + r) * stride, x, colIdx, begin, end, stride);
      step(w, m, v, gradients, begin, end);
    }
    if (BIAS) stepBias(step, bias, delta, p);
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
