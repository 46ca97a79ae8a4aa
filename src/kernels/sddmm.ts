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
 * Candidates of sddmm; see `candidatesOf`. Four connections at once load delta once for four, which pays on the CPU. GPUs gain by many
 * invocations: one for each connection of a mean row, up to 32. On an H200 that is within 3 % of the best of 16 in the mean of 13 cells,
 * and 1.2 to 5.2 times as fast as fours (bench/H200.md).
 */
export function sddmmCandidates({ nnz, rows, software }: ProductShape): readonly Variant[] {
  const fanIn = Math.max(1, nnz / Math.max(1, rows));
  const lanes = (power: number, most: number) => 2 ** Math.max(0, Math.min(most, power));
  const fours = { LANES: lanes(Math.floor(Math.log2(fanIn / 4)), software ? 1 : 6), EACH: 4 };
  if (software) return [fours];
  const ones = (most: number) => ({ LANES: lanes(Math.ceil(Math.log2(fanIn)), most), EACH: 1, WG: 256 });
  const whole = { LANES: lanes(Math.floor(Math.log2(fanIn)), 6), EACH: 1 };
  return [ones(5), ones(6), fours, { ...fours, WG: 256 }, whole];
}

function longestRow(rowPtr: Uint32Array, rows: number): number {
  let longest = 0;
  for (let r = 0; r < rows; r++) longest = Math.max(longest, rowPtr[r + 1] - rowPtr[r]);
  return longest;
}
