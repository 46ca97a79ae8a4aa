import type { Allocator } from "./allocator.js";
import { dealMissing } from "./deal.js";

/**
 * What was pruned in any layer grows in all, in proportion to the mean |gradient| of the connections that each has left. Sparse momentum
 * (Dettmers and Zettlemoyer 2019) takes the mean |momentum|; here it is the gradient of the samples that growth goes by.
 */
export const gradient: Allocator = {
  name: "gradient",
  most: 1,
  gradients: "auto",
  counts: async (layers, { probe }) => {
    const means = layers.map(async ({ layer, kept }) => {
      const gradients = await probe.at(layer, kept);
      return gradients.reduce((sum, g) => sum + Math.abs(g), 0) / Math.max(1, gradients.length);
    });
    return dealMissing(layers, await Promise.all(means));
  },
};
