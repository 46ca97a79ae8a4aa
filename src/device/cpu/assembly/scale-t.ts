import { activate, drop, slopeAt } from "./activation";
import { sums } from "./lanes";
import { optimiseOne, Rule } from "./optimise";

@unmanaged
class ScaleT extends Rule {
  neurons: u32;
  quads: u32;
  gain: f32;
  share: f32;
  alpha: f32;
  stream: u32;
  threshold: u32;
  keepScale: f32;
  cursor: usize;
  g: usize;
  p: usize;
  delta: usize;
  scaleOut: usize;
  bias: usize;
  scaleIn: usize;
  activation: i32;
  MEMBERS: u32;
  DROPOUT: u32;
  FIRST: u32;
  STACKED: u32;
}

/** Gradients of r, s and bias, their step, and delta; see src/kernels/scale-t.ts. Items: neurons, each with all members. */
export function scaleT(begin: u32, end: u32, p: ScaleT): void {
  const members = p.MEMBERS;
  const stride = p.quads << 4;
  const states = (p.neurons * members) << 2;
  for (let neuron = begin; neuron < end; neuron++) {
    for (let j: u32 = 0; j < members; j++) {
      const row = neuron * members + j;
      const k = j * p.neurons + neuron;
      const r = p.scaleIn + (k << 2);
      const g = p.g + (p.STACKED ? k : row) * stride;
      if (p.FIRST) {
        optimiseOne(p, r, states, dot(g, p.p + neuron * stride, stride, p.gain), 0);
        continue;
      }
      let factor = p.gain;
      if (!p.STACKED) {
        factor *= load<f32>(r);
        optimiseOne(p, r, states, gradientIn(p, g, row, k), 0);
      }
      stepOut(p, g, row, k, factor, states);
    }
  }
}

/** dr: sum over b of G y, with y = dropout(f(z)), which is put where delta is to be. */
@inline
function gradientIn(p: ScaleT, g: usize, row: u32, k: u32): v128 {
  const bytes = p.quads << 4;
  const delta = p.delta + row * bytes;
  const end = delta + bytes;
  let x = p.p + row * bytes;
  let y = delta;
  do {
    v128.store(y, sumOf(p, k, x));
    x += 16;
    y += 16;
  } while (y < end);
  if (p.activation) activate(p.activation, delta, p.quads, p.alpha, 0, 0);
  if (p.DROPOUT) mask(p, delta, row);
  return dot(g, delta, bytes, p.gain);
}

/** delta = share s dz, and the step of s and bias, with dz = factor g f'(z) mask. */
@inline
function stepOut(p: ScaleT, g: usize, row: u32, k: u32, factor: f32, states: usize): void {
  const bytes = p.quads << 4;
  const start = p.delta + row * bytes;
  const end = start + bytes;
  const given = p.p + row * bytes;
  const scaleOut = p.scaleOut + (k << 2);
  let x = given;
  let d = start;
  do {
    const slope = slopeAt(p.activation, sumOf(p, k, x), p.alpha, 1, 1);
    v128.store(d, f32x4.mul(f32x4.mul(f32x4.splat(factor), v128.load(g)), slope));
    g += 16;
    x += 16;
    d += 16;
  } while (d < end);
  if (p.DROPOUT == 1) mask(p, start, row);
  const s = v128.load_splat<f32>(scaleOut);
  let ofBias = f32x4.splat(0);
  let ofOut = ofBias;
  x = given;
  d = start;
  do {
    const dz = v128.load(d);
    ofBias = f32x4.add(ofBias, dz);
    ofOut = f32x4.add(ofOut, f32x4.mul(dz, v128.load(x)));
    v128.store(d, f32x4.mul(f32x4.splat(p.share), f32x4.mul(s, dz)));
    x += 16;
    d += 16;
  } while (d < end);
  optimiseOne(p, scaleOut, states, sums(ofOut, ofOut, ofOut, ofOut), 0);
  optimiseOne(p, p.bias + (k << 2), states, sums(ofBias, ofBias, ofBias, ofBias), p.decay);
}

/** z of four samples, whose sums are at x. */
@inline
function sumOf(p: ScaleT, k: u32, x: usize): v128 {
  const at = k << 2;
  return f32x4.add(f32x4.mul(v128.load_splat<f32>(p.scaleOut + at), v128.load(x)), v128.load_splat<f32>(p.bias + at));
}

@inline
function mask(p: ScaleT, a: usize, row: u32): void {
  drop(a, p.quads, 0, p.stream, load<u32>(p.cursor, 8), row, p.threshold, p.keepScale);
}

/** gain times the scalar product of the `bytes` at a and at b, in every lane. */
@inline
function dot(a: usize, b: usize, bytes: usize, gain: f32): v128 {
  const end = a + bytes;
  let sum = f32x4.splat(0);
  do {
    sum = f32x4.add(sum, f32x4.mul(f32x4.mul(f32x4.splat(gain), v128.load(a)), v128.load(b)));
    a += 16;
    b += 16;
  } while (a < end);
  return sums(sum, sum, sum, sum);
}
