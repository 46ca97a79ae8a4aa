import type { Allocator } from "./allocator.js";
import { dealGoals } from "./deal.js";

/**
 * Layers begin with the density `densityStart`, and fall to their own: fast at first, as (1 - t)^3 (gradual pruning, Zhu and Gupta 2018; with growth,
 * Liu et al. 2021).
 */
export const cubic: Allocator = { name: "cubic", falls: (t) => (1 - t) ** 3, counts: dealGoals };
