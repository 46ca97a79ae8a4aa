// What the dense products share. Items are blocks of 16 rows of the output (of 16 x 16 samples in dense and denseT): what one needs of W and x
// stays in the nearest caches.

/** Rows of an item. */
export const ROWS: u32 = 16;
/** Quads of an item of dense and denseT. */
export const TILE: u32 = 4;
/** Inputs that a block of sums goes through before the next block takes its turn. */
const DEPTH: u32 = 64;

/**
 * The tile at y (rows x quads vectors, `stride` bytes a row) += the weights at w, row i's weight of input k at w + i wRow + k wCol, times
 * the `depth` rows of the tile at x.
 */
export function addProducts(y: usize, rows: u32, quads: u32, stride: usize, w: usize, wRow: usize, wCol: usize, x: usize, depth: u32): void {
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
