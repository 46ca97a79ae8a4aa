import { bestCells } from "../best-cells.js";
import type { LinkScore } from "../link-scores.js";
import type { Grower, Room } from "./grower.js";

/** A grower of the free cells with the largest scores, of equal ones the first by rows; `soft`: a sample without replacement by the scores. */
export function byLinks(name: string, score: LinkScore, soft: boolean): Grower {
  const grow = ({ kept, count, rng, place, draw }: Room) => {
    // Such a sample is of those with the largest score / e, e exponentially distributed: the Gumbel trick.
    const keyOf = (of: number) => (soft ? of / -Math.log((rng.uint32() + 0.5) / 2 ** 32) : of);
    const best = bestCells(kept, count, score(kept), keyOf);
    return best.colIdx.length < count ? draw(best) : place(best);
  };
  return { name, grow };
}
