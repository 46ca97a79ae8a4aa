import { check, checkInteger, checkObject, checkTyped, isList } from "../util/check.js";
import { shown } from "../util/shown.js";
import { common, type Workspace } from "./loops.js";

/**
 * Which weights of W [rows = outputs, cols = inputs] exist, as CSR. The connections of row r are the slots k from
 * rowPtr[r] to rowPtr[r + 1] - 1, their inputs colIdx[k], strictly increasing within a row. Values (weights, optimiser
 * state) live in arrays of length nnz beside it, indexed by the same slot. Immutable: evolution makes a new one.
 */
export interface Topology {
  rows: number;
  cols: number;
  nnz: number;
  /** rows + 1 slots: 0 first, never falling, nnz last. */
  rowPtr: Uint32Array;
  /** The nnz column indices. */
  colIdx: Uint32Array;
}

/** The same connections by column: the CSC slots of column c are colPtr[c] to colPtr[c + 1] - 1, their rows increasing. */
export interface Csc {
  /** cols + 1 slots: 0 first, never falling, nnz last. */
  colPtr: Uint32Array;
  /** The nnz row indices. */
  rowIdx: Uint32Array;
  /** CSC slot -> CSR slot, a permutation, so that values are stored once, in CSR order. */
  perm: Uint32Array;
}

/** The cells of W that hold a connection, one a place, in any order. */
export interface Coo {
  rows: number;
  cols: number;
  rowIdx: Uint32Array;
  colIdx: Uint32Array;
}

/** A topology made of an older one: source[k] is the older slot of slot k, or NEW of grow.ts where it was grown. */
export interface Derived {
  topology: Topology;
  source: Uint32Array;
}

/** Slots are u32 and 0xffffffff is kept free to mean none. */
const MAX_NNZ = 2 ** 32 - 2;
/** Rows and columns are numbered by u32, and rowPtr has one element more than there are rows. */
const MAX_SIZE = 2 ** 32 - 2;

/** Throws unless rows and cols are integers from 1 to 2^32 - 2 whose product is at most 2^53 (so that cells can be counted). */
export function checkSizes(rows: number, cols: number, where: string): void {
  checkInteger(rows, `${where}: rows`, 1, MAX_SIZE);
  checkInteger(cols, `${where}: cols`, 1, MAX_SIZE);
  check(rows * cols <= 2 ** 53, where, () => `${rows} x ${cols} is more than 2^53 cells; make the layer smaller`);
}

/** Throws unless a layer may hold nnz connections: at most 2^32 - 2, as slots are u32. */
export function checkNnz(nnz: number, where: string): void {
  checkInteger(nnz, `${where}: connections`, 0);
  check(nnz <= MAX_NNZ, where, () => `${nnz} connections are more than ${MAX_NNZ}, the most that u32 slots can name`);
}

/** Throws unless `t` is well formed, naming the first offending index and its numbers. O(rows + nnz). */
export function validateTopology(t: Topology, where = "topology"): void {
  checkObject(t, where, "topology");
  checkSizes(t.rows, t.cols, where);
  checkPointers(t.rowPtr, t.rows, t.nnz, `${where}: rowPtr`);
  checkLength(t.colIdx, t.nnz, `${where}: colIdx`);
  checkIncreasing(t.rowPtr, t.colIdx, t.cols, where, "row", "column");
}

/** Throws unless `csc` holds exactly the connections of the (valid) topology `t`, with perm a permutation of its slots. */
export function validateCsc(csc: Csc, t: Topology, where = "csc"): void {
  validateTopology(t);
  checkObject(csc, where, "CSC matrix");
  const { colPtr, rowIdx, perm } = csc;
  checkPointers(colPtr, t.cols, t.nnz, `${where}: colPtr`);
  checkLength(rowIdx, t.nnz, `${where}: rowIdx`);
  checkLength(perm, t.nnz, `${where}: perm`);
  checkIncreasing(colPtr, rowIdx, t.rows, where, "column", "row");
  // The cells of a CSC are distinct by now; when each is the cell of the slot that perm names, perm is one to one.
  const rowOf = rowIdxOf(t);
  for (let col = 0; col < t.cols; col++) {
    for (let j = colPtr[col]; j < colPtr[col + 1]; j++) {
      const k = perm[j];
      check(k < t.nnz && t.colIdx[k] === col && rowOf[k] === rowIdx[j], where, () => {
        return `perm[${j}] is ${k}, which is not the CSR slot of cell (${rowIdx[j]}, ${col}) among ${t.nnz}`;
      });
    }
  }
}

/** Throws unless the arrays of a topology, which is taken to be valid, are there and of its lengths. */
function checkParts(t: Topology, where: string): void {
  checkObject(t, where, "topology");
  checkSizes(t.rows, t.cols, where);
  checkNnz(t.nnz, where);
  checkLength(t.rowPtr, t.rows + 1, `${where}: rowPtr`);
  checkLength(t.colIdx, t.nnz, `${where}: colIdx`);
}

function checkLength(array: Uint32Array, length: number, where: string): void {
  checkTyped(array, Uint32Array, where);
  check(array.length === length, where, () => `it has ${array.length} elements; expected ${length}`);
}

function checkPointers(ptr: Uint32Array, lines: number, nnz: number, where: string): void {
  checkNnz(nnz, where);
  checkLength(ptr, lines + 1, where);
  check(ptr[0] === 0, where, () => `it starts with ${ptr[0]}; expected 0`);
  for (let i = 0; i < lines; i++) {
    check(ptr[i + 1] >= ptr[i], where, () => `it falls from ${ptr[i]} to ${ptr[i + 1]} at index ${i + 1}`);
  }
  check(ptr[lines] === nnz, where, () => `it ends with ${ptr[lines]}; expected nnz = ${nnz}`);
}

function checkIncreasing(ptr: Uint32Array, idx: Uint32Array, size: number, where: string, line: string, cross: string): void {
  for (let i = 0, k = 0; i + 1 < ptr.length; i++) {
    let last = -1;
    for (const end = ptr[i + 1]; k < end && idx[k] < size && idx[k] > last; k++) last = idx[k];
    if (k === ptr[i + 1]) continue;
    check(idx[k] < size, where, () => `slot ${k} of ${line} ${i} names ${cross} ${idx[k]}; expected at most ${size - 1}`);
    check(false, where, () => `in ${line} ${i}, ${cross} ${idx[k]} of slot ${k} follows ${last}; expected strictly increasing`);
  }
}

/**
 * The CSC form of `t` with the permutation to its slots: a counting sort by column, O(nnz + cols). In WebAssembly where there is room for it; rowIdx
 * and perm may lie in `space`.
 */
export function toCsc(t: Topology, space: Workspace = common): Csc {
  checkParts(t, "toCsc");
  const { rows, cols, nnz } = t;
  const room = space.room(3 * nnz + 2 * rows + 2 * cols + 2);
  if (!room) return sortByColumn(t);
  const [rowIdx, perm, colPtr, own] = [nnz, nnz, cols + 1, cols + rows].map(room.take);
  const [rowPtr, colIdx] = [t.rowPtr, t.colIdx].map(room.put);
  room.loops.byColumn(rows, cols, turnOf(t, ROOM_TURN), rowPtr, colIdx, colPtr, rowIdx, perm, own);
  const csc = { colPtr: room.words(colPtr, cols + 1), rowIdx: room.result(rowIdx, nnz), perm: room.result(perm, nnz) };
  room.end();
  return csc;
}

/**
 * `toCsc` on typed arrays. Many columns are filled in turns, each row going on where it stopped: what is written to all of them at once misses
 * every cache.
 */
export function sortByColumn(t: Topology): Csc {
  const { rows, cols, nnz, rowPtr, colIdx } = t;
  const rowIdx = new Uint32Array(nnz);
  const perm = new Uint32Array(nnz);
  const colPtr = pointers(colIdx, cols);
  const next = colPtr.slice();
  const slot = rowPtr.slice(0, rows);
  const width = turnOf(t, TURN);
  for (let to = width; to < cols + width; to += width) {
    for (let row = 0; row < rows; row++) {
      let k = slot[row];
      for (const end = rowPtr[row + 1]; k < end; k++) {
        const col = colIdx[k];
        if (col >= to) break;
        const j = next[col]++;
        rowIdx[j] = row;
        perm[j] = k;
      }
      slot[row] = k;
    }
  }
  return { colPtr, rowIdx, perm };
}

/** Columns that are filled in a turn at least, on typed arrays and in WebAssembly, and connections of a row that are taken in one. */
const [TURN, ROOM_TURN, ROW_PART] = [8192, 256, 8];

/** Columns to fill in a turn. */
function turnOf({ rows, cols, nnz }: Topology, least: number): number {
  return Math.min(cols, Math.max(least, Math.ceil((ROW_PART * rows * cols) / nnz)));
}

/**
 * The topology of a list of cells in any order; order[k] is the place in the list of the cell at slot k, by which the
 * values are to be re-ordered. Throws when a cell is out of range or listed twice. Two stable counting sorts,
 * O(nnz + rows + cols).
 */
export function fromCoo(cells: Coo, where = "cells"): { topology: Topology; order: Uint32Array } {
  checkObject(cells, where, "list of cells");
  const { rows, cols, rowIdx, colIdx } = cells;
  checkSizes(rows, cols, where);
  checkTyped(rowIdx, Uint32Array, `${where}: rowIdx`);
  checkTyped(colIdx, Uint32Array, `${where}: colIdx`);
  checkNnz(rowIdx.length, where);
  check(rowIdx.length === colIdx.length, where, () => `${rowIdx.length} row indices but ${colIdx.length} column indices`);
  for (let i = 0; i < rowIdx.length; i++) {
    const inside = rowIdx[i] < rows && colIdx[i] < cols;
    if (!inside) check(inside, where, () => `cell ${i} is (${rowIdx[i]}, ${colIdx[i]}), outside of ${rows} x ${cols}`);
  }
  const byColumn = new Uint32Array(rowIdx.length);
  const nextInColumn = pointers(colIdx, cols);
  for (let i = 0; i < rowIdx.length; i++) byColumn[nextInColumn[colIdx[i]]++] = i;

  const order = new Uint32Array(rowIdx.length); // sorting by row what is sorted by column leaves columns sorted
  const rowPtr = pointers(rowIdx, rows);
  const nextInRow = rowPtr.slice();
  for (const i of byColumn) order[nextInRow[rowIdx[i]]++] = i;

  const sortedColIdx = order.map((i) => colIdx[i]);
  for (let k = 1; k < order.length; k++) {
    const [a, b] = [order[k - 1], order[k]];
    const differ = colIdx[a] !== colIdx[b] || rowIdx[a] !== rowIdx[b];
    if (!differ) check(differ, where, () => `cell (${rowIdx[b]}, ${colIdx[b]}) is listed twice, at ${a} and ${b}; keep one`);
  }
  return { topology: { rows, cols, nnz: order.length, rowPtr, colIdx: sortedColIdx }, order };
}

/** Where each of `size` buckets starts when `keys` are sorted: size + 1 elements, the last keys.length. */
function pointers(keys: Uint32Array, size: number): Uint32Array {
  const ptr = new Uint32Array(size + 1);
  for (let i = 0; i < keys.length; i++) ptr[keys[i] + 1]++;
  for (let i = 0; i < size; i++) ptr[i + 1] += ptr[i];
  return ptr;
}

/** The cells of `t` in slot order; colIdx is shared with `t`. */
export function toCoo(t: Topology): Coo {
  checkParts(t, "toCoo");
  return { rows: t.rows, cols: t.cols, rowIdx: rowIdxOf(t), colIdx: t.colIdx };
}

/** The row of every slot: nnz elements. */
export function rowIdxOf(t: Topology): Uint32Array {
  const rowIdx = new Uint32Array(t.nnz);
  for (let row = 0; row < t.rows; row++) rowIdx.fill(row, t.rowPtr[row], t.rowPtr[row + 1]);
  return rowIdx;
}

/** The topology of the elements of a row-major [rows, cols] matrix that are not 0 (NaN is not 0). */
export function fromDense(values: ArrayLike<number>, rows: number, cols: number): Topology {
  checkSizes(rows, cols, "dense matrix");
  check(isList(values), "dense matrix", () => `${shown(values)} is no list of values`);
  check(values.length === rows * cols, "dense matrix", () => {
    return `${values.length} values; expected ${rows} x ${cols} = ${rows * cols}`;
  });
  const rowPtr = new Uint32Array(rows + 1);
  for (let row = 0, i = 0; row < rows; row++) {
    rowPtr[row + 1] = rowPtr[row];
    for (let col = 0; col < cols; col++, i++) if (values[i] !== 0) rowPtr[row + 1]++;
  }
  const colIdx = new Uint32Array(rowPtr[rows]);
  for (let i = 0, k = 0; i < values.length; i++) if (values[i] !== 0) colIdx[k++] = i % cols;
  return { rows, cols, nnz: colIdx.length, rowPtr, colIdx };
}

/** The topology that holds every cell. Throws when there are more cells than slots. */
export function denseTopology(rows: number, cols: number): Topology {
  checkSizes(rows, cols, "dense topology");
  checkNnz(rows * cols, "dense topology");
  const rowPtr = new Uint32Array(rows + 1);
  const colIdx = new Uint32Array(rows * cols);
  for (let row = 0, k = 0; row < rows; row++) {
    for (let col = 0; col < cols; col++) colIdx[k++] = col;
    rowPtr[row + 1] = k;
  }
  return { rows, cols, nnz: colIdx.length, rowPtr, colIdx };
}

/** The fraction of cells that hold a connection: nnz / (rows cols). */
export function density(t: Topology): number {
  return t.nnz / (t.rows * t.cols);
}

/**
 * Rows `from` to `to` - 1 as a topology of their own, with all columns: its slot k is slot rowPtr[from] + k of `t`.
 * colIdx is a view of t's; all rows are t itself. Throws unless 0 <= from < to <= rows.
 */
export function sliceRows(t: Topology, from: number, to: number): Topology {
  checkInteger(from, "row block: first row", 0, t.rows - 1);
  checkInteger(to, "row block: end row", from + 1, t.rows);
  if (from === 0 && to === t.rows) return t;
  const first = t.rowPtr[from];
  const rowPtr = t.rowPtr.slice(from, to + 1).map((k) => k - first);
  const colIdx = t.colIdx.subarray(first, t.rowPtr[to]);
  return { rows: to - from, cols: t.cols, nnz: colIdx.length, rowPtr, colIdx };
}

/** The number of connections into each output: rows elements. */
export function fanIn(t: Topology): Uint32Array {
  const counts = new Uint32Array(t.rows);
  for (let row = 0; row < t.rows; row++) counts[row] = t.rowPtr[row + 1] - t.rowPtr[row];
  return counts;
}

/** The number of connections out of each input: cols elements. */
export function fanOut(t: Topology): Uint32Array {
  const counts = new Uint32Array(t.cols);
  for (let k = 0; k < t.nnz; k++) counts[t.colIdx[k]]++;
  return counts;
}
