import { countsToPrune } from "../select-smallest.js";
import type { Pruner } from "./pruner.js";

/** The fraction zeta of the positive and, separately, of the negative weights nearest 0 (SET; Mocanu et al. 2018). */
export const set: Pruner = {
  name: "set",
  scope: "sign",
  count: ({ positive, negative, zeta }) => countsToPrune(positive, negative, zeta),
};
