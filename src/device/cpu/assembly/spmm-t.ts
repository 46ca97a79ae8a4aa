import { Backward, derive } from "./backward";
import { fill } from "./lanes";
import { identity, product } from "./sparse-product";

@unmanaged
class SpmmT extends Backward {
  segments: u32;
  tableAt: u32;
  identityAt: u32;
  colPtr: usize;
  rowIdx: usize;
  perm: usize;
  values: usize;
  partial: usize;
  SPLIT: u32;
  JOIN: u32;

  /** Where the sums of a column begin, and with what. */
  @inline
  start(col: u32, from: usize, width: u32): usize {
    const out = this.dx + col * (this.quads << 4) + from;
    if (!this.ADD) fill(out, width, 0);
    return out;
  }

  @inline
  end(out: usize, width: u32, first: u32, col: u32): void {
    const own = this.identityAt ? identity(this.colPtr, this.identityAt, col) : 0;
    derive(this, out, width, first, col, own ? load<u32>(own) : this.stream, own ? load<u32>(own, 4) : col);
  }
}

/** dx = mask f'(.) (dx + W' dy); see src/kernels/spmm-t.ts. */
export function spmmT(begin: u32, end: u32, p: SpmmT): void {
  product(begin, end, p, p.cols, p.colPtr, p.rowIdx, p.perm, p.dy + p.rowStart * (p.quads << 4), p.partial);
}
