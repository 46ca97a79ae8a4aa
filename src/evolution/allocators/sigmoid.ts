import type { Allocator } from "./allocator.js";
import { dealGoals } from "./deal.js";

const STEEPNESS = 6;
const logistic = (t: number) => 1 / (1 + Math.exp(STEEPNESS * (2 * t - 1)));

/**
 * Layers begin with the density `densityStart`, and fall to their own: fast in the middle, along a logistic curve from end to end (as Zhang et
 * al. 2025 have one).
 */
export const sigmoid: Allocator = {
  name: "sigmoid",
  falls: (t) => (logistic(t) - logistic(1)) / (logistic(0) - logistic(1)),
  counts: dealGoals,
};
