import type { Allocator } from "./allocator.js";

/** As many as before, or all cells where neurons left so few: what was freed by neurons that left regrows among the living. */
export const constant: Allocator = {
  name: "constant",
  keeps: "connections",
  counts: (layers) => layers.map(({ before, cells }) => Math.min(before, cells)),
};
