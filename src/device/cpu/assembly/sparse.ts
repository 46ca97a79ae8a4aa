import { activate, drop, scaleByDerivative } from "./activation";
import { addRows, addScaledRows } from "./add-rows";
import { fill } from "./lanes";

// Sparse products with a batch. Arrays are addresses, batches are in quads of samples; every output element belongs to one item, whatever
// the range of items of a call, so how the items are dealt to threads changes no bit.

/** Quads of one item of spmm and spmmT: their sums stay in registers while the connections go by. */
const TILE: u32 = 8;

/** Items of spmm and spmmT: tile after tile of the batch, in each one item a row, so that threads share one slice of x. */
@inline
function quadsOf(tile: u32, quads: u32): u32 {
  return min(TILE, quads - tile * TILE);
}

/**
 * Rows of y = dropout(f(zScale (bias + W x))); see src/kernels/spmm.ts, also for segments of long rows: `table` is their list, `partial`
 * their sums. Items: (segments + rows) x tiles. bias and z may be null.
 */
export function spmm(
  begin: u32,
  end: u32,
  rows: u32,
  rowStart: u32,
  quads: u32,
  alpha: f32,
  zScale: f32,
  neurons: u32,
  stream: u32,
  threshold: u32,
  keepScale: f32,
  cursor: usize,
  rowPtr: usize,
  colIdx: usize,
  values: usize,
  bias: usize,
  x: usize,
  y: usize,
  z: usize,
  parameters: usize,
  act: i32,
  dropout: i32,
  segments: u32,
  table: usize,
  partial: usize,
  split: u32,
  join: i32,
): void {
  if (begin >= end) return;
  const stride = quads << 4;
  let tile = begin / (segments + rows);
  let unit = begin % (segments + rows);
  for (let item = begin; item < end; item++) {
    const width = quadsOf(tile, quads);
    const from = tile * TILE << 4;
    const listed = unit < segments;
    const entry = listed ? table + unit * 12 : rowPtr + ((unit - segments) << 2);
    const r = listed ? load<u32>(entry) : unit - segments;
    const first = listed ? load<u32>(entry, 4) : load<u32>(entry);
    const last = listed ? load<u32>(entry, 8) : load<u32>(entry, 4);
    const isSegment = listed && !join; // of a long row: its sum goes to `partial`, and a dispatch with `join` ends the row
    if (listed || split == 0 || last - first <= split) {
      const neuron = rowStart + r;
      const out = (isSegment ? partial + unit * stride : y + neuron * stride) + from;
      fill(out, width, bias && !isSegment ? load<f32>(bias + (neuron << 2)) : 0);
      if (join) addRows(out, width, partial + from, stride, first, last);
      else addScaledRows(out, width, values, 0, x + from, colIdx, stride, first, last);
      if (!isSegment) {
        const kept = z ? z + neuron * stride + from : 0;
        finish(out, width, tile * TILE, neuron, alpha, zScale, neurons, stream, threshold, keepScale, cursor, kept, parameters, act, dropout);
      }
    }
    if (++unit == segments + rows) {
      unit = 0;
      tile++;
    }
  }
}

/** What follows the sums of one neuron's `quads` vectors at `out`, which begin with quad `first`: scale, copy to z, activation, dropout. */
export function finish(
  out: usize,
  quads: u32,
  first: u32,
  neuron: u32,
  alpha: f32,
  zScale: f32,
  neurons: u32,
  stream: u32,
  threshold: u32,
  keepScale: f32,
  cursor: usize,
  z: usize,
  parameters: usize,
  act: i32,
  dropout: i32,
): void {
  const bytes = quads << 4;
  if (zScale != 1) for (let i: u32 = 0; i < bytes; i += 16) v128.store(out + i, f32x4.mul(v128.load(out + i), f32x4.splat(zScale)));
  if (z) for (let i: u32 = 0; i < bytes; i += 16) v128.store(z + i, v128.load(out + i));
  if (act) activate(act, out, quads, alpha, parameters + (neuron << 2), neurons);
  if (dropout) drop(out, quads, first << 2, stream, load<u32>(cursor, 8), neuron, threshold, keepScale);
}

/** Columns of dx = mask f'(.) (dx + W' dy); see src/kernels/spmm-t.ts. Items: (segments + columns) x tiles. */
export function spmmT(
  begin: u32,
  end: u32,
  cols: u32,
  rowStart: u32,
  quads: u32,
  alpha: f32,
  stream: u32,
  threshold: u32,
  keepScale: f32,
  cursor: usize,
  colPtr: usize,
  rowIdx: usize,
  perm: usize,
  values: usize,
  dy: usize,
  saved: usize,
  dx: usize,
  act: i32,
  dropout: i32,
  savedZ: i32,
  addTo: i32,
  last: i32,
  segments: u32,
  table: usize,
  partial: usize,
  split: u32,
  join: i32,
): void {
  if (begin >= end) return;
  const stride = quads << 4;
  let tile = begin / (segments + cols);
  let unit = begin % (segments + cols);
  for (let item = begin; item < end; item++) {
    const width = quadsOf(tile, quads);
    const from = tile * TILE << 4;
    const listed = unit < segments;
    const entry = listed ? table + unit * 12 : colPtr + ((unit - segments) << 2);
    const c = listed ? load<u32>(entry) : unit - segments;
    const first = listed ? load<u32>(entry, 4) : load<u32>(entry);
    const behind = listed ? load<u32>(entry, 8) : load<u32>(entry, 4);
    const isSegment = listed && !join;
    if (listed || split == 0 || behind - first <= split) {
      const at = c * stride + from;
      const out = isSegment ? partial + unit * stride + from : dx + at;
      if (isSegment || !addTo) fill(out, width, 0);
      if (join) addRows(out, width, partial + from, stride, first, behind);
      else addScaledRows(out, width, values, perm, dy + rowStart * stride + from, rowIdx, stride, first, behind);
      if (last && !isSegment)
        derive(out, width, tile * TILE, c, alpha, stream, threshold, keepScale, cursor, saved + at, act, dropout, savedZ);
    }
    if (++unit == segments + cols) {
      unit = 0;
      tile++;
    }
  }
}

/** What follows the sums of one neuron's `quads` vectors of dx, which begin with quad `first`: derivative, dropout's mask. */
export function derive(
  dx: usize,
  quads: u32,
  first: u32,
  neuron: u32,
  alpha: f32,
  stream: u32,
  threshold: u32,
  keepScale: f32,
  cursor: usize,
  saved: usize,
  act: i32,
  dropout: i32,
  savedZ: i32,
): void {
  if (act) scaleByDerivative(act, dx, quads, saved, alpha, keepScale, savedZ);
  if (dropout == 1) drop(dx, quads, first << 2, stream, load<u32>(cursor, 8), neuron, threshold, keepScale);
}
