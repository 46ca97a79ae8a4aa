import { check, checkInteger } from "../util/check.js";
import type { Rng } from "../util/random.js";
import { checkNnz, type Derived, type Topology } from "./topology.js";

/** In a source array: the slot holds a grown connection, which the older topology did not have. */
export const NEW = 0xffffffff;

/**
 * Adds exactly `count` connections to `base` at random free cells; every set of `count` free cells is equally likely.
 * `base` is not changed. Throws when `count` exceeds the free cells, rows cols - nnz. Each round of drawing costs
 * O(nnz + rows + cols) and their number grows with the density; so where the result holds more than a quarter of the cells
 * (where that becomes the faster way), one pass over all cells selects them instead.
 */
export function grow(base: Topology, count: number, rng: Rng): Derived {
  const cells = base.rows * base.cols;
  const where = `growing a layer of ${base.rows} x ${base.cols}`;
  checkInteger(count, `${where}: connections to add`, 0);
  check(count <= cells - base.nnz, where, () => {
    return `${count} connections were asked for, but only ${cells - base.nnz} of ${cells} cells are free; ask for fewer`;
  });
  checkNnz(base.nnz + count, where);
  return base.nnz + count > cells / 4 ? growBySelection(base, count, rng) : growByRejection(base, count, rng);
}

/**
 * Draws as many cells as are missing, drops those that are taken or drawn twice, and repeats. Never draws more than are
 * missing, so it stops at the very draw at which cells drawn one by one would be complete: hence the uniformity.
 */
function growByRejection(base: Topology, count: number, rng: Rng): Derived {
  const nnz = base.nnz + count;
  let topology = base;
  let source = new Uint32Array(base.nnz);
  for (let k = 0; k < base.nnz; k++) source[k] = k;
  while (topology.nnz < nnz) {
    ({ topology, source } = merge(topology, source, drawCells(base.rows, base.cols, nnz - topology.nnz, rng)));
  }
  return { topology, source };
}

/** Cells by row, columns not falling, and a cell may occur more than once. */
type Cells = Pick<Topology, "rowPtr" | "colIdx">;

/**
 * `count` independent uniform cells. As rows and columns are independent, it suffices to count how often each column is
 * drawn and then to draw a row for each occurrence, column after column: scattering these by row leaves them sorted.
 */
function drawCells(rows: number, cols: number, count: number, rng: Rng): Cells {
  const inColumn = new Uint32Array(cols);
  for (let i = 0; i < count; i++) inColumn[rng.below(cols)]++;

  const rowIdx = new Uint32Array(count);
  const rowPtr = new Uint32Array(rows + 1);
  for (let i = 0; i < count; i++) {
    rowIdx[i] = rng.below(rows);
    rowPtr[rowIdx[i] + 1]++;
  }
  for (let row = 0; row < rows; row++) rowPtr[row + 1] += rowPtr[row];

  const colIdx = new Uint32Array(count);
  const next = rowPtr.slice();
  for (let col = 0, i = 0; col < cols; col++) {
    for (let left = inColumn[col]; left > 0; left--) colIdx[next[rowIdx[i++]]++] = col;
  }
  return { rowPtr, colIdx };
}

/** Adds the drawn cells that are free, each once. `sourceOf` gives the source of every slot of `t`. */
function merge(t: Topology, sourceOf: Uint32Array, drawn: Cells): Derived {
  const rowPtr = new Uint32Array(t.rows + 1);
  const colIdx = new Uint32Array(t.nnz + drawn.colIdx.length);
  const source = new Uint32Array(colIdx.length);
  let nnz = 0;
  for (let row = 0; row < t.rows; row++) {
    let k = t.rowPtr[row];
    const end = t.rowPtr[row + 1];
    const start = drawn.rowPtr[row];
    for (let i = start; i < drawn.rowPtr[row + 1]; i++) {
      const col = drawn.colIdx[i];
      for (; k < end && t.colIdx[k] < col; k++) {
        colIdx[nnz] = t.colIdx[k];
        source[nnz++] = sourceOf[k];
      }
      const taken = (k < end && t.colIdx[k] === col) || (i > start && drawn.colIdx[i - 1] === col);
      if (taken) continue;
      colIdx[nnz] = col;
      source[nnz++] = NEW;
    }
    for (; k < end; k++) {
      colIdx[nnz] = t.colIdx[k];
      source[nnz++] = sourceOf[k];
    }
    rowPtr[row + 1] = nnz;
  }
  const topology = { rows: t.rows, cols: t.cols, nnz, rowPtr, colIdx: colIdx.subarray(0, nnz) };
  return { topology, source: source.subarray(0, nnz) };
}

/** Selection sampling: passes over the free cells in order and takes each with probability (still missing) / (still free). */
function growBySelection(base: Topology, count: number, rng: Rng): Derived {
  const rowPtr = new Uint32Array(base.rows + 1);
  const colIdx = new Uint32Array(base.nnz + count);
  const source = new Uint32Array(colIdx.length);
  let free = base.rows * base.cols - base.nnz;
  let missing = count;
  let nnz = 0;
  for (let row = 0, k = 0; row < base.rows; row++) {
    for (let col = 0; col < base.cols; col++) {
      if (k < base.rowPtr[row + 1] && base.colIdx[k] === col) {
        colIdx[nnz] = col;
        source[nnz++] = k++;
      } else if (rng.below(free--) < missing) {
        colIdx[nnz] = col;
        source[nnz++] = NEW;
        missing--;
      }
    }
    rowPtr[row + 1] = nnz;
  }
  return { topology: { rows: base.rows, cols: base.cols, nnz, rowPtr, colIdx }, source };
}
