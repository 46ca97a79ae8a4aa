import { option } from "../options/option.js";
import { callable, pieceOf } from "../options/piece.js";
import { custom, flag, integer, list, nullable, number, oneOf, optional, type Schema, text } from "../options/schema.js";
import { WEIGHT_INITS } from "../sparse/init-weights.js";
import type { Allocator } from "./allocators/allocator.js";
import { ALLOCATORS, type AllocatorName } from "./allocators/index.js";
import type { Grower } from "./growers/grower.js";
import { GROWERS, type GrowerName } from "./growers/index.js";
import { PRUNERS, type PrunerName } from "./pruners/index.js";
import type { Pruner } from "./pruners/pruner.js";
import {
  isPeriod,
  type Period,
  REMOVAL_SCHEDULES,
  type RemovalScheduleName,
  ZETA_SCHEDULES,
  type ZetaSchedule,
} from "./schedules.js";
import { SCORERS, type ScorerName } from "./scorers/index.js";
import type { Scorer } from "./scorers/scorer.js";

const gradients = optional(oneOf(["batch", "set", "auto"]));
const takes = optional(list(text()));

/** A pruner, a grower, an allocator: by its name, or one of the user's own. */
export const PRUNER = pieceOf<PrunerName, Pruner>("pruner", PRUNERS, {
  told: ["scope"],
  fields: {
    scope: oneOf(["sign", "layer", "network"]),
    count: optional(callable),
    key: optional(callable),
    rank: optional(callable),
    ages: optional(flag()),
  },
  problem: ({ key, rank }) => (key && rank ? "it has a function key and a function rank; leave one out" : undefined),
});
export const GROWER = pieceOf<GrowerName, Grower>("grower", GROWERS, {
  told: ["grow"],
  unless: ["layout"], // a method has both
  fields: { grow: callable, gradients, keepsReturning: optional(flag()), explores: optional(flag()), takes },
});
export const ALLOCATOR = pieceOf<AllocatorName, Allocator>("allocator", ALLOCATORS, {
  told: ["counts"],
  fields: {
    counts: callable,
    gradients,
    most: optional(number({ min: 1 })),
    falls: optional(callable),
    keeps: optional(oneOf(["connections", "density"])),
  },
});

const PERIOD: Schema<Period> = {
  ...custom(isPeriod, "a whole number of epochs of at least 1, or of steps, such as 100steps"),
  kind: "period",
};

/** The removal's budget; constant where no neuron leaves. */
const budgetOf = ({ budget }: { budget: AllocatorName }) => budget;

/** What happens to the connections after an epoch. */
export const EVOLUTION = {
  /**
   * The fraction zeta goes: set: of the positive and, separately, of the negative weights nearest 0; magnitude: of a layer's; global: of all
   * layers'; importance: by |w| / row sum + |w| / column sum; soft: at random, large weights seldom; none: nothing is pruned.
   */
  prune: option(
    PRUNER,
    "set",
    "rule of pruning, where set takes the weights nearest 0 of either sign, magnitude those of a layer, and global those of all layers",
    { unit: "how" },
  ),
  grow: option(GROWER, "random", "which free cells get new connections", { unit: "how" }),
  allocate: option(ALLOCATOR, budgetOf, "how many connections each layer has after an evolution", {
    unit: "how",
    otherwise: "the budget of the removal",
  }),
  /** Its source takes 1 for networks of images, and found more to be no better (Heddes et al. 2024). */
  gamma: option(number({ above: 0 }), 1, "random free cells a connection among which grower sampled chooses", { unit: "factor" }),
  growSamples: option(
    nullable(integer({ min: 1 })),
    null,
    "samples that gradients of a grower are taken over, in whole batches",
    { unit: "samples", otherwise: "all where they are fewer than 1,000, else one batch" },
  ),
  growFirst: option(flag(), false, "choose new connections before others are pruned, so that none of these comes back"),
  percolate: option(
    flag(),
    false,
    "prune the other connections of hidden neurons that lost all inputs or all outputs, and grow as many elsewhere",
  ),
  /** That of published runs (Liu et al. 2021, Zhang et al. 2025). */
  densityStart: option(number({ above: 0, below: 1 }), 0.5, "density that layers begin with where they fall to their own", {
    unit: "fraction",
  }),
  zeta: option(number({ min: 0, below: 1 }), 0.3, "fraction of the connections that an evolution replaces", { unit: "fraction" }),
  /** cosine or linear: zeta falls to 0 at the last epoch, or where evolutions end. What is the default was decided in bench/studies/schedule. */
  zetaSchedule: option(
    oneOf(Object.keys(ZETA_SCHEDULES) as ZetaSchedule[]),
    "constant",
    "course of zeta, which falls to 0 unless it is constant, when evolutions end",
  ),
  period: option(PERIOD, 1, "epochs between evolutions, or steps of training: 100steps", { unit: "epochs|steps" }),
  until: option(number({ above: 0, max: 1 }), 1, "part of the training after which nothing evolves any more", {
    name: "evolveUntil",
    unit: "fraction",
    said: "evolve until",
  }),
  exploration: option(
    flag(),
    false,
    "tell the share of all possible connections that ever were there, with a bit of memory for each (always with grower random-unfired)",
  ),
  regrowInit: option(oneOf(WEIGHT_INITS), "zeros", "values of regrown connections"),
};

export const BUDGETS = ["constant", "shrinking"] as const;

interface Known {
  readonly epochs: number;
  readonly classes: number;
}

const firstOf = ({ epochs }: Known) => Math.max(1, Math.round(0.05 * epochs));
const lastOf = ({ first, epochs }: Known & { first: number }) => Math.max(first + 1, Math.round(0.5 * epochs));

/** A scorer: by its name, or one of the user's own. */
export const SCORER = pieceOf<ScorerName, Scorer>("scorer", SCORERS, {
  told: ["dispatches", "draw", "measure"],
  fields: { dispatches: optional(callable), draw: optional(callable), measure: optional(callable), gradients },
  problem({ dispatches, draw, measure, gradients }) {
    if ([dispatches, draw, measure].filter(Boolean).length !== 1)
      return "it needs a function dispatches, a function draw or a function measure, one of them";
    return !measure === !gradients ? undefined : 'a function measure and gradients ("batch", "set" or "auto") go together';
  },
});

/** How hidden neurons leave for good (NPSET). */
export const REMOVAL = {
  score: option(SCORER, "strength", "score of neurons, of which the least leave", { name: "removeScore", said: "removal score" }),
  /** Of each hidden layer's first size, gone at `last`; for schedule percentile: of the living, each time. */
  amount: option(number({ above: 0, below: 1 }), 0.5, "fraction of each hidden layer that is gone in the end", {
    name: "remove",
    unit: "fraction",
    said: "removed fraction",
  }),
  /**
   * cubic: removed(e) = round(amount n0 (1 - (1 - t)^3)), linear: round(amount n0 t), with t = clamp((e - first) / (last - first), 0, 1);
   * below: as many as have a score below the fraction `amount` of their layer's mean score (SRigL, Lasby et al. 2024);
   * percentile: every `every` epochs from `first` to `last` the fraction `amount` of the living (importance pruning, Curci et al. 2021).
   */
  schedule: option(oneOf(Object.keys(REMOVAL_SCHEDULES) as RemovalScheduleName[]), "cubic", "course of the removal", {
    name: "removeSchedule",
    said: "removal schedule",
  }),
  /** From 1. */
  first: option(integer({ min: 0 }), firstOf, "first epoch with removals", {
    name: "removeFirst",
    unit: "epoch",
    said: "first removal epoch",
    otherwise: "5 % of the epochs",
  }),
  last: option(integer({ min: 1 }), lastOf, "last epoch with removals", {
    name: "removeLast",
    unit: "epoch",
    said: "last removal epoch",
    otherwise: "50 % of the epochs",
  }),
  every: option(integer({ min: 1 }), 10, "epochs between removals of schedule percentile", {
    name: "removeEvery",
    unit: "epochs",
    said: "epochs between removals",
  }),
  /** Gone at `last`; for schedule percentile: of those left, each time. They go by the sum of |w| over the connections that lead from them. */
  inputAmount: option(
    nullable(number({ above: 0, below: 1 })),
    null,
    "fraction of the inputs that is gone in the end, the weakest; at least as many stay as the removal floor says",
    { name: "removeInputs", unit: "fraction", said: "removed fraction of the inputs", otherwise: "none: all inputs stay" },
  ),
  /** constant: connections freed by removal regrow among the living; shrinking: they are lost. */
  budget: option(oneOf(BUDGETS), "constant", "whether freed connections grow elsewhere", {
    name: "removeBudget",
    said: "removal budget",
  }),
  floor: option(
    integer({ min: 1 }),
    ({ classes }: Known) => Math.max(2, classes),
    "neurons that a hidden layer keeps, and inputs that stay where these leave",
    { name: "removeFloor", unit: "neurons", said: "removal floor", otherwise: "max(2, classes)" },
  ),
};
