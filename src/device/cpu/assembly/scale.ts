import { activate, drop } from "./activation";

@unmanaged
class Scale {
  neurons: u32;
  quads: u32;
  alpha: f32;
  zScale: f32;
  stream: u32;
  threshold: u32;
  keepScale: f32;
  cursor: usize;
  p: usize;
  scaleOut: usize;
  bias: usize;
  scaleIn: usize;
  u: usize;
  activation: i32;
  MEMBERS: u32;
  DROPOUT: u32;
  FIRST: u32;
  STACKED: u32;
}

/** u = r dropout(f(zScale (s p + bias))); see src/kernels/scale.ts. Items: neurons, each with all members. */
export function scale(begin: u32, end: u32, p: Scale): void {
  const members = p.MEMBERS;
  const stride = p.quads << 4;
  for (let neuron = begin; neuron < end; neuron++) {
    for (let j: u32 = 0; j < members; j++) {
      const row = neuron * members + j;
      const k = j * p.neurons + neuron;
      const at = k << 2;
      const out = p.u + (p.STACKED ? k : row) * stride;
      if (p.FIRST) {
        affine(out, p.p + neuron * stride, stride, load<f32>(p.scaleIn + at), 0, 1);
        continue;
      }
      affine(out, p.p + row * stride, stride, load<f32>(p.scaleOut + at), load<f32>(p.bias + at), p.zScale);
      if (p.activation) activate(p.activation, out, p.quads, p.alpha, 0, 0);
      if (p.DROPOUT) drop(out, p.quads, 0, p.stream, load<u32>(p.cursor, 8), row, p.threshold, p.keepScale);
      if (!p.STACKED) affine(out, out, stride, load<f32>(p.scaleIn + at), 0, 1);
    }
  }
}

/** The `bytes` at `out` = factor (a those at x + c). */
@inline
function affine(out: usize, x: usize, bytes: usize, a: f32, c: f32, factor: f32): void {
  const end = out + bytes;
  do {
    const z = f32x4.add(f32x4.mul(f32x4.splat(a), v128.load(x)), f32x4.splat(c));
    v128.store(out, f32x4.mul(f32x4.splat(factor), z));
    x += 16;
    out += 16;
  } while (out < end);
}
