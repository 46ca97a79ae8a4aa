import { at, next, pointers, put } from "./words";

/** The slots of a topology sorted by column, `width` columns a turn; `room` has cols + rows words. See `toCsc` of src/sparse/topology.ts. */
export function byColumn(
  rows: u32,
  cols: u32,
  width: u32,
  rowPtr: usize,
  colIdx: usize,
  colPtr: usize,
  rowIdx: usize,
  perm: usize,
  room: usize,
): void {
  const slot = room + (<usize>cols << 2);
  pointers(colIdx, at(rowPtr, rows), cols, colPtr);
  memory.copy(room, colPtr, <usize>cols << 2);
  memory.copy(slot, rowPtr, <usize>rows << 2);
  for (let from: u32 = 0; from < cols; from += width) {
    const to = min(from + width, cols);
    for (let row: u32 = 0; row < rows; row++) {
      let k = at(slot, row);
      for (const end = at(rowPtr, row + 1); k < end; k++) {
        const col = at(colIdx, k);
        if (col >= to) break;
        const j = next(room, col);
        put(rowIdx, j, row);
        put(perm, j, k);
      }
      put(slot, row, k);
    }
  }
}
