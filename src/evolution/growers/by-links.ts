import { type GradientCells, keepLargest } from "../largest.js";
import type { LinkScore } from "../link-scores.js";
import type { Grower, Room } from "./grower.js";

/** Cells that are compared at a time, and then only the best are kept. */
const TILE = 2 ** 20;

/** A grower of the free cells with the largest scores, of equal ones the first by rows; `soft`: a sample without replacement by the scores. */
export function byLinks(name: string, score: LinkScore, soft: boolean): Grower {
  const grow = (room: Room) => {
    const best = bestCells(room, score, soft);
    return best.colIdx.length < room.count ? room.draw(best) : room.place(best);
  };
  return { name, grow };
}

/** The `count` cells with the best scores above 0, or all; a tile of rows after the other, so that never all scores are in memory. */
function bestCells({ kept, count, rng }: Room, score: LinkScore, soft: boolean): GradientCells {
  const { rows, cols, rowPtr, colIdx } = kept;
  const scoresOf = score(kept);
  const scores = new Float64Array(cols);
  // Such a sample is of those with the largest score / e, e exponentially distributed: the Gumbel trick.
  const keyOf = (of: number) => (soft ? of / -Math.log((rng.uint32() + 0.5) / 2 ** 32) : of);
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
