import type { Scorer } from "./scorer.js";

/** Neurons leave at random. */
export const random: Scorer = {
  name: "random",
  draw: (neurons, rng) => Float64Array.from({ length: neurons }, () => rng.float()),
};
