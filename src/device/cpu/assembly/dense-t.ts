import { Backward, derive } from "./backward";
import { addProducts, ROWS, TILE } from "./dense-product";
import { fill } from "./lanes";

@unmanaged
class DenseT extends Backward {
  rows: u32;
  w: usize;
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
    for (let i: u32 = 0; i < count; i++) derive(p, out + i * stride, width, first, col + i, p.stream, col + i);
  }
}
