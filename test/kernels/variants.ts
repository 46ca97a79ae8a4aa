import { candidatesOf, type TunedKernel } from "../../src/kernels/candidates.js";
import type { Variant } from "../../src/kernels/variant.js";
import type { Topology } from "../../src/sparse/topology.js";

/** The candidates of a kernel for a matrix as a GPU and as a software adapter would choose, and where few invocations ask for sharing rows. */
export function everyCandidate(kernel: TunedKernel, { rows, cols, nnz }: Topology, quads: number): readonly Variant[] {
  const shapes = [
    { rows, cols, nnz, quads, software: true },
    { rows, cols, nnz, quads, software: false },
    { rows, cols, nnz: 64 * rows, quads, software: false },
  ];
  const distinct = new Map(shapes.flatMap((shape) => candidatesOf(kernel, shape)).map((v) => [JSON.stringify(v), v]));
  return [...distinct.values()];
}
