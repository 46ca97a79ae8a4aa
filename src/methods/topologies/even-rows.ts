import { checkNnz } from "../../sparse/topology.js";
import { check } from "../../util/check.js";

/** rowPtr [rows + 1] of density * rows * cols connections, rounded, of which each row has as many, or one more. Throws if there are none. */
export function evenRows(rows: number, cols: number, density: number, where: string): Uint32Array {
  const nnz = Math.round(density * rows * cols);
  checkNnz(nnz, where);
  check(nnz > 0, where, () => {
    return `density ${density} of ${rows} x ${cols} cells rounds to no connection at all; raise it`;
  });
  return Uint32Array.from({ length: rows + 1 }, (_, row) => Math.floor((row * nnz) / rows));
}
