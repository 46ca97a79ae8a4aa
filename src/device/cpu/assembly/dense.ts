import { derive } from "./backward";
import { finish } from "./forward";
import { fill, sumRow, sums } from "./lanes";
import { optimise, optimiseBias } from "./optimise";

// Dense products. Items are blocks of 16 rows of the output (of 16 x 16 samples in dense and denseT): what one needs of W and x stays in
// the nearest caches.

/** Rows of an item. */
const ROWS: u32 = 16;
/** Quads of an item of dense and denseT. */
const TILE: u32 = 4;
/** Inputs that a block of sums goes through before the next block takes its turn. */
const DEPTH: u32 = 64;
/** Bytes of x that denseUpdate goes through row by row: they stay in the first cache, and memory is read in long runs of one row at a time. */
const STRIP: u32 = 8192;

/**
 * The tile at y (rows x quads vectors, `stride` bytes a row) += the weights at w, row i's weight of input k at w + i wRow + k wCol, times
 * the `depth` rows of the tile at x.
 */
function addProducts(y: usize, rows: u32, quads: u32, stride: usize, w: usize, wRow: usize, wCol: usize, x: usize, depth: u32): void {
  for (let from: u32 = 0; from < depth; from += DEPTH) {
    const count = min(DEPTH, depth - from);
    const weights = w + from * wCol;
    const inputs = x + from * stride;
    if (quads == TILE) {
      for (let i: u32 = 0; i < rows; i += 2) {
        // An odd last row is done twice, with the same result.
        const j = min(i + 1, rows - 1);
        add2x4(y + i * stride, y + j * stride, weights + i * wRow, weights + j * wRow, wCol, inputs, stride, count);
      }
    } else {
      for (let q: u32 = 0; q < quads; q++) {
        for (let i: u32 = 0; i < rows; i += 4) add4x1(y + (q << 4), i, rows, stride, weights, wRow, wCol, inputs + (q << 4), count);
      }
    }
  }
}

/** Two rows of four vectors. */
@inline
function add2x4(y0: usize, y1: usize, w0: usize, w1: usize, wCol: usize, x: usize, stride: usize, count: u32): void {
  let a0 = v128.load(y0);
  let a1 = v128.load(y0, 16);
  let a2 = v128.load(y0, 32);
  let a3 = v128.load(y0, 48);
  let b0 = v128.load(y1);
  let b1 = v128.load(y1, 16);
  let b2 = v128.load(y1, 32);
  let b3 = v128.load(y1, 48);
  do {
    const a = v128.load_splat<f32>(w0);
    const b = v128.load_splat<f32>(w1);
    const x0 = v128.load(x);
    a0 = f32x4.add(a0, f32x4.mul(a, x0));
    b0 = f32x4.add(b0, f32x4.mul(b, x0));
    const x1 = v128.load(x, 16);
    a1 = f32x4.add(a1, f32x4.mul(a, x1));
    b1 = f32x4.add(b1, f32x4.mul(b, x1));
    const x2 = v128.load(x, 32);
    a2 = f32x4.add(a2, f32x4.mul(a, x2));
    b2 = f32x4.add(b2, f32x4.mul(b, x2));
    const x3 = v128.load(x, 48);
    a3 = f32x4.add(a3, f32x4.mul(a, x3));
    b3 = f32x4.add(b3, f32x4.mul(b, x3));
    w0 += wCol;
    w1 += wCol;
    x += stride;
  } while (--count);
  v128.store(y0, a0);
  v128.store(y0, a1, 16);
  v128.store(y0, a2, 32);
  v128.store(y0, a3, 48);
  v128.store(y1, b0);
  v128.store(y1, b1, 16);
  v128.store(y1, b2, 32);
  v128.store(y1, b3, 48);
}

/** Four rows from i on of one vector; rows beyond the last are the last one again. */
@inline
function add4x1(y: usize, i: u32, rows: u32, stride: usize, w: usize, wRow: usize, wCol: usize, x: usize, count: u32): void {
  const i1 = min(i + 1, rows - 1);
  const i2 = min(i + 2, rows - 1);
  const i3 = min(i + 3, rows - 1);
  let w0 = w + i * wRow;
  let w1 = w + i1 * wRow;
  let w2 = w + i2 * wRow;
  let w3 = w + i3 * wRow;
  let s0 = v128.load(y + i * stride);
  let s1 = v128.load(y + i1 * stride);
  let s2 = v128.load(y + i2 * stride);
  let s3 = v128.load(y + i3 * stride);
  do {
    const input = v128.load(x);
    s0 = f32x4.add(s0, f32x4.mul(v128.load_splat<f32>(w0), input));
    s1 = f32x4.add(s1, f32x4.mul(v128.load_splat<f32>(w1), input));
    s2 = f32x4.add(s2, f32x4.mul(v128.load_splat<f32>(w2), input));
    s3 = f32x4.add(s3, f32x4.mul(v128.load_splat<f32>(w3), input));
    w0 += wCol;
    w1 += wCol;
    w2 += wCol;
    w3 += wCol;
    x += stride;
  } while (--count);
  v128.store(y + i * stride, s0);
  v128.store(y + i1 * stride, s1);
  v128.store(y + i2 * stride, s2);
  v128.store(y + i3 * stride, s3);
}

@unmanaged
class Dense {
  rows: u32;
  cols: u32;
  rowStart: u32;
  quads: u32;
  alpha: f32;
  zScale: f32;
  neurons: u32;
  stream: u32;
  threshold: u32;
  keepScale: f32;
  cursor: usize;
  w: usize;
  bias: usize;
  x: usize;
  y: usize;
  z: usize;
  parameters: usize;
  activation: i32;
  BIAS: u32;
  DROPOUT: u32;
  SAVED_Z: u32;
}

/** y = dropout(f(zScale (bias + W x))); see src/kernels/dense.ts. Items: blocks of rows, in each the tiles of the batch. */
export function dense(begin: u32, end: u32, p: Dense): void {
  const quads = p.quads;
  const stride = quads << 4;
  const cols = p.cols;
  const tiles = (quads + TILE - 1) / TILE;
  for (let item = begin; item < end; item++) {
    const row = (item / tiles) * ROWS;
    const first = (item % tiles) * TILE;
    const count = min(ROWS, p.rows - row);
    const width = min(TILE, quads - first);
    const neuron = p.rowStart + row;
    const out = p.y + neuron * stride + (first << 4);
    for (let i: u32 = 0; i < count; i++) fill(out + i * stride, width, p.BIAS ? load<f32>(p.bias + ((neuron + i) << 2)) : 0);
    addProducts(out, count, width, stride, p.w + ((row * cols) << 2), cols << 2, 4, p.x + (first << 4), cols);
    for (let i: u32 = 0; i < count; i++) finish(p, out + i * stride, width, first, neuron + i);
  }
}

@unmanaged
class DenseT {
  rows: u32;
  cols: u32;
  rowStart: u32;
  quads: u32;
  alpha: f32;
  stream: u32;
  threshold: u32;
  keepScale: f32;
  cursor: usize;
  w: usize;
  dy: usize;
  saved: usize;
  dx: usize;
  activation: i32;
  DROPOUT: u32;
  SAVED_Z: i32;
  ADD: u32;
  LAST: u32;
}

/** dx = mask f'(.) (dx + W' dy); see src/kernels/dense-t.ts. Items: blocks of columns, in each the tiles of the batch. */
export function denseT(begin: u32, end: u32, p: DenseT): void {
  const quads = p.quads;
  const stride = quads << 4;
  const cols = p.cols;
  const tiles = (quads + TILE - 1) / TILE;
  for (let item = begin; item < end; item++) {
    const col = (item / tiles) * ROWS;
    const first = (item % tiles) * TILE;
    const count = min(ROWS, cols - col);
    const width = min(TILE, quads - first);
    const out = p.dx + col * stride + (first << 4);
    if (!p.ADD) for (let i: u32 = 0; i < count; i++) fill(out + i * stride, width, 0);
    addProducts(out, count, width, stride, p.w + (col << 2), 4, cols << 2, p.dy + p.rowStart * stride + (first << 4), p.rows);
    for (let i: u32 = 0; i < count; i++) derive(p, out + i * stride, width, first, col + i);
  }
}

@unmanaged
class DenseUpdate {
  rows: u32;
  cols: u32;
  rowStart: u32;
  quads: u32;
  neurons: u32;
  hyper0: f32;
  rest0: f32;
  hyper1: f32;
  rest1: f32;
  hyper2: f32;
  decay: f32;
  rates: usize;
  w: usize;
  m: usize;
  v: usize;
  delta: usize;
  x: usize;
  bias: usize;
  optimiser: u32;
  BIAS: u32;
}

/** One optimiser step of the weights delta x' and of the biases; see src/kernels/dense-update.ts. Items: blocks of rows. */
export function denseUpdate(begin: u32, end: u32, p: DenseUpdate): void {
  const stride = p.quads << 4;
  const cols = p.cols;
  const w = p.w;
  const m = p.m;
  const v = p.v;
  const delta = p.delta + p.rowStart * stride;
  const strip = max(4, (STRIP / <u32>stride) & ~3);
  for (let item = begin; item < end; item++) {
    const from = item * ROWS;
    const to = min(from + ROWS, p.rows);
    for (let start: u32 = 0; start < cols; start += strip) {
      const end = min(start + strip, cols);
      for (let r = from; r < to; r += 2) {
        const d = delta + r * stride;
        const pair = r + 1 < to;
        for (let c = start; c < end; c += 4) {
          const n = min(4, cols - c);
          const at = (r * cols + c) << 2;
          const next = at + (cols << 2);
          // Rows and columns that are not there are the last one again, and not stored.
          let d0 = d;
          let d1 = pair ? d + stride : d;
          let x0 = p.x + c * stride;
          let x1 = n > 1 ? x0 + stride : x0;
          let x2 = n > 2 ? x1 + stride : x1;
          let x3 = n > 3 ? x2 + stride : x2;
          let a0 = f32x4.splat(0);
          let a1 = a0;
          let a2 = a0;
          let a3 = a0;
          let b0 = a0;
          let b1 = a0;
          let b2 = a0;
          let b3 = a0;
          const last = d + stride;
          do {
            const a = v128.load(d0);
            const b = v128.load(d1);
            const i0 = v128.load(x0);
            a0 = f32x4.add(a0, f32x4.mul(a, i0));
            b0 = f32x4.add(b0, f32x4.mul(b, i0));
            const i1 = v128.load(x1);
            a1 = f32x4.add(a1, f32x4.mul(a, i1));
            b1 = f32x4.add(b1, f32x4.mul(b, i1));
            const i2 = v128.load(x2);
            a2 = f32x4.add(a2, f32x4.mul(a, i2));
            b2 = f32x4.add(b2, f32x4.mul(b, i2));
            const i3 = v128.load(x3);
            a3 = f32x4.add(a3, f32x4.mul(a, i3));
            b3 = f32x4.add(b3, f32x4.mul(b, i3));
            d0 += 16;
            d1 += 16;
            x0 += 16;
            x1 += 16;
            x2 += 16;
            x3 += 16;
          } while (d0 < last);
          const first = sums(a0, a1, a2, a3);
          const second = sums(b0, b1, b2, b3);
          optimise(p, w + at, m + at, v + at, first, n);
          if (pair) optimise(p, w + next, m + next, v + next, second, n);
        }
      }
    }
    if (!p.BIAS) continue;
    for (let r = from; r < to; r++) optimiseBias(p, p.rowStart + r, sumRow(delta + r * stride, p.quads));
  }
}
