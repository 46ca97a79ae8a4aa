import type { Topology } from "../sparse/topology.js";
import { type GradientCells, keepLargest } from "./largest.js";
import type { RowScores } from "./link-scores.js";

/** Cells that are compared at a time, and then only the best are kept. */
const TILE = 2 ** 20;

/**
 * The `count` cells without a connection of the best scores above 0, or all, of equal ones the first by rows; `keyOf` makes of a score what is compared.
 * A tile of rows after the other, so that never all scores are in memory.
 */
export function bestCells(
  { rows, cols, rowPtr, colIdx }: Topology,
  count: number,
  scoresOf: RowScores,
  keyOf: (score: number) => number = (score) => score,
): GradientCells {
  const scores = new Float64Array(cols);
  const most = Math.min(TILE, rows * cols) + cols;
  const found = { cols: new Uint32Array(most), keys: new Float32Array(most) };
  let best: GradientCells = { rowIdx: new Uint32Array(0), colIdx: new Uint32Array(0), gradients: new Float32Array(0) };
  for (let from = 0, row = 0; from < rows; from = row) {
    const starts = [0];
    let nnz = 0;
    for (; row < rows && nnz < TILE; row++) {
      scores.fill(0);
      scoresOf(row, scores);
      for (let col = 0, k = rowPtr[row]; col < cols; col++) {
        if (k < rowPtr[row + 1] && colIdx[k] === col) k++;
        else if (scores[col] > 0) {
          found.cols[nnz] = col;
          found.keys[nnz++] = keyOf(scores[col]);
        }
      }
      starts.push(nnz);
    }
    const tile = { rows: row - from, cols, nnz, rowPtr: Uint32Array.from(starts), colIdx: found.cols.subarray(0, nnz) };
    best = keepLargest(best, tile, from, found.keys.subarray(0, nnz), count);
  }
  return best;
}
