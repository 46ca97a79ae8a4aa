import { drawFree } from "../../sparse/grow.js";
import { largestCells } from "../largest.js";
import type { Grower } from "./grower.js";

/**
 * Among random free cells, about gamma a connection, those where |gradient| is largest (guided stochastic exploration with uniform sampling, Heddes
 * et al. 2024). Where gamma asks for as many cells as are free, all of these are candidates, as of `gradient`.
 */
export const sampled: Grower = {
  name: "sampled",
  gradients: "auto",
  takes: ["gamma"],
  async grow(room) {
    const { layer, base, survivors, count, free, gamma, rng, probe, place } = room;
    const part = (gamma * (base.rows * base.cols - free + count)) / free;
    if (part >= 1) return place(await probe.largest(layer, room.kept, count));
    const candidates = drawFree(base, part, rng, survivors);
    if (candidates.nnz <= count) return room.draw(); // too few to choose among
    return place(largestCells(candidates, await probe.at(layer, candidates), count));
  },
};
