import { activate, drop, scaleByDerivative } from "./activation";
import { fill, sumRow, sums } from "./lanes";
import { optimise } from "./optimise";

// Sparse products. Arrays are addresses, batches are in quads of samples; every output element belongs to one item, whatever the range
// of items of a call, so how the items are dealt to threads changes no bit.

/** Quads of one item of spmm and spmmT: their sums stay in registers while the connections go by. */
const TILE: u32 = 8;

/** Items of spmm and spmmT: tile after tile of the batch, in each one item a row, so that threads share one slice of x. */
@inline
function quadsOf(tile: u32, quads: u32): u32 {
  return min(TILE, quads - tile * TILE);
}

/** Weight k, at `values`, or through `perm` unless that is null. */
@inline
function weight(values: usize, perm: usize, k: usize): v128 {
  return v128.load_splat<f32>(values + ((perm ? <usize>load<u32>(perm + (k << 2)) : k) << 2));
}

@inline
function rowAt(x: usize, idx: usize, k: usize, stride: usize): usize {
  return x + <usize>load<u32>(idx + (k << 2)) * stride;
}

/** The `quads` <= 8 vectors at y += sum over k in [begin, end) of w_k times those at x + idx[k] stride. */
@inline
function addScaledRows(y: usize, quads: u32, values: usize, perm: usize, x: usize, idx: usize, stride: usize, begin: u32, end: u32): void {
  if (quads == 8) return add8(y, values, perm, x, idx, stride, begin, end);
  if (quads & 4) {
    add4(y, values, perm, x, idx, stride, begin, end);
    y += 64;
    x += 64;
  }
  if (quads & 2) {
    add2(y, values, perm, x, idx, stride, begin, end);
    y += 32;
    x += 32;
  }
  if (quads & 1) add1(y, values, perm, x, idx, stride, begin, end);
}

@inline
function add8(y: usize, values: usize, perm: usize, x: usize, idx: usize, stride: usize, begin: u32, end: u32): void {
  let s0 = v128.load(y);
  let s1 = v128.load(y, 16);
  let s2 = v128.load(y, 32);
  let s3 = v128.load(y, 48);
  let s4 = v128.load(y, 64);
  let s5 = v128.load(y, 80);
  let s6 = v128.load(y, 96);
  let s7 = v128.load(y, 112);
  let k = begin;
  if (k < end) do {
    const w = weight(values, perm, k);
    const row = rowAt(x, idx, k, stride);
    s0 = f32x4.add(s0, f32x4.mul(w, v128.load(row)));
    s1 = f32x4.add(s1, f32x4.mul(w, v128.load(row, 16)));
    s2 = f32x4.add(s2, f32x4.mul(w, v128.load(row, 32)));
    s3 = f32x4.add(s3, f32x4.mul(w, v128.load(row, 48)));
    s4 = f32x4.add(s4, f32x4.mul(w, v128.load(row, 64)));
    s5 = f32x4.add(s5, f32x4.mul(w, v128.load(row, 80)));
    s6 = f32x4.add(s6, f32x4.mul(w, v128.load(row, 96)));
    s7 = f32x4.add(s7, f32x4.mul(w, v128.load(row, 112)));
    k++;
  } while (k < end);
  v128.store(y, s0);
  v128.store(y, s1, 16);
  v128.store(y, s2, 32);
  v128.store(y, s3, 48);
  v128.store(y, s4, 64);
  v128.store(y, s5, 80);
  v128.store(y, s6, 96);
  v128.store(y, s7, 112);
}

@inline
function add4(y: usize, values: usize, perm: usize, x: usize, idx: usize, stride: usize, begin: u32, end: u32): void {
  let s0 = v128.load(y);
  let s1 = v128.load(y, 16);
  let s2 = v128.load(y, 32);
  let s3 = v128.load(y, 48);
  let k = begin;
  if (k < end) do {
    const w = weight(values, perm, k);
    const row = rowAt(x, idx, k, stride);
    s0 = f32x4.add(s0, f32x4.mul(w, v128.load(row)));
    s1 = f32x4.add(s1, f32x4.mul(w, v128.load(row, 16)));
    s2 = f32x4.add(s2, f32x4.mul(w, v128.load(row, 32)));
    s3 = f32x4.add(s3, f32x4.mul(w, v128.load(row, 48)));
    k++;
  } while (k < end);
  v128.store(y, s0);
  v128.store(y, s1, 16);
  v128.store(y, s2, 32);
  v128.store(y, s3, 48);
}

/** Narrow tiles take two or four connections a turn, each with sums of its own: one sum would wait for itself. */
@inline
function add2(y: usize, values: usize, perm: usize, x: usize, idx: usize, stride: usize, begin: u32, end: u32): void {
  let s0 = v128.load(y);
  let s1 = v128.load(y, 16);
  let t0 = f32x4.splat(0);
  let t1 = f32x4.splat(0);
  let k = begin;
  if (k + 2 <= end) do {
    const w = weight(values, perm, k);
    const u = weight(values, perm, k + 1);
    const row = rowAt(x, idx, k, stride);
    const next = rowAt(x, idx, k + 1, stride);
    s0 = f32x4.add(s0, f32x4.mul(w, v128.load(row)));
    s1 = f32x4.add(s1, f32x4.mul(w, v128.load(row, 16)));
    t0 = f32x4.add(t0, f32x4.mul(u, v128.load(next)));
    t1 = f32x4.add(t1, f32x4.mul(u, v128.load(next, 16)));
    k += 2;
  } while (k + 2 <= end);
  if (k < end) {
    const w = weight(values, perm, k);
    const row = rowAt(x, idx, k, stride);
    s0 = f32x4.add(s0, f32x4.mul(w, v128.load(row)));
    s1 = f32x4.add(s1, f32x4.mul(w, v128.load(row, 16)));
  }
  v128.store(y, f32x4.add(s0, t0));
  v128.store(y, f32x4.add(s1, t1), 16);
}

@inline
function add1(y: usize, values: usize, perm: usize, x: usize, idx: usize, stride: usize, begin: u32, end: u32): void {
  let s0 = v128.load(y);
  let s1 = f32x4.splat(0);
  let s2 = f32x4.splat(0);
  let s3 = f32x4.splat(0);
  let k = begin;
  if (k + 4 <= end) do {
    s0 = f32x4.add(s0, f32x4.mul(weight(values, perm, k), v128.load(rowAt(x, idx, k, stride))));
    s1 = f32x4.add(s1, f32x4.mul(weight(values, perm, k + 1), v128.load(rowAt(x, idx, k + 1, stride))));
    s2 = f32x4.add(s2, f32x4.mul(weight(values, perm, k + 2), v128.load(rowAt(x, idx, k + 2, stride))));
    s3 = f32x4.add(s3, f32x4.mul(weight(values, perm, k + 3), v128.load(rowAt(x, idx, k + 3, stride))));
    k += 4;
  } while (k + 4 <= end);
  for (; k < end; k++) s0 = f32x4.add(s0, f32x4.mul(weight(values, perm, k), v128.load(rowAt(x, idx, k, stride))));
  v128.store(y, f32x4.add(f32x4.add(s0, s1), f32x4.add(s2, s3)));
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
  srelu: usize,
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
        finish(out, width, tile * TILE, neuron, alpha, zScale, neurons, stream, threshold, keepScale, cursor, kept, srelu, act, dropout);
      }
    }
    if (++unit == segments + rows) {
      unit = 0;
      tile++;
    }
  }
}

/** The `quads` vectors at y += those at x + i stride, for i in [begin, end). */
function addRows(y: usize, quads: u32, x: usize, stride: usize, begin: u32, end: u32): void {
  const bytes = quads << 4;
  for (let i = begin; i < end; i++) {
    const row = x + i * stride;
    for (let b: u32 = 0; b < bytes; b += 16) v128.store(y + b, f32x4.add(v128.load(y + b), v128.load(row + b)));
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
  srelu: usize,
  act: i32,
  dropout: i32,
): void {
  const bytes = quads << 4;
  if (zScale != 1) for (let i: u32 = 0; i < bytes; i += 16) v128.store(out + i, f32x4.mul(v128.load(out + i), f32x4.splat(zScale)));
  if (z) for (let i: u32 = 0; i < bytes; i += 16) v128.store(z + i, v128.load(out + i));
  if (act) activate(act, out, quads, alpha, srelu + (neuron << 2), neurons);
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

/** One optimiser step of the connections of rows and of their biases; see src/kernels/sddmm.ts. Items: rows. bias may be null. */
export function sddmm(
  begin: u32,
  end: u32,
  rowStart: u32,
  quads: u32,
  neurons: u32,
  beta1: f32,
  rest1: f32,
  beta2: f32,
  rest2: f32,
  eps: f32,
  decay: f32,
  rates: usize,
  rowPtr: usize,
  colIdx: usize,
  w: usize,
  m: usize,
  v: usize,
  delta: usize,
  x: usize,
  bias: usize,
  rule: i32,
): void {
  const stride = quads << 4;
  const step = neurons << 2;
  for (let r = begin; r < end; r++) {
    const d = delta + (rowStart + r) * stride;
    const last = load<u32>(rowPtr + (r << 2), 4);
    for (let k = load<u32>(rowPtr + (r << 2)); k < last; k += 4) {
      const at = k << 2;
      const n = min(4, last - k);
      const g = dotScattered(d, x, colIdx + at, n, stride);
      optimise(rule, w + at, m + at, v + at, g, n, rates, beta1, rest1, beta2, rest2, eps, decay);
    }
    if (bias) {
      const b = bias + ((rowStart + r) << 2);
      optimise(rule, b, b + step, b + 2 * step, sumRow(d, quads), 1, rates, beta1, rest1, beta2, rest2, eps, decay);
    }
  }
}

/** The scalar products of row d with the rows of x that the n <= 4 indices at idx name; two sums a row, so that none waits for itself. */
@inline
function dotScattered(d: usize, x: usize, idx: usize, n: u32, stride: usize): v128 {
  // Where fewer than four are left the last one is taken again, and not stored.
  let x0 = x + <usize>load<u32>(idx) * stride;
  let x1 = n > 1 ? x + <usize>load<u32>(idx, 4) * stride : x0;
  let x2 = n > 2 ? x + <usize>load<u32>(idx, 8) * stride : x1;
  let x3 = n > 3 ? x + <usize>load<u32>(idx, 12) * stride : x2;
  let s0 = f32x4.splat(0);
  let s1 = s0;
  let s2 = s0;
  let s3 = s0;
  let t0 = s0;
  let t1 = s0;
  let t2 = s0;
  let t3 = s0;
  const end = d + stride;
  const even = d + (stride & ~31);
  if (d < even) do {
    const a = v128.load(d);
    const b = v128.load(d, 16);
    s0 = f32x4.add(s0, f32x4.mul(a, v128.load(x0)));
    t0 = f32x4.add(t0, f32x4.mul(b, v128.load(x0, 16)));
    s1 = f32x4.add(s1, f32x4.mul(a, v128.load(x1)));
    t1 = f32x4.add(t1, f32x4.mul(b, v128.load(x1, 16)));
    s2 = f32x4.add(s2, f32x4.mul(a, v128.load(x2)));
    t2 = f32x4.add(t2, f32x4.mul(b, v128.load(x2, 16)));
    s3 = f32x4.add(s3, f32x4.mul(a, v128.load(x3)));
    t3 = f32x4.add(t3, f32x4.mul(b, v128.load(x3, 16)));
    x0 += 32;
    x1 += 32;
    x2 += 32;
    x3 += 32;
    d += 32;
  } while (d < even);
  if (d < end) {
    const a = v128.load(d);
    s0 = f32x4.add(s0, f32x4.mul(a, v128.load(x0)));
    s1 = f32x4.add(s1, f32x4.mul(a, v128.load(x1)));
    s2 = f32x4.add(s2, f32x4.mul(a, v128.load(x2)));
    s3 = f32x4.add(s3, f32x4.mul(a, v128.load(x3)));
  }
  return sums(f32x4.add(s0, t0), f32x4.add(s1, t1), f32x4.add(s2, t2), f32x4.add(s3, t3));
}
