import { addRows, addScaledRows } from "./add-rows";
import { derive } from "./backward";
import { finish } from "./forward";
import { fill } from "./lanes";

// Sparse products with a batch. Arrays are addresses, batches are in quads of samples; every output element belongs to one item, whatever
// the range of items of a call, so how the items are dealt to threads changes no bit.

/** Quads of an item: their sums stay in registers while the connections go by. */
const TILE: u32 = 8;

@unmanaged
class Spmm {
  rows: u32;
  rowStart: u32;
  quads: u32;
  alpha: f32;
  zScale: f32;
  neurons: u32;
  stream: u32;
  threshold: u32;
  keepScale: f32;
  segments: u32;
  tableAt: u32;
  partialAt: u32;
  cursor: usize;
  rowPtr: usize;
  colIdx: usize;
  values: usize;
  bias: usize;
  x: usize;
  y: usize;
  z: usize;
  parameters: usize;
  activation: i32;
  SPLIT: u32;
  JOIN: u32;
  BIAS: u32;
  DROPOUT: u32;
  SAVED_Z: u32;

  /** Where the sums of a row begin, and with what. */
  @inline
  start(row: u32, from: usize, width: u32): usize {
    const neuron = this.rowStart + row;
    const out = this.y + neuron * (this.quads << 4) + from;
    fill(out, width, this.BIAS ? load<f32>(this.bias + (neuron << 2)) : 0);
    return out;
  }

  @inline
  end(out: usize, width: u32, first: u32, row: u32): void {
    finish(this, out, width, first, this.rowStart + row);
  }
}

/** y = dropout(f(zScale (bias + W x))); see src/kernels/spmm.ts. */
export function spmm(begin: u32, end: u32, p: Spmm): void {
  product(begin, end, p, p.rows, p.rowPtr, p.colIdx, 0, p.x, p.z + p.partialAt * (p.quads << 4));
}

@unmanaged
class SpmmT {
  cols: u32;
  rowStart: u32;
  quads: u32;
  alpha: f32;
  stream: u32;
  threshold: u32;
  keepScale: f32;
  segments: u32;
  tableAt: u32;
  cursor: usize;
  colPtr: usize;
  rowIdx: usize;
  perm: usize;
  values: usize;
  dy: usize;
  saved: usize;
  dx: usize;
  partial: usize;
  activation: i32;
  SPLIT: u32;
  JOIN: u32;
  DROPOUT: u32;
  SAVED_Z: i32;
  ADD: u32;
  LAST: u32;

  /** Where the sums of a column begin, and with what. */
  @inline
  start(col: u32, from: usize, width: u32): usize {
    const out = this.dx + col * (this.quads << 4) + from;
    if (!this.ADD) fill(out, width, 0);
    return out;
  }

  @inline
  end(out: usize, width: u32, first: u32, col: u32): void {
    derive(this, out, width, first, col);
  }
}

/** dx = mask f'(.) (dx + W' dy); see src/kernels/spmm-t.ts. */
export function spmmT(begin: u32, end: u32, p: SpmmT): void {
  product(begin, end, p, p.cols, p.colPtr, p.rowIdx, p.perm, p.dy + p.rowStart * (p.quads << 4), p.partial);
}

/**
 * The items [begin, end) of a product with `rows` rows: tile after tile of the batch, in each one item a segment of a long row, then one a row,
 * so that threads share one slice of x. The entries of row r are those of idx (and of values, by `perm` unless that is null) from starts[r] on;
 * a segment's sum goes to `partial`, and a dispatch with JOIN ends its row.
 */
@inline
function product<P>(begin: u32, end: u32, p: P, rows: u32, starts: usize, idx: usize, perm: usize, x: usize, partial: usize): void {
  if (begin >= end) return;
  const quads = p.quads;
  const stride = quads << 4;
  const values = p.values;
  const segments = p.segments;
  const table = starts + (p.tableAt << 2);
  const split = p.SPLIT;
  const join = p.JOIN;
  let tile = begin / (segments + rows);
  let unit = begin % (segments + rows);
  for (let item = begin; item < end; item++) {
    const width = min(TILE, quads - tile * TILE);
    const from = tile * TILE << 4;
    const listed = unit < segments;
    const entry = listed ? table + unit * 12 : starts + ((unit - segments) << 2);
    const row = listed ? load<u32>(entry) : unit - segments;
    const first = listed ? load<u32>(entry, 4) : load<u32>(entry);
    const last = listed ? load<u32>(entry, 8) : load<u32>(entry, 4);
    const isSegment = listed && !join;
    if (listed || split == 0 || last - first <= split) {
      let out = partial + unit * stride + from;
      if (isSegment) fill(out, width, 0);
      else out = p.start(row, from, width);
      if (join) addRows(out, width, partial + from, stride, first, last);
      else addScaledRows(out, width, values, perm, x + from, idx, stride, first, last);
      if (!isSegment) p.end(out, width, tile * TILE, row);
    }
    if (++unit == segments + rows) {
      unit = 0;
      tile++;
    }
  }
}
