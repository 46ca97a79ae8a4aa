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

function pickColumns(x: SparseRows, indices: readonly number[]): SparseRows {
  const target = new Int32Array(x.cols).fill(-1);
  for (const [to, from] of indices.entries()) target[from] = to;
  const nnz = x.colIdx.reduce((count, column) => count + Number(target[column] >= 0), 0);
  const rowPtr = new Uint32Array(x.rows + 1);
  const colIdx = new Uint32Array(nnz);
  const values = zerosLike(x.values, nnz);
  let at = 0;
  for (let i = 0; i < x.rows; i++) {
    for (let k = x.rowPtr[i]; k < x.rowPtr[i + 1]; k++) {
      const column = target[x.colIdx[k]];
      if (column < 0) continue;
      colIdx[at] = column;
      values[at++] = x.values[k];
    }
    rowPtr[i + 1] = at;
    sortRow(colIdx, values, rowPtr[i], at);
  }
  const { background } = x;
  const picked = { rows: x.rows, cols: indices.length, rowPtr, colIdx, values };
  return background
    ? { ...picked, background: zerosLike(background, indices.length).map((_, k) => background[indices[k]]) }
    : picked;
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
