import type { Allocator } from "./allocator.js";

/** What was pruned is grown again; what left with neurons is lost. */
export const shrinking: Allocator = {
  name: "shrinking",
  keeps: "density",
  counts: (layers) => layers.map(({ left, pruned, cells }) => Math.min(left + pruned, cells)),
};
