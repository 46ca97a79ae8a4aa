import { finish, Forward } from "./forward";
import { fill } from "./lanes";
import { identity, product } from "./sparse-product";

@unmanaged
class Spmm extends Forward {
  segments: u32;
  tableAt: u32;
  identityAt: u32;
  partialAt: u32;
  rowPtr: usize;
  colIdx: usize;
  values: usize;
  SPLIT: u32;
  JOIN: u32;

  /** Where the sums of a row begin, and with what. */
  @inline
  start(row: u32, from: usize, width: u32): usize {
    const neuron = this.rowStart + row;
    const out = this.y + neuron * (this.quads << 4) + from;
    fill(out, width, this.BIAS ? load<f32>(this.bias + (neuron << 2)) : 0);
    return out;
  }

  @inline
  end(out: usize, width: u32, first: u32, row: u32): void {
    const neuron = this.rowStart + row;
    const own = this.identityAt ? identity(this.rowPtr, this.identityAt, row) : 0;
    finish(this, out, width, first, neuron, own ? load<u32>(own) : this.stream, own ? load<u32>(own, 4) : neuron);
  }
}

/** y = dropout(f(zScale (bias + W x))); see src/kernels/spmm.ts. */
export function spmm(begin: u32, end: u32, p: Spmm): void {
  product(begin, end, p, p.rows, p.rowPtr, p.colIdx, 0, p.x, p.z + p.partialAt * (p.quads << 4));
}
