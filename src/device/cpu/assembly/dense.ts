import { addProducts, ROWS, TILE } from "./dense-product";
import { finish, Forward } from "./forward";
import { fill } from "./lanes";

@unmanaged
class Dense extends Forward {
  cols: u32;
  w: usize;
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
    // BIAS 2: the sums are added to what is there
    for (let i: u32 = 0; i < count && p.BIAS != 2; i++) fill(out + i * stride, width, p.BIAS ? load<f32>(p.bias + ((neuron + i) << 2)) : 0);
    addProducts(out, count, width, stride, p.w + ((row * cols) << 2), cols << 2, 4, p.x + (first << 4), cols);
    for (let i: u32 = 0; i < count; i++) finish(p, out + i * stride, width, first, neuron + i, p.stream, neuron + i);
  }
}
