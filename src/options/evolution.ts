import { WEIGHT_INITS } from "../sparse/init-weights.js";
import { option } from "./option.js";
import { integer, number, oneOf } from "./schema.js";

export const PRUNES = ["set", "magnitude", "none"] as const;
export const ZETA_SCHEDULES = ["constant", "cosine", "linear"] as const;

/** What happens to the connections after an epoch. */
export const EVOLUTION = {
  /** set: the fraction zeta of the positive and, separately, of the negative weights nearest 0; magnitude: of all; none: nothing is pruned. */
  prune: option(oneOf(PRUNES), "set", "which connections are pruned; set takes those nearest 0 of either sign", { unit: "how" }),
  zeta: option(number({ above: 0, below: 1 }), 0.3, "fraction of the connections that an evolution replaces", {
    unit: "fraction",
  }),
  /** cosine or linear: zeta falls to 0 at the last epoch. */
  zetaSchedule: option(oneOf(ZETA_SCHEDULES), "constant", "course of zeta, which falls to 0 unless constant"),
  period: option(integer({ min: 1 }), 1, "epochs between evolutions", { unit: "epochs" }),
  regrowInit: option(oneOf(WEIGHT_INITS), "zeros", "values of regrown connections"),
};
