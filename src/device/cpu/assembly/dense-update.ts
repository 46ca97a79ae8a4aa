import { ROWS } from "./dense-product";
import { sumRow, sums } from "./lanes";
import { optimise, optimiseBias, Update } from "./optimise";

/** Bytes of x that denseUpdate goes through row by row: they stay in the first cache, and memory is read in long runs of one row at a time. */
const STRIP: u32 = 8192;

@unmanaged
class DenseUpdate extends Update {
  rows: u32;
  cols: u32;
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
          optimise(p, w + at, m + at, v + at, first, n, p.decay);
          if (pair) optimise(p, w + next, m + next, v + next, second, n, p.decay);
        }
      }
    }
    if (!p.BIAS) continue;
    for (let r = from; r < to; r++) optimiseBias(p, p.rowStart + r, sumRow(delta + r * stride, p.quads));
  }
}
