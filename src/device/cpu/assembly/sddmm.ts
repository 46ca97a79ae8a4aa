import { sumRow, sums } from "./lanes";
import { optimise, optimiseBias, Update } from "./optimise";

// The sparse update. Arrays are addresses, batches are in quads of samples; every row belongs to one item, as in sparse-product.ts.

@unmanaged
class Sddmm extends Update {
  rowPtr: usize;
  colIdx: usize;
}

/** One optimiser step of the connections of rows and of their biases; see src/kernels/sddmm.ts. Items: rows. */
export function sddmm(begin: u32, end: u32, p: Sddmm): void {
  const stride = p.quads << 4;
  const rowPtr = p.rowPtr;
  const colIdx = p.colIdx;
  const x = p.x;
  const w = p.w;
  const m = p.m;
  const v = p.v;
  for (let r = begin; r < end; r++) {
    const neuron = p.rowStart + r;
    const d = p.delta + neuron * stride;
    const last = load<u32>(rowPtr + (r << 2), 4);
    for (let k = load<u32>(rowPtr + (r << 2)); k < last; k += 4) {
      const at = k << 2;
      const n = min(4, last - k);
      optimise(p, w + at, m + at, v + at, dotScattered(d, x, colIdx + at, n, stride), n, p.decay);
    }
    if (p.BIAS) optimiseBias(p, neuron, sumRow(d, p.quads));
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
