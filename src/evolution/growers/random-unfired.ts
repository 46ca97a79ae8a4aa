import type { Cells } from "../../sparse/place.js";
import type { Grower, Room } from "./grower.js";

/** Cells are drawn so often for each that is to grow; where that is not enough, few are left, and one pass finds them. */
const TRIES = 8;

/** Free cells that never held a connection, at random; where there are too few, all of them, and others at random (ITOP; Liu et al. 2021). */
export const randomUnfired: Grower = {
  name: "random-unfired",
  explores: true,
  grow(room) {
    const cells = drawUnfired(room);
    return cells.colIdx.length < room.count ? room.draw(cells) : room.place(cells);
  },
};

/** `count` cells that never held a connection, or all: every set of them is equally likely. */
function drawUnfired({ base: { rows, cols }, count, rng, explored }: Room): Cells {
  const isFree = (cell: number) => !explored(Math.floor(cell / cols), cell % cols);
  const drawn = new Set<number>();
  for (let tries = TRIES * count; tries > 0 && drawn.size < count; tries--) {
    const cell = rng.below(rows * cols);
    if (isFree(cell)) drawn.add(cell);
  }
  const missing = count - drawn.size;
  const others: number[] = []; // a reservoir: the n-th free cell comes in with probability missing / n
  for (let cell = 0, seen = 0; missing > 0 && cell < rows * cols; cell++) {
    if (!isFree(cell) || drawn.has(cell)) continue;
    const place = seen < missing ? seen : rng.below(seen + 1);
    if (place < missing) others[place] = cell;
    seen++;
  }
  const all = [...drawn, ...others];
  return {
    rowIdx: Uint32Array.from(all, (cell) => Math.floor(cell / cols)),
    colIdx: Uint32Array.from(all, (cell) => cell % cols),
  };
}
