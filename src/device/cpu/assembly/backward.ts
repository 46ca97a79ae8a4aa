import { drop, scaleByDerivative } from "./activation";

/** What spmmT and denseT take. */
@unmanaged
export class Backward {
  cols: u32;
  rowStart: u32;
  quads: u32;
  alpha: f32;
  stream: u32;
  threshold: u32;
  keepScale: f32;
  cursor: usize;
  dy: usize;
  saved: usize;
  dx: usize;
  activation: i32;
  DROPOUT: u32;
  SAVED_Z: i32;
  ADD: u32;
  LAST: u32;
}

/**
 * What follows the sums of one neuron's `quads` vectors of dx, which begin with quad `first`: derivative, dropout's mask by the
 * `number` of the neuron in its `stream`, both where LAST.
 */
@inline
export function derive(p: Backward, dx: usize, quads: u32, first: u32, neuron: u32, stream: u32, number: u32): void {
  if (!p.LAST) return;
  const saved = p.saved + neuron * (p.quads << 4) + (first << 4);
  if (p.activation) scaleByDerivative(p.activation, dx, quads, saved, p.alpha, p.keepScale, p.SAVED_Z);
  if (p.DROPOUT == 1) drop(dx, quads, first << 2, stream, load<u32>(p.cursor, 8), number, p.threshold, p.keepScale);
}
