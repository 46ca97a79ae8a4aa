import { sums } from "./lanes";
import { below, inverse, meanOf, statisticsAt, varianceOf } from "./moments";
import { optimiseOne, Rule } from "./optimise";

@unmanaged
class NormT extends Rule {
  rows: u32;
  share: u32;
  quads: u32;
  eps: f32;
  momentum: f32;
  cursor: usize;
  x: usize;
  delta: usize;
  gamma: usize;
  bias: usize;
  running: usize;
  GAMMA: u32;
}

/** delta of the sums, in place, the step of gamma and bias, and the running statistics; see src/kernels/norm-t.ts. Items: rows. */
export function normT(begin: u32, end: u32, p: NormT): void {
  const stride = p.quads << 4;
  const count = load<u32>(p.cursor, 4);
  const states = p.rows << 2;
  for (let row = begin; row < end; row++) {
    const x = p.x + row * stride;
    const mean = meanOf(x, p.quads, count);
    const variance = varianceOf(x, p.quads, count, mean);
    const factor = inverse(variance, p.eps);
    const start = p.delta + row * stride;
    const last = start + stride;
    let ofBias = f32x4.splat(0);
    let ofGamma = ofBias;
    let samples = i32x4(0, 1, 2, 3);
    let from = x;
    let d = start;
    do {
      const own = v128.and(v128.load(d), below(samples, count));
      const xh = v128.and(f32x4.mul(factor, f32x4.sub(v128.load(from), mean)), below(samples, count));
      ofBias = f32x4.add(ofBias, own);
      ofGamma = f32x4.add(ofGamma, f32x4.mul(own, xh));
      samples = i32x4.add(samples, i32x4.splat(4));
      from += 16;
      d += 16;
    } while (d < last);
    const dbias = sums(ofBias, ofBias, ofBias, ofBias);
    const dgamma = sums(ofGamma, ofGamma, ofGamma, ofGamma);
    const gamma = p.gamma + (row << 2);
    const gain = p.GAMMA ? f32x4.mul(factor, v128.load_splat<f32>(gamma)) : factor;
    const n = f32x4.splat(<f32>count);
    samples = i32x4(0, 1, 2, 3);
    from = x;
    d = start;
    do {
      const xh = f32x4.mul(factor, f32x4.sub(v128.load(from), mean));
      const common = f32x4.div(f32x4.add(dbias, f32x4.mul(xh, dgamma)), n);
      v128.store(d, v128.and(f32x4.mul(gain, f32x4.sub(v128.load(d), common)), below(samples, count)));
      samples = i32x4.add(samples, i32x4.splat(4));
      from += 16;
      d += 16;
    } while (d < last);
    const running = p.running + (statisticsAt(row, p.share, p.rows) << 2);
    const unbiased = f32x4.extract_lane(variance, 0) * <f32>count / <f32>max(count - 1, 1);
    approach(running, f32x4.extract_lane(mean, 0), p.momentum);
    approach(running + states, unbiased, p.momentum);
    if (!p.GAMMA) continue;
    optimiseOne(p, gamma, states, dgamma, 0);
    optimiseOne(p, p.bias + (row << 2), states, dbias, p.decay);
  }
}

/** Moves a statistic towards that of a batch. */
@inline
function approach(at: usize, value: f32, momentum: f32): void {
  store<f32>(at, load<f32>(at) + momentum * (value - load<f32>(at)));
}
