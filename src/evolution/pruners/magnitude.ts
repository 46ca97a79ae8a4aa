import type { Pruner } from "./pruner.js";

/** The fraction zeta of all weights of a layer that are not 0, those nearest 0. */
export const magnitude: Pruner = {
  name: "magnitude",
  scope: "layer",
  count: ({ positive, negative, zeta }) => Math.floor(zeta * (positive + negative)),
};
