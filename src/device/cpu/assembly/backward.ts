import { drop, scaleByDerivative } from "./activation";

/**
 * What follows the sums of one neuron's `quads` vectors of dx, which begin with quad `first`: derivative, dropout's mask, both where LAST.
 * `p` is the block of spmmT or denseT.
 */
export function derive<P>(p: P, dx: usize, quads: u32, first: u32, neuron: u32): void {
  if (!p.LAST) return;
  const saved = p.saved + neuron * (p.quads << 4) + (first << 4);
  if (p.activation) scaleByDerivative(p.activation, dx, quads, saved, p.alpha, p.keepScale, p.SAVED_Z);
  if (p.DROPOUT == 1) drop(dx, quads, first << 2, p.stream, load<u32>(p.cursor, 8), neuron, p.threshold, p.keepScale);
}
