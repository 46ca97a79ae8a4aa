import { check } from "../util/check.js";

/** Samples [samples, features], sample-major: every cell (feature j of sample i is x[i * features + j]), or only those that differ from their column's usual value. */
export type SampleMatrix = Float32Array | SparseRows;

/** Samples of which few cells differ from 0: a CSR matrix [rows, cols], at 8 bytes a value and 4 a row. Never changed in place. */
export interface SparseRows {
  readonly rows: number;
  readonly cols: number;
  /** [rows + 1] the values of row i are those from rowPtr[i] to rowPtr[i + 1]. */
  readonly rowPtr: Uint32Array;
  /** Strictly increasing within a row. */
  readonly colIdx: Uint32Array;
  readonly values: Float32Array;
  /** [cols] what cells without a value hold: after `standardize` not 0 any more, but the same in a whole column. Absent: 0. */
  readonly background?: Float32Array;
}

/** Whether only some cells of samples are stored. */
export function isSparse(x: ArrayLike<number> | SparseRows): x is SparseRows {
  return "rowPtr" in x;
}

/** Number of samples of x; with a fraction where a dense x does not hold whole ones. Throws where a sparse x has other columns. */
export function countSamples(x: ArrayLike<number> | SparseRows, features: number, where: string): number {
  if (!isSparse(x)) return x.length / features;
  check(x.cols === features, where, () => `the sparse rows have ${x.cols} columns, expected ${features} features`);
  return x.rows;
}

/** Writes all cells of sample i to target[at .. at + features). */
export function copySample(x: SampleMatrix, features: number, i: number, target: Float32Array, at: number): void {
  if (!isSparse(x)) {
    target.set(x.subarray(i * features, (i + 1) * features), at);
    return;
  }
  const { rowPtr, colIdx, values, background } = x;
  if (background) target.set(background, at);
  else target.fill(0, at, at + features);
  for (let k = rowPtr[i]; k < rowPtr[i + 1]; k++) target[at + colIdx[k]] = values[k];
}

/** Gives all cells of a sample; those of sparse rows lie where the next call writes too. */
export function sampleReader(x: SampleMatrix, features: number): (i: number) => Float32Array {
  if (!isSparse(x)) return (i) => x.subarray(i * features, (i + 1) * features);
  const row = new Float32Array(features);
  return (i) => {
    copySample(x, features, i, row, 0);
    return row;
  };
}

/** All cells of x [samples, features], 4 bytes each: x itself where it is dense. */
export function toDense(x: SampleMatrix): Float32Array {
  if (!isSparse(x)) return x;
  const dense = new Float32Array(x.rows * x.cols);
  for (let i = 0; i < x.rows; i++) copySample(x, x.cols, i, dense, i * x.cols);
  return dense;
}

/** The arrays that x consists of, e.g. to hash. */
export function arraysOf(x: SampleMatrix): (Float32Array | Uint32Array)[] {
  return isSparse(x) ? [x.rowPtr, x.colIdx, x.values, ...(x.background ? [x.background] : [])] : [x];
}

/** Index i * features + j of the first cell, sample by sample, that is not finite; -1 where all are. */
export function findNotFinite(x: SampleMatrix, features: number): number {
  const wrong = (values: Float32Array) => values.findIndex((value) => !Number.isFinite(value));
  if (!isSparse(x)) return wrong(x);
  if (wrong(x.values) < 0 && (!x.background || wrong(x.background) < 0)) return -1;
  const read = sampleReader(x, features);
  for (let i = 0; i < x.rows; i++) {
    const j = wrong(read(i));
    if (j >= 0) return i * features + j;
  }
  return -1; // of a column that has a value in every row, the background is not seen
}

/** Throws unless rows are those of a CSR matrix: rowPtr goes from 0 to the number of values, columns are in range and increase within a row. */
export function checkSparse({ rows, cols, rowPtr, colIdx, values, background }: SparseRows, where: string): void {
  const nnz = values.length;
  check(rowPtr.length === rows + 1 && rowPtr[0] === 0 && rowPtr[rows] === nnz && colIdx.length === nnz, where, () => {
    return `rowPtr of ${rows} sparse rows has ${rowPtr.length} elements, from ${rowPtr[0]} to ${rowPtr[rows]}; expected ${rows + 1}, from 0 to the ${nnz} values; colIdx has ${colIdx.length}`;
  });
  check(!background || background.length === cols, where, () => `${background?.length} background values for ${cols} columns`);
  for (let i = 0; i < rows; i++) {
    check(rowPtr[i] <= rowPtr[i + 1] && rowPtr[i + 1] <= nnz, where, () => {
      return `rowPtr goes from ${rowPtr[i]} to ${rowPtr[i + 1]} at sparse row ${i}; it never falls, up to the ${nnz} values`;
    });
    for (let k = rowPtr[i]; k < rowPtr[i + 1]; k++) {
      const before = k > rowPtr[i] ? colIdx[k - 1] : -1;
      check(colIdx[k] > before && colIdx[k] < cols, where, () => {
        return `column ${colIdx[k]} follows ${before} in sparse row ${i}; columns increase within a row and are below ${cols}`;
      });
    }
  }
}
