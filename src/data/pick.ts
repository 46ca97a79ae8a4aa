import { zerosLike } from "../util/floats.js";
import type { FloatArray } from "../util/types.js";
import { isSparse, type SampleMatrix, type SparseRows } from "./sample-matrix.js";

/** The samples at `indices` of x [samples, features], in that order; sparse ones stay so. */
export function pickSamples<X extends SampleMatrix>(x: X, features: number, indices: ArrayLike<number>): X {
  return (isSparse(x) ? pickRows(x, indices) : pickDense(x, features, indices)) as X;
}

/** The features at `indices`, each at most once, of x [samples, features], in that order; sparse samples stay so. */
export function pickFeatures<X extends SampleMatrix>(x: X, features: number, indices: readonly number[]): X {
  return (isSparse(x) ? pickColumns(x, indices) : pickCells(x, features, indices)) as X;
}

function pickDense(x: FloatArray, features: number, indices: ArrayLike<number>): FloatArray {
  const picked = zerosLike(x, indices.length * features);
  for (let k = 0; k < indices.length; k++) {
    picked.set(x.subarray(indices[k] * features, (indices[k] + 1) * features), k * features);
  }
  return picked;
}

function pickCells(x: FloatArray, features: number, indices: readonly number[]): FloatArray {
  const picked = zerosLike(x, (x.length / features) * indices.length);
  for (let start = 0, k = 0; start < x.length; start += features) for (const j of indices) picked[k++] = x[start + j];
  return picked;
}

function pickRows(x: SparseRows, indices: ArrayLike<number>): SparseRows {
  const rowPtr = new Uint32Array(indices.length + 1);
  for (let k = 0; k < indices.length; k++) rowPtr[k + 1] = rowPtr[k] + x.rowPtr[indices[k] + 1] - x.rowPtr[indices[k]];
  const colIdx = new Uint32Array(rowPtr[indices.length]);
  const values = zerosLike(x.values, rowPtr[indices.length]);
  for (let k = 0; k < indices.length; k++) {
    const [from, to] = [x.rowPtr[indices[k]], x.rowPtr[indices[k] + 1]];
    colIdx.set(x.colIdx.subarray(from, to), rowPtr[k]);
    values.set(x.values.subarray(from, to), rowPtr[k]);
  }
  return { ...x, rows: indices.length, rowPtr, colIdx, values };
}

function pickColumns({ background, ...x }: SparseRows, indices: readonly number[]): SparseRows {
  const target = new Int32Array(x.cols).fill(-1);
  for (const [to, from] of indices.entries()) target[from] = to;
  const picked = { ...joinRows([x], (column) => target[column]), cols: indices.length };
  if (!background) return picked;
  return { ...picked, background: zerosLike(background, indices.length).map((_, k) => background[indices[k]]) };
}

/** Rows of a CSR matrix, whose columns need not be sorted: some samples as they stand in their file. */
export type RowChunk = Omit<SparseRows, "cols" | "background">;

/**
 * Rows one behind the other, values in the columns that `columnOf` makes of theirs (-1: they are left out), ascending. `merge` may put those
 * of a row, from `start` to `end`, together; it returns where they end then.
 */
export function joinRows(
  parts: readonly RowChunk[],
  columnOf: (column: number) => number,
  merge?: (colIdx: Uint32Array, values: FloatArray, start: number, end: number) => number,
): RowChunk {
  const rows = parts.reduce((sum, part) => sum + part.rows, 0);
  const nnz = parts.reduce((sum, { values }) => sum + values.length, 0);
  const rowPtr = new Uint32Array(rows + 1);
  const colIdx = new Uint32Array(nnz);
  const narrow = parts.every(({ values }) => values instanceof Float32Array);
  const values = narrow ? new Float32Array(nnz) : new Float64Array(nnz);
  let [row, at] = [0, 0];
  for (const part of parts) {
    for (let i = 0; i < part.rows; i++) {
      const start = at;
      for (let k = part.rowPtr[i]; k < part.rowPtr[i + 1]; k++) {
        const column = columnOf(part.colIdx[k]);
        if (column < 0) continue;
        colIdx[at] = column;
        values[at++] = part.values[k];
      }
      sortRow(colIdx, values, start, at);
      if (merge) at = merge(colIdx, values, start, at);
      rowPtr[++row] = at;
    }
  }
  return at === nnz
    ? { rows, rowPtr, colIdx, values }
    : { rows, rowPtr, colIdx: colIdx.slice(0, at), values: values.slice(0, at) };
}

/** Puts the elements [from, to) into ascending order of their columns, equal ones in the order they are in. In place. */
export function sortRow(colIdx: Uint32Array, values: FloatArray, from: number, to: number): void {
  let k = from + 1;
  while (k < to && colIdx[k] > colIdx[k - 1]) k++;
  if (k >= to) return;
  const order = Array.from({ length: to - from }, (_, i) => from + i).sort((a, b) => colIdx[a] - colIdx[b]);
  colIdx.set(
    order.map((i) => colIdx[i]),
    from,
  );
  values.set(
    order.map((i) => values[i]),
    from,
  );
}
