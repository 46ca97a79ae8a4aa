import type { Allocator } from "./allocator.js";
import { dealMissing } from "./deal.js";

/**
 * What was pruned in any layer grows in all, in proportion to the connections that each has left: layers that lose few get more (dynamic sparse
 * reparameterization, Mostafa and Wang 2019, who prune by one threshold over all layers).
 */
export const survivors: Allocator = {
  name: "survivors",
  most: 1,
  counts: (layers) =>
    dealMissing(
      layers,
      layers.map(({ left }) => left),
    ),
};
