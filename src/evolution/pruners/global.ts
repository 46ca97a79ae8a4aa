import type { Pruner } from "./pruner.js";

/** The fraction zeta of all weights that are not 0, those nearest 0: one threshold for all layers (as Mostafa and Wang 2019 have one). */
export const global: Pruner = {
  name: "global",
  scope: "network",
  count: ({ positive, negative, zeta }) => Math.floor(zeta * (positive + negative)),
};
