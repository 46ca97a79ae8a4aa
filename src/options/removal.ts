import { SCORERS } from "../evolution/scorers/index.js";
import type { Scorer } from "../evolution/scorers/scorer.js";
import { option } from "./option.js";
import { integer, number, oneOf, pieceOf } from "./schema.js";

export const REMOVAL_SCHEDULES = ["cubic", "linear", "percentile"] as const;
export const BUDGETS = ["constant", "shrinking"] as const;

interface Known {
  readonly epochs: number;
  readonly classes: number;
}

const firstOf = ({ epochs }: Known) => Math.max(1, Math.round(0.05 * epochs));
const lastOf = ({ first, epochs }: Known & { first: number }) => Math.max(first + 1, Math.round(0.5 * epochs));

const isFunction = (value: unknown) => typeof value === "function";
const SCORER = pieceOf(SCORERS, "a function dispatches or draw", ({ dispatches, draw }: Scorer) =>
  dispatches === undefined ? isFunction(draw) : isFunction(dispatches) && (draw === undefined || isFunction(draw)),
);

/** How hidden neurons leave for good (NPSET). */
export const REMOVAL = {
  score: option(SCORER, "strength", "score of neurons, of which the least leave", {
    ...{ name: "removeScore", said: "removal score" },
  }),
  /** Of each hidden layer's first size, gone at `last`; for schedule percentile: of the living, each time. */
  amount: option(number({ above: 0, below: 1 }), 0.5, "fraction of each hidden layer that is gone in the end", {
    ...{ name: "remove", unit: "fraction", said: "removed fraction" },
  }),
  /**
   * cubic: removed(e) = round(amount n0 (1 - (1 - t)^3)), linear: round(amount n0 t), with t = clamp((e - first) / (last - first), 0, 1);
   * percentile: every `every` epochs from `first` to `last` the fraction `amount` of the living (importance pruning, Curci et al. 2021).
   */
  schedule: option(oneOf(REMOVAL_SCHEDULES), "cubic", "course of the removal", {
    ...{ name: "removeSchedule", said: "removal schedule" },
  }),
  /** From 1. */
  first: option(integer({ min: 0 }), firstOf, "first epoch with removals", {
    ...{ name: "removeFirst", unit: "epoch", said: "first removal epoch", otherwise: "5 % of the epochs" },
  }),
  last: option(integer({ min: 1 }), lastOf, "last epoch with removals", {
    ...{ name: "removeLast", unit: "epoch", said: "last removal epoch", otherwise: "50 % of the epochs" },
  }),
  every: option(integer({ min: 1 }), 10, "epochs between removals of schedule percentile", {
    ...{ name: "removeEvery", unit: "epochs", said: "epochs between removals" },
  }),
  /** constant: connections freed by removal regrow among the living; shrinking: they are lost. */
  budget: option(oneOf(BUDGETS), "constant", "whether freed connections grow elsewhere", {
    ...{ name: "removeBudget", said: "removal budget" },
  }),
  floor: option(integer({ min: 1 }), ({ classes }: Known) => Math.max(2, classes), "neurons that a hidden layer keeps", {
    ...{ name: "removeFloor", unit: "neurons", said: "removal floor", otherwise: "max(2, classes)" },
  }),
};
