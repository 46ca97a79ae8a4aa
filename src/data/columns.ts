import { toCsc } from "../sparse/topology.js";
import { zerosLike } from "../util/floats.js";
import type { FloatArray } from "../util/types.js";
import { isSparse, type SampleMatrix } from "./sample-matrix.js";

/** Gives the values of feature j that are there, in the order of the samples where x is dense; those of the next call lie where these do. */
export function columnReader(x: SampleMatrix, samples: number, features: number): (j: number) => FloatArray {
  const column = zerosLike(isSparse(x) ? x.values : x, samples);
  if (!isSparse(x)) {
    return (j) => {
      let count = 0;
      for (let k = j; k < x.length; k += features) if (!Number.isNaN(x[k])) column[count++] = x[k];
      return column.subarray(0, count);
    };
  }
  const { rows, cols, rowPtr, colIdx, values, background } = x;
  const { colPtr, perm } = toCsc({ rows, cols, nnz: values.length, rowPtr, colIdx });
  return (j) => {
    let count = 0;
    for (let k = colPtr[j]; k < colPtr[j + 1]; k++) if (!Number.isNaN(values[perm[k]])) column[count++] = values[perm[k]];
    const rest = rows - (colPtr[j + 1] - colPtr[j]);
    column.fill(background?.[j] ?? 0, count, count + rest);
    return column.subarray(0, count + rest);
  };
}
