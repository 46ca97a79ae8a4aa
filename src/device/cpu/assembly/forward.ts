import { activate, drop } from "./activation";

/** What ends spmm, dense and norm. */
@unmanaged
export class Finish {
  quads: u32;
  alpha: f32;
  zScale: f32;
  neurons: u32;
  stream: u32;
  threshold: u32;
  keepScale: f32;
  cursor: usize;
  bias: usize;
  x: usize;
  y: usize;
  z: usize;
  parameters: usize;
  activation: i32;
  BIAS: u32;
  DROPOUT: u32;
  SAVED_Z: u32;
}

/** What spmm and dense take. */
@unmanaged
export class Forward extends Finish {
  rows: u32;
  rowStart: u32;
}

/**
 * What follows the sums of one neuron's `quads` vectors at `out`, which begin with quad `first`: scale, copy to z, activation, dropout by
 * the `number` of the neuron in its `stream`.
 */
@inline
export function finish(p: Finish, out: usize, quads: u32, first: u32, neuron: u32, stream: u32, number: u32): void {
  const bytes = quads << 4;
  const zScale = p.zScale;
  if (zScale != 1) for (let i: u32 = 0; i < bytes; i += 16) v128.store(out + i, f32x4.mul(v128.load(out + i), f32x4.splat(zScale)));
  if (p.SAVED_Z) {
    const z = p.z + neuron * (p.quads << 4) + (first << 4);
    for (let i: u32 = 0; i < bytes; i += 16) v128.store(z + i, v128.load(out + i));
  }
  if (p.activation) activate(p.activation, out, quads, p.alpha, p.parameters + (neuron << 2), p.neurons);
  if (p.DROPOUT) drop(out, quads, first << 2, stream, load<u32>(p.cursor, 8), number, p.threshold, p.keepScale);
}
