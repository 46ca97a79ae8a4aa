/**
 * out[j] = sum over k of a[k] x[j n + k], n = a.length: the products of a row with those of x [out.length, n], in f64 and in order. Four at a time, as
 * a sum alone waits for each of its additions.
 */
export function products(a: Float64Array, x: Float64Array, out: Float64Array): Float64Array {
  const n = a.length;
  let j = 0;
  for (let at = 0; j + 3 < out.length; j += 4, at += 4 * n) {
    let [s0, s1, s2, s3] = [0, 0, 0, 0];
    for (let k = 0; k < n; k++) {
      const value = a[k];
      s0 += value * x[at + k];
      s1 += value * x[at + n + k];
      s2 += value * x[at + 2 * n + k];
      s3 += value * x[at + 3 * n + k];
    }
    out[j] = s0;
    out[j + 1] = s1;
    out[j + 2] = s2;
    out[j + 3] = s3;
  }
  for (; j < out.length; j++) {
    let sum = 0;
    for (let k = 0; k < n; k++) sum += a[k] * x[j * n + k];
    out[j] = sum;
  }
  return out;
}
