import type { Scorer } from "./scorer.js";

/** Neurons leave whose outputs are 0 for the most samples, of which with dropout those count that were dropped. (Counting zeros is NeurRev's; Li et al. 2024.) */
export const dormant: Scorer = {
  name: "dormant",
  gradients: "auto",
  measure: async ({ layer, probe }) => Float64Array.from(await probe.zeros(layer), (zeros) => -zeros),
};
