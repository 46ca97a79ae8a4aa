import { check, checkFloats, checkInteger, checkTyped, isFloats } from "../util/check.js";
import { isExact32, rounded, zerosLike } from "../util/floats.js";
import { shown } from "../util/shown.js";
import type { FloatArray } from "../util/types.js";

/**
 * Samples [samples, features], sample-major: every cell (feature j of sample i is x[i * features + j]), or only those that differ from their
 * column's usual value. In 64 bits where 32 do not hold all of them exactly, until they are standardised.
 */
export type SampleMatrix<Values extends FloatArray = FloatArray> = Values | SparseRows<Values>;

/** Samples as a network takes them: standardised or raw, rounded to 32 bits. */
export type Inputs = SampleMatrix<Float32Array>;

/** Samples of which few cells differ from 0: a CSR matrix [rows, cols], at 8 bytes a value (12 in 64 bits) and 4 a row. Never changed in place. */
export interface SparseRows<Values extends FloatArray = FloatArray> {
  readonly rows: number;
  readonly cols: number;
  /** [rows + 1] the values of row i are those from rowPtr[i] to rowPtr[i + 1]. */
  readonly rowPtr: Uint32Array;
  /** Strictly increasing within a row. */
  readonly colIdx: Uint32Array;
  readonly values: Values;
  /** [cols] what cells without a value hold: after `standardize` not 0 any more, but the same in a whole column. Absent: 0. */
  readonly background?: Values;
}

/** Whether only some cells of samples are stored. */
export function isSparse<Values extends FloatArray>(x: ArrayLike<number> | SparseRows<Values>): x is SparseRows<Values> {
  return typeof x === "object" && x !== null && "rowPtr" in x;
}

/** Number of samples of x; with a fraction where a dense x does not hold whole ones. Throws where a sparse x has other columns. */
export function countSamples(x: ArrayLike<number> | SparseRows, features: number, where: string): number {
  if (!isSparse(x)) return x.length / features;
  check(x.cols === features, where, () => `the sparse rows have ${x.cols} columns, expected ${features} features`);
  return x.rows;
}

/** Writes all cells of sample i to target[at .. at + features), in its type. */
export function copySample(x: SampleMatrix, features: number, i: number, target: FloatArray, at: number): void {
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
export function sampleReader<Values extends FloatArray>(x: SampleMatrix<Values>, features: number): (i: number) => Values {
  if (!isSparse(x)) return (i) => x.subarray(i * features, (i + 1) * features) as Values;
  const row = zerosLike(x.values, features);
  return (i) => {
    copySample(x, features, i, row, 0);
    return row;
  };
}

/** All cells of x [samples, features], 4 bytes each, or 8 where x is in 64 bits: x itself where it is dense. */
export function toDense<Values extends FloatArray>(x: SampleMatrix<Values>): Values {
  checkSamples(x, "toDense");
  if (!isSparse(x)) return x;
  const dense = zerosLike(x.values, x.rows * x.cols);
  for (let i = 0; i < x.rows; i++) copySample(x, x.cols, i, dense, i * x.cols);
  return dense;
}

/** The samples in 32 bits where these hold all of them exactly, else as they are. */
export function narrowSamples(x: SampleMatrix): SampleMatrix {
  if (!isSparse(x)) return isExact32(x) ? rounded(x) : x;
  return isExact32(x.values) && (!x.background || isExact32(x.background)) ? roundSamples(x) : x;
}

/** The samples rounded to 32 bits; themselves where they are that. */
export function roundSamples(x: SampleMatrix): Inputs {
  if (!isSparse(x)) return rounded(x);
  const { background, ...rows } = x;
  if (x.values instanceof Float32Array && (!background || background instanceof Float32Array)) return x as Inputs;
  return { ...rows, values: rounded(x.values), ...(background && { background: rounded(background) }) };
}

/** The same samples in memory of their own. */
export function copySamples(x: SampleMatrix): SampleMatrix {
  if (!isSparse(x)) return x.slice();
  const { rows, cols, rowPtr, colIdx, values, background } = x;
  const copy = { rows, cols, rowPtr: rowPtr.slice(), colIdx: colIdx.slice(), values: values.slice() };
  return background ? { ...copy, background: background.slice() } : copy;
}

/** The arrays that x consists of, e.g. to hash. */
export function arraysOf(x: SampleMatrix): (FloatArray | Uint32Array)[] {
  return isSparse(x) ? [x.rowPtr, x.colIdx, x.values, ...(x.background ? [x.background] : [])] : [x];
}

/** Index i * features + j of the first cell, sample by sample, that is not of a magnitude up to `most` (NaN is not); -1 where all are. */
export function findBeyond(x: SampleMatrix, features: number, most: number): number {
  const wrong = (values: FloatArray) => values.findIndex((value) => !(Math.abs(value) <= most));
  if (!isSparse(x)) return wrong(x);
  if (wrong(x.values) < 0 && (!x.background || wrong(x.background) < 0)) return -1;
  const read = sampleReader(x, features);
  for (let i = 0; i < x.rows; i++) {
    const j = wrong(read(i));
    if (j >= 0) return i * features + j;
  }
  return -1; // of a column that has a value in every row, the background is not seen
}

/** Throws unless x is a float array, or sparse rows that `checkSparse` lets pass. */
export function checkSamples(x: SampleMatrix, where: string): void {
  if (isSparse(x)) checkSparse(x, where);
  else
    check(isFloats(x), where, () => {
      return `x is neither a Float32Array nor sparse rows, nor a Float64Array, but ${shown(x)}; makeDataset() puts a dataset together and checks it`;
    });
}

/** Throws unless rows are those of a CSR matrix: rowPtr goes from 0 to the number of values, columns are in range and increase within a row. */
export function checkSparse({ rows, cols, rowPtr, colIdx, values, background }: SparseRows, where: string): void {
  checkInteger(rows, `${where}: rows`, 0);
  checkInteger(cols, `${where}: cols`, 1);
  checkTyped(rowPtr, Uint32Array, `${where}: rowPtr`);
  checkTyped(colIdx, Uint32Array, `${where}: colIdx`);
  checkFloats(values, `${where}: values`);
  if (background !== undefined) checkFloats(background, `${where}: background`);
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
