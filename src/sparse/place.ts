import { check } from "../util/check.js";
import { merge } from "./grow.js";
import { countMarked, isMarked } from "./marks.js";
import { type Coo, checkNnz, type Derived, fromCoo, rowIdxOf, type Topology, validateTopology } from "./topology.js";

/** Cells of a layer: cell k is in row rowIdx[k] and column colIdx[k]. */
export type Cells = Pick<Coo, "rowIdx" | "colIdx">;

/**
 * Adds connections at `cells`, in any order or as a topology, to those of `base` that are marked in `survivors` (marks.ts); sources are slots of `base`. Throws
 * when a cell is out of range, listed twice, or taken by a connection that survives. O(nnz + rows + cols).
 */
export function placeCells(base: Topology, survivors: Uint32Array, cells: Cells | Topology, where = "cells to grow"): Derived {
  const { rows, cols } = base;
  const added = cellsOf(cells, rows, cols, where);
  const nnz = countMarked(survivors, base.nnz) + added.nnz;
  checkNnz(nnz, where);
  const grown = { rowPtr: new Uint32Array(rows + 1), colIdx: new Uint32Array(nnz), source: new Uint32Array(nnz) };
  const filled = merge(base, survivors, added, grown);
  check(filled === nnz, where, () => {
    const [row, col] = firstTaken(base, survivors, added);
    return `${nnz - filled} are taken, the first is (${row}, ${col}); choose cells that hold no connection`;
  });
  return { topology: { rows, cols, nnz, rowPtr: grown.rowPtr, colIdx: grown.colIdx }, source: grown.source };
}

/** Cells in order, as a topology of so many rows and columns. Throws unless they are in range and each is there once. */
export function cellsOf(cells: Cells | Topology, rows: number, cols: number, where: string): Topology {
  if (!("rowPtr" in cells)) return fromCoo({ rows, cols, ...cells }, where).topology;
  const fits = cells.rows === rows && cells.cols === cols;
  check(fits, where, () => `they are of a layer of ${cells.rows} x ${cells.cols}, not of this one of ${rows} x ${cols}`);
  validateTopology(cells, where);
  return cells;
}

function firstTaken(base: Topology, survivors: Uint32Array, added: Topology): readonly [number, number] {
  const taken = new Set<number>();
  const rowOf = rowIdxOf(base);
  for (let k = 0; k < base.nnz; k++) {
    if (isMarked(survivors, k)) taken.add(rowOf[k] * base.cols + base.colIdx[k]);
  }
  const row = rowIdxOf(added);
  const k = added.colIdx.findIndex((col, i) => taken.has(row[i] * base.cols + col));
  return [row[k], added.colIdx[k]];
}
