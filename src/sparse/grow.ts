import { check, checkInteger } from "../util/check.js";
import { type Rng, stepWith } from "../util/random.js";
import { common, type Workspace } from "./loops.js";
import { allMarked, countMarked, isMarked } from "./marks.js";
import { select } from "./remove.js";
import { checkNnz, type Derived, type Topology } from "./topology.js";

/** In a source array: the slot holds a grown connection, which the older topology did not have. */
export const NEW = 0xffffffff;

/**
 * Adds exactly `count` connections at random free cells to those of `base` that are marked in `survivors` (marks.ts), by default all; every set
 * of `count` free cells is equally likely. `base` is not changed; sources are its slots. Throws when `count` exceeds the free cells.
 * Drawing costs O(nnz + rows + cols) and takes more rounds as the density grows; so where the result holds more than a quarter of the
 * cells (where that becomes the faster way), one pass over all cells selects them instead. Sources may lie in `space`.
 */
export function grow(
  base: Topology,
  count: number,
  rng: Rng,
  survivors: Uint32Array = allMarked(base.nnz),
  space: Workspace = common,
): Derived {
  const cells = base.rows * base.cols;
  const where = `growing a layer of ${base.rows} x ${base.cols}`;
  const kept = countMarked(survivors, base.nnz);
  checkInteger(count, `${where}: connections to add`, 0);
  check(count <= cells - kept, where, () => {
    return `${count} connections were asked for, but only ${cells - kept} of ${cells} cells are free; ask for fewer`;
  });
  checkNnz(kept + count, where);
  return isDense(base, kept + count)
    ? growBySelection(base, survivors, count, rng)
    : (growInRoom(base, survivors, count, kept + count, rng, space) ??
        growByRejection(base, survivors, count, kept + count, rng));
}

function isDense({ rows, cols }: Topology, nnz: number): boolean {
  return nnz > (rows * cols) / 4;
}

/**
 * Adds `count` connections to the marked ones of `base`, which makes `nnz`. Draws as many cells as are missing, drops those that are taken
 * or drawn twice, and repeats. Never draws more than are missing, so it stops at the very draw at which cells drawn one by one would be
 * complete: hence the uniformity. The first draw is merged in one pass, the few that it leaves missing are inserted.
 */
function growByRejection(base: Topology, survivors: Uint32Array, count: number, nnz: number, rng: Rng): Derived {
  const { rows, cols } = base;
  const grown = { rowPtr: new Uint32Array(rows + 1), colIdx: new Uint32Array(nnz), source: new Uint32Array(nnz) };
  let filled = merge(base, survivors, drawCells(rows, cols, count, rng), grown);
  while (filled < nnz) {
    const drawn = drawCells(rows, cols, nnz - filled, rng);
    dropTaken(drawn, grown);
    filled = insert(drawn, grown, filled);
  }
  return { topology: { rows, cols, nnz, rowPtr: grown.rowPtr, colIdx: grown.colIdx }, source: grown.source };
}

/** `growByRejection` in WebAssembly, by the same draws; null where there is no room, or the stream is not one of `random`. */
function growInRoom(
  base: Topology,
  survivors: Uint32Array,
  count: number,
  nnz: number,
  rng: Rng,
  space: Workspace,
): Derived | null {
  const { rows, cols } = base;
  const own = cols + 2 * count + 2 * rows + 1;
  const room = space.room(2 * rows + base.nnz + survivors.length + 2 * nnz + own + 8);
  if (!room) return null;
  const [source, rowPtr, colIdx, free] = [nnz + 1, rows + 1, nnz + 1, own].map(room.take);
  const [oldPtr, oldIdx, marks] = [base.rowPtr, base.colIdx, survivors].map(room.put);
  const drawn = stepWith(rng, (state) => {
    const at = room.put(state);
    room.loops.grow(rows, cols, count, nnz, oldPtr, oldIdx, marks, at, rowPtr, colIdx, source, free);
    state.set(room.words(at, 4));
  });
  if (!drawn) return null;
  const topology = { rows, cols, nnz, rowPtr: room.words(rowPtr, rows + 1), colIdx: room.words(colIdx, nnz) };
  const grown = { topology, source: room.result(source, nnz) };
  room.end();
  return grown;
}

/**
 * A random part of the cells that no marked connection of `base` holds, as a topology: each is there with probability `part`, above 0 and below 1,
 * whatever the others. Between two that are drawn lies a geometric number of cells, so it takes O(nnz + rows + part rows cols).
 */
export function drawFree(base: Topology, part: number, rng: Rng, survivors: Uint32Array = allMarked(base.nnz)): Topology {
  const mean = part * base.rows * base.cols;
  const most = Math.ceil(mean + 6 * Math.sqrt(mean) + 6); // hardly ever too few
  const scale = 1 / Math.log1p(-part);
  return drawFreeInRoom(base, scale, rng, survivors, most) ?? drawFreeByGaps(base, scale, rng, survivors, most);
}

/** `drawFree` on typed arrays, with room for `most` cells at first. */
function drawFreeByGaps(base: Topology, scale: number, rng: Rng, survivors: Uint32Array, most: number): Topology {
  const { rows, cols } = base;
  const gap = () => Math.floor(Math.log((rng.uint32() + 1) / 2 ** 32) * scale);
  let colIdx = new Uint32Array(most);
  const rowPtr = new Uint32Array(rows + 1);
  let nnz = 0;
  for (let row = 0, k = 0, col = gap(); row < rows; row++, col -= cols) {
    const end = base.rowPtr[row + 1];
    for (; col < cols; col += 1 + gap()) {
      while (k < end && base.colIdx[k] < col) k++;
      if (k < end && base.colIdx[k] === col && isMarked(survivors, k)) continue;
      if (nnz === colIdx.length) colIdx = doubled(colIdx);
      colIdx[nnz++] = col;
    }
    k = end;
    rowPtr[row + 1] = nnz;
  }
  return { rows, cols, nnz, rowPtr, colIdx: colIdx.subarray(0, nnz) };
}

/** The same in WebAssembly, by the same draws; null where there is no room, the stream is not one of `random`, or `most` are too few. */
function drawFreeInRoom(base: Topology, scale: number, rng: Rng, survivors: Uint32Array, most: number): Topology | null {
  const { rows, cols } = base;
  const bits = Math.min(13, Math.max(1, Math.floor(Math.log2(most)) - 4)); // of few draws, few are made ready
  const own = 2 ** (bits + 1) + 2;
  const room = common.room(2 * rows + base.nnz + survivors.length + most + own + 8);
  if (!room) return null;
  const [rowPtr, colIdx, gaps] = [rows + 1, most, own].map(room.take);
  const [oldPtr, oldIdx, marks] = [base.rowPtr, base.colIdx, survivors].map(room.put);
  let nnz = Infinity;
  stepWith(rng, (state) => {
    const at = room.put(state);
    room.loops.drawFree(rows, cols, scale, most, bits, oldPtr, oldIdx, marks, at, rowPtr, colIdx, gaps);
    [nnz] = room.words(rowPtr + 4 * rows, 1);
    if (nnz <= most) state.set(room.words(at, 4));
  });
  if (nnz > most) return null;
  return { rows, cols, nnz, rowPtr: room.words(rowPtr, rows + 1), colIdx: room.words(colIdx, nnz) };
}

function doubled(array: Uint32Array): Uint32Array<ArrayBuffer> {
  const longer = new Uint32Array(2 * array.length);
  longer.set(array);
  return longer;
}

/** Cells by row, columns not falling; fresh from `drawCells`, a cell may occur more than once. */
interface SortedCells {
  rowPtr: Uint32Array;
  colIdx: Uint32Array;
}

/** A topology under construction, with room behind its last slot. */
interface Growing extends SortedCells {
  source: Uint32Array;
}

/**
 * `count` independent uniform cells. As rows and columns are independent, it suffices to count how often each column is
 * drawn and then to draw a row for each occurrence, column after column: scattering these by row leaves them sorted.
 */
function drawCells(rows: number, cols: number, count: number, rng: Rng): SortedCells {
  const inColumn = new Uint32Array(cols);
  const drawn = rng.fillBelow(cols, new Uint32Array(count));
  for (let i = 0; i < count; i++) inColumn[drawn[i]]++;

  const rowIdx = rng.fillBelow(rows, drawn);
  const rowPtr = new Uint32Array(rows + 1);
  for (let i = 0; i < count; i++) rowPtr[rowIdx[i] + 1]++;
  for (let row = 0; row < rows; row++) rowPtr[row + 1] += rowPtr[row];

  const colIdx = new Uint32Array(count);
  const next = rowPtr.slice();
  for (let col = 0, i = 0; col < cols; col++) {
    for (const end = i + inColumn[col]; i < end; i++) colIdx[next[rowIdx[i]]++] = col;
  }
  return { rowPtr, colIdx };
}

/** Drops, in place, the cells that are in `taken` or occur a second time. */
function dropTaken(cells: SortedCells, taken: SortedCells): void {
  const { rowPtr, colIdx } = cells;
  const { rowPtr: takenPtr, colIdx: takenIdx } = taken;
  let left = 0;
  for (let row = 0, i = 0; row + 1 < rowPtr.length; row++) {
    let k = takenPtr[row];
    const takenEnd = takenPtr[row + 1];
    let last = -1; // no column has this index
    for (const end = rowPtr[row + 1]; i < end; i++) {
      const col = colIdx[i];
      while (k < takenEnd && takenIdx[k] < col) k++;
      if (col === last || (k < takenEnd && takenIdx[k] === col)) continue;
      last = col;
      colIdx[left++] = col;
    }
    rowPtr[row + 1] = left;
  }
  cells.colIdx = colIdx.subarray(0, left);
}

/**
 * Writes what survives of `t` and those of the drawn cells that are free, each once, to `grown`; returns how many slots that fills. Which of
 * both comes next is at random, so it is reckoned, without a branch to guess; what does not stay is overwritten by what follows.
 */
export function merge(t: Topology, survivors: Uint32Array, drawn: SortedCells, { rowPtr, colIdx, source }: Growing): number {
  const { rowPtr: oldPtr, colIdx: oldIdx } = t;
  const { rowPtr: drawnPtr, colIdx: drawnIdx } = drawn;
  let slot = 0;
  for (let row = 0, k = 0, i = 0; row < t.rows; row++) {
    const end = oldPtr[row + 1];
    const drawnEnd = drawnPtr[row + 1];
    let last = -1; // no column has these bits
    while (k < end && i < drawnEnd) {
      const old = oldIdx[k];
      const col = drawnIdx[i];
      const stays = (survivors[k >>> 5] >>> (k & 31)) & 1;
      const isOld = Number(old < col);
      const isFree = Number((col | 0) !== last) & ~(stays & Number(old === col));
      const ifDrawn = isOld - 1; // all bits or none
      colIdx[slot] = old ^ ((old ^ col) & ifDrawn);
      source[slot] = k | ifDrawn; // all bits are NEW
      slot += (stays & ~ifDrawn) | (isFree & ifDrawn);
      last ^= (last ^ col) & ifDrawn;
      k += isOld;
      i += 1 - isOld;
    }
    for (; i < drawnEnd; i++) {
      const col = drawnIdx[i];
      colIdx[slot] = col;
      source[slot] = NEW;
      slot += Number((col | 0) !== last);
      last = col | 0;
    }
    for (; k < end; k++) {
      colIdx[slot] = oldIdx[k];
      source[slot] = k;
      slot += (survivors[k >>> 5] >>> (k & 31)) & 1;
    }
    rowPtr[row + 1] = slot;
  }
  return slot;
}

/** Inserts free cells into the `filled` slots of `grown`, from the last on, so that every slot moves once; returns how many there are then. */
function insert(cells: SortedCells, { rowPtr, colIdx, source }: Growing, filled: number): number {
  let left = cells.colIdx.length;
  let end = filled;
  for (let row = rowPtr.length - 2; left > 0; row--) {
    let k = rowPtr[row + 1];
    rowPtr[row + 1] += left;
    for (let i = cells.rowPtr[row + 1] - 1; i >= cells.rowPtr[row]; i--) {
      const col = cells.colIdx[i];
      while (k > rowPtr[row] && colIdx[k - 1] > col) k--;
      colIdx.copyWithin(k + left, k, end);
      source.copyWithin(k + left, k, end);
      end = k;
      left--;
      colIdx[k + left] = col;
      source[k + left] = NEW;
    }
  }
  return filled + cells.colIdx.length;
}

/** Selection sampling: passes over the free cells in order and takes each with probability (still missing) / (still free). */
function growBySelection(base: Topology, survivors: Uint32Array, count: number, rng: Rng): Derived {
  const { topology: kept, source: slots } = select(base, survivors);
  const rowPtr = new Uint32Array(base.rows + 1);
  const colIdx = new Uint32Array(kept.nnz + count);
  const source = new Uint32Array(colIdx.length);
  let free = base.rows * base.cols - kept.nnz;
  let missing = count;
  let nnz = 0;
  for (let row = 0, k = 0; row < base.rows; row++) {
    for (let col = 0; col < base.cols; col++) {
      if (k < kept.rowPtr[row + 1] && kept.colIdx[k] === col) {
        colIdx[nnz] = col;
        source[nnz++] = slots[k++];
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
