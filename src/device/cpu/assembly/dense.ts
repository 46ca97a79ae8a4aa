import { addProducts, ROWS, TILE } from "./dense-product";
import { finish } from "./forward";
import { fill } from "./lanes";

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
