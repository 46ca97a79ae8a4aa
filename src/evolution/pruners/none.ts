import type { Pruner } from "./pruner.js";

/** Nothing is pruned. */
export const none: Pruner = { name: "none", scope: "layer" };
