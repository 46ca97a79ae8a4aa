import { countsToPrune } from "../select-smallest.js";
import type { Pruner } from "./pruner.js";

/**
 * The fraction zeta of the positive and, separately, of the negative weights nearest 0 (SET; Mocanu et al. 2018). Where fractions of both signs
 * are left over, so that a layer that falls would keep one connection too many, it goes from the sign that has more.
 */
export const set: Pruner = {
  name: "set",
  scope: "sign",
  count({ positive, negative, zero, zeta, due = 0 }) {
    const counts = countsToPrune(positive, negative, zeta);
    const over = Math.max(0, due - zero - counts.positive - counts.negative);
    const more = positive - counts.positive >= negative - counts.negative ? "positive" : "negative";
    return over > 0 ? { ...counts, [more]: counts[more] + over } : counts;
  },
};
