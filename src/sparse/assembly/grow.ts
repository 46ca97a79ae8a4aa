import { fillBelow } from "./stream";
import { at, NEW, next, pointers, put, stayed } from "./words";

/**
 * The topology with `nnz` connections that `growByRejection` of src/sparse/grow.ts makes, by the same draws. Of colIdx and source one word more is
 * written; `room` has cols + 2 count + 2 rows + 1 words.
 */
export function grow(
  rows: u32,
  cols: u32,
  count: u32,
  nnz: u32,
  oldPtr: usize,
  oldIdx: usize,
  survivors: usize,
  state: usize,
  rowPtr: usize,
  colIdx: usize,
  source: usize,
  room: usize,
): void {
  const drawnIdx = room;
  const drawnRows = drawnIdx + (<usize>count << 2);
  const drawnPtr = drawnRows + (<usize>count << 2);
  const free = drawnPtr + ((<usize>rows + 1) << 2);
  drawCells(rows, cols, count, state, drawnPtr, drawnIdx, drawnRows, free);
  let filled = merge(rows, oldPtr, oldIdx, survivors, drawnPtr, drawnIdx, rowPtr, colIdx, source);
  while (filled < nnz) {
    drawCells(rows, cols, nnz - filled, state, drawnPtr, drawnIdx, drawnRows, free);
    const left = dropTaken(rows, drawnPtr, drawnIdx, rowPtr, colIdx);
    insert(rows, left, filled, drawnPtr, drawnIdx, rowPtr, colIdx, source);
    filled += left;
  }
}

/** `count` cells, sorted by row and column; `room` has rows + cols words. */
function drawCells(rows: u32, cols: u32, count: u32, state: usize, rowPtr: usize, colIdx: usize, rowIdx: usize, room: usize): void {
  const inColumn = room + (<usize>rows << 2);
  memory.fill(inColumn, 0, <usize>cols << 2);
  fillBelow(cols, count, colIdx, state);
  for (let i: u32 = 0; i < count; i++) next(inColumn, at(colIdx, i));
  fillBelow(rows, count, rowIdx, state);
  pointers(rowIdx, count, rows, rowPtr);
  memory.copy(room, rowPtr, <usize>rows << 2);
  for (let col: u32 = 0, i: u32 = 0; col < cols; col++) {
    for (const end = i + at(inColumn, col); i < end; i++) put(colIdx, next(room, at(rowIdx, i)), col);
  }
}

/** Writes what survives and those of the drawn cells that are free, each once; returns how many slots that fills. */
function merge(
  rows: u32,
  oldPtr: usize,
  oldIdx: usize,
  survivors: usize,
  drawnPtr: usize,
  drawnIdx: usize,
  rowPtr: usize,
  colIdx: usize,
  source: usize,
): u32 {
  const toSource = source - colIdx;
  let old = oldIdx;
  let drawn = drawnIdx;
  let out = colIdx;
  put(rowPtr, 0, 0);
  for (let row: u32 = 0; row < rows; row++) {
    const end = oldIdx + (<usize>at(oldPtr, row + 1) << 2);
    const drawnEnd = drawnIdx + (<usize>at(drawnPtr, row + 1) << 2);
    let last: u32 = NEW; // no column
    while (old < end && drawn < drawnEnd) {
      const oldCol = load<u32>(old);
      const col = load<u32>(drawn);
      const k = <u32>(old - oldIdx) >>> 2;
      const stays = stayed(survivors, k);
      const isOld = u32(oldCol < col);
      const isFree = u32(col != last) & ~(stays & u32(oldCol == col));
      store<u32>(out, select<u32>(oldCol, col, isOld));
      store<u32>(out + toSource, select<u32>(k, NEW, isOld));
      out += <usize>select<u32>(stays, isFree, isOld) << 2;
      last = select<u32>(last, col, isOld);
      old += <usize>isOld << 2;
      drawn += 4 - (<usize>isOld << 2);
    }
    for (; drawn < drawnEnd; drawn += 4) {
      const col = load<u32>(drawn);
      store<u32>(out, col);
      store<u32>(out + toSource, NEW);
      out += <usize>(col != last) << 2;
      last = col;
    }
    for (; old < end; old += 4) {
      const k = <u32>(old - oldIdx) >>> 2;
      store<u32>(out, load<u32>(old));
      store<u32>(out + toSource, k);
      out += <usize>stayed(survivors, k) << 2;
    }
    put(rowPtr, row + 1, <u32>(out - colIdx) >>> 2);
  }
  return <u32>(out - colIdx) >>> 2;
}

/** Drops, in place, the cells that are taken or occur a second time; returns how many are left. */
function dropTaken(rows: u32, rowPtr: usize, colIdx: usize, takenPtr: usize, takenIdx: usize): u32 {
  let left: u32 = 0;
  for (let row: u32 = 0, i: u32 = 0; row < rows; row++) {
    let k = at(takenPtr, row);
    const takenEnd = at(takenPtr, row + 1);
    let last: u32 = NEW; // no column
    for (const end = at(rowPtr, row + 1); i < end; i++) {
      const col = at(colIdx, i);
      while (k < takenEnd && at(takenIdx, k) < col) k++;
      if (col === last || (k < takenEnd && at(takenIdx, k) === col)) continue;
      last = col;
      put(colIdx, left++, col);
    }
    put(rowPtr, row + 1, left);
  }
  return left;
}

/** Inserts `left` free cells into the `filled` slots, from the last on, so that every slot moves once. */
function insert(
  rows: u32,
  left: u32,
  filled: u32,
  drawnPtr: usize,
  drawnIdx: usize,
  rowPtr: usize,
  colIdx: usize,
  source: usize,
): void {
  let end = filled;
  for (let row = rows - 1; left > 0; row--) {
    let k = at(rowPtr, row + 1);
    put(rowPtr, row + 1, k + left);
    for (let i = at(drawnPtr, row + 1); i > at(drawnPtr, row); i--) {
      const col = at(drawnIdx, i - 1);
      while (k > at(rowPtr, row) && at(colIdx, k - 1) > col) k--;
      moveUp(colIdx, k, end, left);
      moveUp(source, k, end, left);
      end = k;
      left--;
      put(colIdx, k + left, col);
      put(source, k + left, NEW);
    }
  }
}

/** Moves words [from, to) up by `by` places, from the last on: a call of memory.copy takes longer for so few. */
@inline
function moveUp(array: usize, from: u32, to: u32, by: u32): void {
  const first = array + (<usize>from << 2);
  const shift = <usize>by << 2;
  let p = array + (<usize>to << 2);
  for (; p >= first + 16; p -= 16) v128.store(p + shift - 16, v128.load(p - 16));
  for (; p > first; p -= 4) store<u32>(p + shift - 4, load<u32>(p - 4));
}
