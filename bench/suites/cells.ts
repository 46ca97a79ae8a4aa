import type { SparseProblem } from "../problems.js";
import type { Cell } from "../record.js";

/** What names a case of a sparse problem in tables. */
export function sparseCell({ kind, topology }: SparseProblem, batch: number): Cell {
  const { rows, cols, nnz } = topology;
  return { topology: kind, rows, cols, density: Number((nnz / rows / cols).toPrecision(3)), batch };
}
