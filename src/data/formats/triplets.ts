import { check } from "../../util/check.js";
import { zerosLike } from "../../util/floats.js";
import type { FloatArray } from "../../util/types.js";
import type { RowChunk } from "../pick.js";
import type { SampleMatrix } from "../sample-matrix.js";
import type { ArrayOf } from "./arrays.js";
import { keepRows } from "./sparse-rows.js";

/** A sparse matrix as its file has it: value k is in row rowIdx[k] and column colIdx[k], from 0. They stand in any order; values of one cell add up. */
export interface Triplets {
  readonly rows: number;
  readonly columns: number;
  readonly rowIdx: Uint32Array;
  readonly colIdx: Uint32Array;
  readonly values: FloatArray;
}

/** Throws, naming `where` and the value, unless every value lies within the matrix. */
export function checkTriplets({ rows, columns, rowIdx, colIdx }: Triplets, where: string): void {
  const outside = rowIdx.findIndex((row, k) => row >= rows || colIdx[k] >= columns);
  check(outside < 0, where, () => {
    return `value ${outside + 1} is in row ${rowIdx[outside] + 1}, column ${colIdx[outside] + 1}, but there are ${rows} x ${columns}`;
  });
}

/** Throws unless the starts of lines never fall and go from 0 to `nnz`. */
export function checkStarts(starts: Uint32Array, nnz: number, where: string): void {
  const last = starts[starts.length - 1];
  check(starts[0] === 0 && last === nnz, where, () => {
    return `its lines start at ${starts[0]} and end at ${last}; expected 0 and its ${nnz} values`;
  });
  const falls = starts.findIndex((start, j) => j > 0 && start < starts[j - 1]);
  check(falls < 0, where, () => `its line ${falls} ends at ${starts[falls]}, before it starts (${starts[falls - 1]})`);
}

/** The line (column of CSC, row of CSR) of each value, of which line j has those from starts[j] to starts[j + 1]. Throws as `checkStarts` does. */
export function linesOf(starts: Uint32Array, nnz: number, where: string): Uint32Array {
  checkStarts(starts, nnz, where);
  const lines = new Uint32Array(nnz);
  for (let j = 0; j + 1 < starts.length; j++) lines.fill(j, starts[j], starts[j + 1]);
  return lines;
}

/**
 * The rows of a matrix as samples, or its columns where `across`; kept sparse as `keepRows` does. Throws, before anything is allocated, where
 * they take more than `maxBytes`.
 */
export function samplesOfTriplets(
  { rows, columns, rowIdx, colIdx, values }: Triplets,
  across: boolean,
  where: string,
  maxBytes: number,
  notes: string[],
): ArrayOf<SampleMatrix> {
  const [samples, features] = across ? [columns, rows] : [rows, columns];
  const bytes = 4 * (samples + 1) + (4 + values.BYTES_PER_ELEMENT) * values.length;
  check(bytes <= maxBytes, where, () => {
    return `${samples} sparse samples take ${bytes} bytes, above the limit of ${maxBytes}; raise it with option maxBytes (--max-bytes)`;
  });
  const chunk = across ? sortByLine(colIdx, rowIdx, values, samples) : sortByLine(rowIdx, colIdx, values, samples);
  return { shape: [samples, features], data: keepRows([chunk], features, where, maxBytes, notes) };
}

function sortByLine(line: Uint32Array, other: Uint32Array, values: FloatArray, rows: number): RowChunk {
  const rowPtr = new Uint32Array(rows + 1);
  for (let k = 0; k < line.length; k++) rowPtr[line[k] + 1]++;
  for (let i = 0; i < rows; i++) rowPtr[i + 1] += rowPtr[i];
  const next = rowPtr.slice(0, rows);
  const chunk = { rows, rowPtr, colIdx: new Uint32Array(line.length), values: zerosLike(values, line.length) };
  for (let k = 0; k < line.length; k++) {
    const to = next[line[k]]++;
    chunk.colIdx[to] = other[k];
    chunk.values[to] = values[k];
  }
  return chunk;
}
