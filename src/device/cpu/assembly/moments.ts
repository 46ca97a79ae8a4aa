import { sums } from "./lanes";

/** Ones in the lanes of `samples`, which are numbers of samples, that are below `count`. */
@inline
export function below(samples: v128, count: u32): v128 {
  return i32x4.lt_u(samples, i32x4.splat(count));
}

/** The mean of the first `count` floats at x, of `quads` vectors, in every lane. */
@inline
export function meanOf(x: usize, quads: u32, count: u32): v128 {
  const end = x + (quads << 4);
  let sum = f32x4.splat(0);
  let samples = i32x4(0, 1, 2, 3);
  do {
    sum = f32x4.add(sum, v128.and(v128.load(x), below(samples, count)));
    samples = i32x4.add(samples, i32x4.splat(4));
    x += 16;
  } while (x < end);
  return f32x4.div(sums(sum, sum, sum, sum), f32x4.splat(<f32>count));
}

/** Their biased variance. */
@inline
export function varianceOf(x: usize, quads: u32, count: u32, mean: v128): v128 {
  const end = x + (quads << 4);
  let sum = f32x4.splat(0);
  let samples = i32x4(0, 1, 2, 3);
  do {
    const d = v128.and(f32x4.sub(v128.load(x), mean), below(samples, count));
    sum = f32x4.add(sum, f32x4.mul(d, d));
    samples = i32x4.add(samples, i32x4.splat(4));
    x += 16;
  } while (x < end);
  return f32x4.div(sums(sum, sum, sum, sum), f32x4.splat(<f32>count));
}

/** 1 / sqrt(variance + eps) in every lane. */
@inline
export function inverse(variance: v128, eps: f32): v128 {
  return f32x4.div(f32x4.splat(1), f32x4.sqrt(f32x4.add(variance, f32x4.splat(eps))));
}

/** Where the statistics of a row are: those of members that share weights lie member by member, their rows neuron by neuron. */
@inline
export function statisticsAt(row: u32, share: u32, rows: u32): u32 {
  return (row % share) * (rows / share) + row / share;
}
