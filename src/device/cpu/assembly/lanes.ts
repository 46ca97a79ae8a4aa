// Vectors of four f32: partial loads and stores, sums across lanes.
//
// Loops over quads here and in the other files test at their end (there is always one quad): V8 hoists constants and other invariants out of
// such loops only, which makes dropout's three times as fast.

/** The n <= 4 floats at p; lanes from n on are 0. */
@inline
export function loadLanes(p: usize, n: i32): v128 {
  if (n == 4) return v128.load(p);
  let vector = v128.load_zero<u32>(p);
  if (n > 1) vector = v128.load_lane<u32>(p, vector, 1, 4);
  if (n > 2) vector = v128.load_lane<u32>(p, vector, 2, 8);
  return vector;
}

/** Stores the first n <= 4 lanes at p. */
@inline
export function storeLanes(p: usize, vector: v128, n: i32): void {
  if (n == 4) return v128.store(p, vector);
  v128.store_lane<u32>(p, vector, 0);
  if (n > 1) v128.store_lane<u32>(p, vector, 1, 4);
  if (n > 2) v128.store_lane<u32>(p, vector, 2, 8);
}

/** (sum of a, sum of b, sum of c, sum of d), each as (lane 0 + lane 2) + (lane 1 + lane 3). */
@inline
export function sums(a: v128, b: v128, c: v128, d: v128): v128 {
  const ab = f32x4.add(v128.shuffle<f32>(a, b, 0, 4, 1, 5), v128.shuffle<f32>(a, b, 2, 6, 3, 7));
  const cd = f32x4.add(v128.shuffle<f32>(c, d, 0, 4, 1, 5), v128.shuffle<f32>(c, d, 2, 6, 3, 7));
  return f32x4.add(v128.shuffle<f32>(ab, cd, 0, 1, 4, 5), v128.shuffle<f32>(ab, cd, 2, 3, 6, 7));
}

/** The sum of the 4 quads floats at p, in lane 0. */
@inline
export function sumRow(p: usize, quads: u32): v128 {
  const end = p + (quads << 4);
  let sum = f32x4.splat(0);
  do {
    sum = f32x4.add(sum, v128.load(p));
    p += 16;
  } while (p < end);
  return sums(sum, sum, sum, sum);
}

/** Fills the 4 quads floats at p. */
@inline
export function fill(p: usize, quads: u32, value: f32): void {
  const end = p + (quads << 4);
  const vector = f32x4.splat(value);
  do {
    v128.store(p, vector);
    p += 16;
  } while (p < end);
}
