import common from "../../shaders/common.wgsl?raw";
import forward from "../../shaders/parts/forward.wgsl?raw";
import sparseProduct from "../../shaders/parts/sparse-product.wgsl?raw";
import shader from "../../shaders/spmm.wgsl?raw";
import { activationText } from "../activations/activation.js";
import { linear } from "../activations/linear.js";
import { defineKernel } from "../device/kernel.js";
import { type ActivationPieces, activateRow, dropRow } from "./activation.js";
import { addRows, addScaledRows } from "./rows.js";
import { simdTiles } from "./simd.js";
import type { ProductShape, Variant } from "./variant.js";

/**
 * SpMM with bias, activation and dropout: for rows r of a block that starts at rowStart in the layer's output,
 * y[r, b] = dropout(f(z)), z = zScale (bias[r] + sum over k of values[k] x[colIdx[k], b]).
 * CSR of the block [rows, cols]; x is [cols, 4 quads], y and z are [neurons, 4 quads]. z is written when SAVED_Z is 1.
 * Rows of more than SPLIT connections (where SPLIT > 0) are not computed; their `segments`, listed at rowPtr[tableAt] as (row, begin, end),
 * are summed to the rows of z from partialAt on, and a dispatch with JOIN, whose list is (row, first segment, last + 1), ends those rows.
 */
export const spmm = defineKernel({
  name: "spmm",
  wgsl: common + forward + sparseProduct + shader,
  pieces: { activation: linear } as ActivationPieces,
  prelude: ({ activation }) => activationText(activation),
  params: {
    rows: "u32",
    rowStart: "u32",
    quads: "u32",
    alpha: "f32",
    zScale: "f32",
    neurons: "u32",
    stream: "u32",
    threshold: "u32",
    keepScale: "f32",
    segments: "u32",
    tableAt: "u32",
    partialAt: "u32",
  },
  bindings: {
    cursor: "uniform u32",
    rowPtr: "read u32",
    colIdx: "read u32",
    values: "read f32",
    bias: "read f32",
    x: "read f32",
    y: "write f32",
    z: "write f32",
    parameters: "read f32",
  },
  constants: { WG: 64, VECS: 1, LANES: 1, UNROLL: 4, PARTS: 1, SPLIT: 0, JOIN: 0, BIAS: 1, DROPOUT: 0, SAVED_Z: 0 },
  workgroups: ({ segments, rows, quads }, constants) => batchWorkgroups(segments + rows, quads, constants),
  twin(
    p,
    { cursor, rowPtr, colIdx, values, bias, x, y, z, parameters },
    { BIAS, DROPOUT, SAVED_Z, SPLIT, JOIN },
    { activation },
  ) {
    const stride = 4 * p.quads;
    const row = (r: number, addProducts: (at: number) => void) => {
      const neuron = p.rowStart + r;
      const from = neuron * stride;
      const to = from + stride;
      y.fill(BIAS ? bias[neuron] : 0, from, to);
      addProducts(from);
      if (p.zScale !== 1) for (let i = from; i < to; i++) y[i] *= p.zScale;
      if (SAVED_Z) for (let i = from; i < to; i++) z[i] = y[i];
      activateRow(activation, y, from, to, p.alpha, parameters, p.neurons, neuron);
      if (DROPOUT) dropRow(y, from, stride, p.stream, cursor[2], neuron, p.threshold, p.keepScale);
    };
    for (let i = 0; i < p.segments; i++) {
      const [r, begin, end] = rowPtr.subarray(p.tableAt + 3 * i);
      const partial = (p.partialAt + i) * stride;
      if (JOIN) row(r, (at) => addRows(y, at, stride, z, p.partialAt + begin, p.partialAt + end));
      else {
        z.fill(0, partial, partial + stride);
        addScaledRows(z, partial, stride, values, null, x, colIdx, 0, begin, end);
      }
    }
    for (let r = 0; r < p.rows; r++) {
      const [begin, end] = [rowPtr[r], rowPtr[r + 1]];
      if (SPLIT === 0 || end - begin <= SPLIT)
        row(r, (at) => addScaledRows(y, at, stride, values, null, x, colIdx, 0, begin, end));
    }
  },
  simd: {
    items: ({ segments, rows, quads }) => (segments + rows) * simdTiles(quads),
    flop: ({ quads }, lengths) => 8 * quads * lengths.values,
  },
});

/** Workgroups of spmm and spmm-t for so many rows and segments: an item each for every tile of the batch. */
export function batchWorkgroups(
  items: number,
  quads: number,
  { WG, VECS, LANES, PARTS }: { readonly [K in "WG" | "VECS" | "LANES" | "PARTS"]: number },
): number {
  const places = items * Math.ceil(quads / (VECS * LANES));
  return PARTS > 1 ? Math.ceil(places / Math.floor(WG / (LANES * PARTS))) : Math.ceil((places * LANES) / WG);
}

/** Invocations along the batch when each takes VECS quads and at most `most` stand side by side, so that tiles are of equal size. */
function batchLanes(quads: number, VECS: number, most: number): number {
  const tiles = Math.ceil(quads / (most * VECS));
  return Math.ceil(Math.ceil(quads / tiles) / VECS);
}

/** Invocations that a GPU needs to hide what memory takes, and connections below which one is not worth sharing. */
const FEW_INVOCATIONS = 8192;
const FEW_CONNECTIONS = 4;

/**
 * Candidates of spmm; see `candidatesOf`. Programs on the CPU pay for each load that is not of a whole vector and gain nothing by loads in
 * flight: long runs of quads a connection, one connection a turn. On GPUs 8 invocations read a line of 128 bytes together, and
 * where there are few (small batches, narrow layers) several share a row; workgroups of 256 are fewer to hand out.
 */
export function spmmCandidates({ rows, nnz, quads, software }: ProductShape): readonly Variant[] {
  const variant = (VECS: number, most: number, UNROLL: number, PARTS = 1) => ({
    VECS,
    LANES: batchLanes(quads, VECS, most),
    UNROLL,
    PARTS,
  });
  const widest = quads >= 4 ? 4 : quads >= 2 ? 2 : 1;
  const wide = [variant(widest, 8, 1), variant(widest, 2, 1)];
  if (software) return wide;
  const coalesced = variant(quads >= 32 ? 4 : quads >= 16 ? 2 : 1, 8, 4);
  const invocations = rows * Math.min(8, quads) * Math.ceil(quads / 8);
  let PARTS = 1;
  while (PARTS < 8 && invocations * PARTS < FEW_INVOCATIONS && nnz / rows >= 2 * PARTS * FEW_CONNECTIONS) PARTS *= 2;
  const shared = PARTS > 1 ? [variant(1, 8, 4, PARTS)] : [];
  return [...shared, coalesced, { ...coalesced, WG: 256 }, variant(1, 8, 4), wide[0]];
}
