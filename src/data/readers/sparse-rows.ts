import { check } from "../../util/check.js";

/** Some samples, of which only values that are not 0 are kept: rows of a CSR matrix. */
export interface SparseRows {
  readonly rows: number;
  /** [rows + 1]: the values of row i are those from rowPtr[i] to rowPtr[i + 1]. */
  readonly rowPtr: Uint32Array;
  readonly colIdx: Uint32Array;
  readonly values: Float32Array;
}

/** Bytes that a feature's name takes in memory, roughly. */
const NAME_BYTES = 64;

/**
 * Throws when samples that are sparse in their file would take more than `maxBytes` as a dataset, 4 bytes a value and about 64 a feature
 * that is named: what a file of a few bytes can claim.
 */
export function checkDense(samples: number, features: number, named: boolean, where: string, maxBytes: number): void {
  const bytes = (4 * samples + (named ? NAME_BYTES : 0)) * features;
  check(bytes <= maxBytes, where, () => {
    return `${samples} samples of ${features} features take ${bytes} bytes in memory, above the limit of ${maxBytes}; raise it with option maxBytes (--max-bytes)`;
  });
}

/**
 * x [samples, features] of rows: 0 where they have no value, the sum where a column occurs twice in a row (as scipy has it). `columnOf` tells
 * where a column goes; -1: it is left out.
 */
export function denseRows(
  parts: readonly SparseRows[],
  features: number,
  columnOf: (column: number) => number = (column) => column,
): Float32Array {
  const x = new Float32Array(parts.reduce((sum, { rows }) => sum + rows, 0) * features);
  let base = 0;
  for (const { rows, rowPtr, colIdx, values } of parts) {
    for (let i = 0; i < rows; i++, base += features) {
      for (let k = rowPtr[i]; k < rowPtr[i + 1]; k++) {
        const column = columnOf(colIdx[k]);
        if (column >= 0) x[base + column] += values[k];
      }
    }
  }
  return x;
}
