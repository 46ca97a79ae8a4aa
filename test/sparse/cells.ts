import fc from "fast-check";
import type { Topology } from "../../src/sparse/topology.js";

/** A layer as a plain matrix: cells[row][col] says whether the connection exists. The oracle of the sparse tests. */
export type Cells = boolean[][];

/** Small random matrices of any density, empty rows and columns and full ones among them. */
export const anyCells: fc.Arbitrary<Cells> = fc
  .tuple(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 40 }), fc.constantFrom(0, 1, 2, 5, 9, 10))
  .chain(([rows, cols, tenths]) => {
    const cell = fc.integer({ min: 0, max: 9 }).map((draw) => draw < tenths);
    const row = fc.array(cell, { minLength: cols, maxLength: cols });
    return fc.array(row, { minLength: rows, maxLength: rows });
  });

/** The topology of a matrix, built cell by cell. */
export function topologyOf(cells: Cells): Topology {
  const rowPtr = [0];
  const colIdx: number[] = [];
  for (const row of cells) {
    row.forEach((connected, col) => {
      if (connected) colIdx.push(col);
    });
    rowPtr.push(colIdx.length);
  }
  return {
    rows: cells.length,
    cols: cells[0].length,
    nnz: colIdx.length,
    rowPtr: Uint32Array.from(rowPtr),
    colIdx: Uint32Array.from(colIdx),
  };
}

/** The cells of a topology in slot order, as [row, col]. */
export function cellList(t: Topology): [number, number][] {
  const list: [number, number][] = [];
  for (let row = 0; row < t.rows; row++) {
    for (let k = t.rowPtr[row]; k < t.rowPtr[row + 1]; k++) list.push([row, t.colIdx[k]]);
  }
  return list;
}

/** A random subset of 0 .. size - 1, sorted, never empty. */
export function anyKept(size: number): fc.Arbitrary<Uint32Array> {
  const indices = Array.from({ length: size }, (_, i) => i);
  return fc.subarray(indices, { minLength: 1 }).map((kept) => Uint32Array.from(kept));
}
