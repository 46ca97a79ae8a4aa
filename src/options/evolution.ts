import type { Allocator } from "../evolution/allocators/allocator.js";
import { ALLOCATORS, type AllocatorName } from "../evolution/allocators/index.js";
import type { Grower } from "../evolution/growers/grower.js";
import { GROWERS } from "../evolution/growers/index.js";
import { PRUNERS } from "../evolution/pruners/index.js";
import type { Pruner } from "../evolution/pruners/pruner.js";
import { WEIGHT_INITS } from "../sparse/init-weights.js";
import { option } from "./option.js";
import { flag, integer, number, oneOf, pieceOf } from "./schema.js";

export const ZETA_SCHEDULES = ["constant", "cosine", "linear"] as const;

const isFunction = (value: unknown) => typeof value === "function";
const mayBeFunction = (value: unknown) => value === undefined || isFunction(value);
const mayBeGradients = (value: unknown) => value === undefined || value === "batch" || value === "set";

const PRUNER = pieceOf(
  PRUNERS,
  'a scope ("sign", "layer" or "network") and a function removal',
  ({ scope, removal, key }: Pruner) =>
    ["sign", "layer", "network"].includes(scope) && mayBeFunction(removal) && mayBeFunction(key),
);
const GROWER = pieceOf(
  GROWERS,
  'a function grow (and gradients "batch" or "set", or none)',
  ({ grow, gradients }: Grower) => isFunction(grow) && mayBeGradients(gradients),
);
const ALLOCATOR = pieceOf(
  ALLOCATORS,
  'a function counts (and gradients "batch" or "set", or none)',
  ({ counts, gradients }: Allocator) => isFunction(counts) && mayBeGradients(gradients),
);

/** The removal's budget; constant where no neuron leaves. */
const budgetOf = ({ budget }: { budget: AllocatorName }) => budget;

/** What happens to the connections after an epoch. */
export const EVOLUTION = {
  /** set: the fraction zeta of the positive and, separately, of the negative weights nearest 0; magnitude: of all; none: nothing is pruned. */
  prune: option(PRUNER, "set", "rule of pruning, where set takes the weights nearest 0 of either sign", { unit: "how" }),
  grow: option(GROWER, "random", "which free cells get new connections", { unit: "how" }),
  allocate: option(ALLOCATOR, budgetOf, "how many connections each layer has after an evolution", {
    ...{ unit: "how", otherwise: "the budget of the removal" },
  }),
  growFirst: option(flag(), false, "choose new connections before others are pruned, so that none of these comes back"),
  zeta: option(number({ above: 0, below: 1 }), 0.3, "fraction of the connections that an evolution replaces", {
    unit: "fraction",
  }),
  /** cosine or linear: zeta falls to 0 at the last epoch. */
  zetaSchedule: option(oneOf(ZETA_SCHEDULES), "constant", "course of zeta, which falls to 0 unless it is constant"),
  period: option(integer({ min: 1 }), 1, "epochs between evolutions", { unit: "epochs" }),
  regrowInit: option(oneOf(WEIGHT_INITS), "zeros", "values of regrown connections"),
};
