import { fanIn as degrees } from "../../sparse/topology.js";
import type { Grower } from "./grower.js";

/**
 * As `gradient`, but each neuron for itself: those with the fewest inputs get new ones, until all have as many, or one more (constant fan-in: SRigL;
 * Lasby et al. 2024). A neuron that has more inputs keeps them.
 */
export const fanIn: Grower = {
  name: "fan-in",
  gradients: "auto",
  keepsReturning: true,
  async grow({ layer, kept, count, probe, place }) {
    return place(await probe.largestInRows(layer, kept, raiseEvenly(degrees(kept), count)));
  },
};

/** How many each neuron gets of `count`, so that the least are raised to one level; what is left over goes to the first of these. */
export function raiseEvenly(degrees: Uint32Array, count: number): Uint32Array {
  const sorted = degrees.slice().sort();
  let [low, rest] = [0, count]; // the neurons at the level, and what they do not need to reach it
  let level = sorted[0];
  while (low < sorted.length) {
    while (low < sorted.length && sorted[low] === level) low++;
    const next = low < sorted.length ? sorted[low] - level : Number.POSITIVE_INFINITY;
    const step = Math.min(next, Math.floor(rest / low));
    level += step;
    rest -= step * low;
    if (step < next) break;
  }
  return degrees.map((degree) => (degree > level ? 0 : level - degree + (rest-- > 0 ? 1 : 0)));
}
