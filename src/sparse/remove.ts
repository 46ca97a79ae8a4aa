import { check } from "../util/check.js";
import { allMarked, checkMarks, countMarked, isMarked } from "./marks.js";
import type { Derived, Topology } from "./topology.js";

/**
 * Removes neurons: keeps the connections between kept rows and kept columns and numbers both anew, in order. `keepRows`
 * and `keepCols` list the kept indices, strictly increasing, at least one each; anything else throws. Of the connections only those marked in
 * `survivors` (marks.ts) are kept, all by default. O(rows + cols + nnz).
 */
export function shrink(
  t: Topology,
  keepRows: Uint32Array,
  keepCols: Uint32Array,
  survivors: Uint32Array = allMarked(t.nnz),
): Derived {
  checkKept(keepRows, t.rows, "kept rows");
  checkKept(keepCols, t.cols, "kept columns");
  const newCol = new Uint32Array(t.cols).fill(GONE);
  for (let col = 0; col < keepCols.length; col++) newCol[keepCols[col]] = col;

  const most = countMarked(survivors, t.nnz);
  const rowPtr = new Uint32Array(keepRows.length + 1);
  const colIdx = new Uint32Array(most);
  const source = new Uint32Array(most);
  let nnz = 0;
  keepRows.forEach((oldRow, row) => {
    for (let k = t.rowPtr[oldRow]; k < t.rowPtr[oldRow + 1]; k++) {
      const col = newCol[t.colIdx[k]];
      if (col === GONE || !isMarked(survivors, k)) continue;
      colIdx[nnz] = col;
      source[nnz++] = k;
    }
    rowPtr[row + 1] = nnz;
  });
  const topology = { rows: keepRows.length, cols: keepCols.length, nnz, rowPtr, colIdx: colIdx.subarray(0, nnz) };
  return { topology, source: source.subarray(0, nnz) };
}

/** Keeps the connections marked in `survivors` (marks.ts); rows and columns stay. Throws when there are too few words. */
export function select(t: Topology, survivors: Uint32Array): Derived {
  checkMarks(survivors, t.nnz);
  const rowPtr = new Uint32Array(t.rows + 1);
  const colIdx = new Uint32Array(t.nnz);
  const source = new Uint32Array(t.nnz);
  let slot = 0;
  const { rowPtr: oldPtr, colIdx: oldIdx } = t;
  for (let row = 0, k = 0; row < t.rows; row++) {
    for (const end = oldPtr[row + 1]; k < end; k++) {
      colIdx[slot] = oldIdx[k];
      source[slot] = k;
      slot += (survivors[k >>> 5] >>> (k & 31)) & 1; // what does not survive is overwritten by what follows: no branch to guess
    }
    rowPtr[row + 1] = slot;
  }
  const topology = { rows: t.rows, cols: t.cols, nnz: slot, rowPtr, colIdx: colIdx.subarray(0, slot) };
  return { topology, source: source.subarray(0, slot) };
}

const GONE = 0xffffffff;

function checkKept(kept: Uint32Array, size: number, where: string): void {
  check(kept.length > 0, where, () => `none of ${size} is kept; keep at least one`);
  for (let i = 0; i < kept.length; i++) {
    check(kept[i] < size, where, () => `index ${kept[i]} is not below ${size}`);
    check(i === 0 || kept[i] > kept[i - 1], where, () => `${kept[i]} follows ${kept[i - 1]}; list each index once, in order`);
  }
}
