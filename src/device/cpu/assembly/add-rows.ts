// The sums of sparse products: rows of vectors added to the vectors of one output.

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
export function addScaledRows(y: usize, quads: u32, values: usize, perm: usize, x: usize, idx: usize, stride: usize, begin: u32, end: u32): void {
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

/** The `quads` vectors at y += those at x + i stride, for i in [begin, end). */
export function addRows(y: usize, quads: u32, x: usize, stride: usize, begin: u32, end: u32): void {
  const bytes = quads << 4;
  for (let i = begin; i < end; i++) {
    const row = x + i * stride;
    for (let b: u32 = 0; b < bytes; b += 16) v128.store(y + b, f32x4.add(v128.load(y + b), v128.load(row + b)));
  }
}
