import { check } from "../../util/check.js";
import { isExact32 } from "../../util/floats.js";
import type { FloatArray } from "../../util/types.js";
import { joinRows, type RowChunk } from "../pick.js";
import { narrowSamples, type SampleMatrix, type SparseRows, toDense } from "../sample-matrix.js";

/** Bytes that a feature takes, roughly: its name, statistics, and the start of its connections. */
const FEATURE_BYTES = 64;

/** Bytes of samples kept sparse, and of all their cells, of values of `bytes` each. */
const sizes = (samples: number, features: number, nnz: number, bytes: number) => ({
  csr: (4 + bytes) * nnz + 4 * (samples + 1),
  dense: bytes * samples * features,
});

/** Whether samples stay sparse: where that takes less than half the bytes of all cells, which are faster to read. */
function staysSparse(samples: number, features: number, nnz: number, bytes: number): boolean {
  const { csr, dense } = sizes(samples, features, nnz, bytes);
  return 2 * csr < dense;
}

/**
 * The samples of a file that is sparse, as they are kept: sparse where that takes less than half the bytes of all cells, which the notes then
 * say, else dense; in 64 bits where 32 do not hold every value. A cell holds 0 where it has no value, the sum where its column occurs twice
 * in a row, in the type of the values (as scipy has it). `columnOf`
 * tells which of the `features` a column is (by default the same); -1: it is left out. One part that is in order is kept itself.
 *
 * Throws where what is kept, and about 64 bytes a feature for its name and statistics, would take more than `maxBytes`: what a file of a few
 * bytes can claim. Nothing is allocated before that.
 */
export function keepRows(
  parts: readonly RowChunk[],
  features: number,
  where: string,
  maxBytes: number,
  notes: string[],
  columnOf?: (column: number) => number,
): SampleMatrix {
  const samples = parts.reduce((sum, { rows }) => sum + rows, 0);
  const nnz = parts.reduce((sum, { values }) => sum + values.length, 0);
  const width = parts.every(({ values }) => isExact32(values)) ? 4 : 8;
  const { csr, dense } = sizes(samples, features, nnz, width);
  const bytes = (staysSparse(samples, features, nnz, width) ? csr : dense) + FEATURE_BYTES * features;
  check(bytes <= maxBytes, where, () => {
    return `${samples} samples of ${features} features with ${nnz} values take ${bytes} bytes in memory, above the limit of ${maxBytes}; raise it with option maxBytes (--max-bytes)`;
  });
  const joined = parts.length === 1 && !columnOf && isTidy(parts[0]) ? parts[0] : joinRows(parts, columnOf ?? same, sumEqual);
  const rows = narrowSamples({ ...joined, cols: features }) as SparseRows;
  if (!staysSparse(samples, features, rows.values.length, rows.values.BYTES_PER_ELEMENT)) return toDense(rows);
  const share = ((100 * rows.values.length) / (samples * features)).toPrecision(2);
  notes.push(`kept sparse in memory: ${share} % of its cells are not 0`);
  return rows;
}

const same = (column: number) => column;

/** Whether the columns of every row ascend, and no value is 0. */
function isTidy({ rows, rowPtr, colIdx, values }: RowChunk): boolean {
  for (let i = 0; i < rows; i++)
    for (let k = rowPtr[i]; k < rowPtr[i + 1]; k++)
      if (values[k] === 0 || (k > rowPtr[i] && colIdx[k] <= colIdx[k - 1])) return false;
  return rowPtr[0] === 0 && rowPtr[rows] === values.length;
}

/** Adds up values of equal columns among [start, end), leaves out what is 0 then (-0, too), and returns the end of what is left. */
function sumEqual(colIdx: Uint32Array, values: FloatArray, start: number, end: number): number {
  let at = start;
  for (let k = start; k < end; ) {
    const column = colIdx[k];
    values[at] = values[k++];
    for (; k < end && colIdx[k] === column; k++) values[at] += values[k]; // rounded to the array's type
    if (values[at] === 0) continue;
    colIdx[at++] = column;
  }
  return at;
}
