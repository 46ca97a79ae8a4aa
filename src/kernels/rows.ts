import type { FloatArray } from "../util/types.js";

/**
 * y[at + b] += sum over k in [begin, end) of w_k x[(rowStart + idx[k]) stride + b] for b < stride, with w_k = values[k] or values[perm[k]]:
 * the inner loop of SpMM and SpMMT. Four connections a turn, so that y is loaded and stored once for four products.
 */
export function addScaledRows(
  y: FloatArray,
  at: number,
  stride: number,
  values: FloatArray,
  perm: Uint32Array | null,
  x: FloatArray,
  idx: Uint32Array,
  rowStart: number,
  begin: number,
  end: number,
): void {
  let k = begin;
  for (; k + 4 <= end; k += 4) {
    const w0 = values[perm ? perm[k] : k];
    const w1 = values[perm ? perm[k + 1] : k + 1];
    const w2 = values[perm ? perm[k + 2] : k + 2];
    const w3 = values[perm ? perm[k + 3] : k + 3];
    const x0 = (rowStart + idx[k]) * stride;
    const x1 = (rowStart + idx[k + 1]) * stride;
    const x2 = (rowStart + idx[k + 2]) * stride;
    const x3 = (rowStart + idx[k + 3]) * stride;
    for (let b = 0; b < stride; b++) y[at + b] += w0 * x[x0 + b] + w1 * x[x1 + b] + w2 * x[x2 + b] + w3 * x[x3 + b];
  }
  for (; k < end; k++) {
    const w = values[perm ? perm[k] : k];
    const from = (rowStart + idx[k]) * stride;
    for (let b = 0; b < stride; b++) y[at + b] += w * x[from + b];
  }
}

/** Sum over b < stride of a[i + b] c[j + b]; stride is a multiple of 4, and four partial sums keep the additions independent. */
export function dotRows(a: FloatArray, i: number, c: FloatArray, j: number, stride: number): number {
  let s0 = 0;
  let s1 = 0;
  let s2 = 0;
  let s3 = 0;
  for (let b = 0; b < stride; b += 4) {
    s0 += a[i + b] * c[j + b];
    s1 += a[i + b + 1] * c[j + b + 1];
    s2 += a[i + b + 2] * c[j + b + 2];
    s3 += a[i + b + 3] * c[j + b + 3];
  }
  return s0 + s1 + (s2 + s3);
}

/** Sum over b < stride of a[i + b]. */
export function sumRow(a: FloatArray, i: number, stride: number): number {
  let sum = 0;
  for (let b = 0; b < stride; b++) sum += a[i + b];
  return sum;
}
