import { WEIGHT_INITS, type WeightInit } from "../sparse/init-weights.js";
import { check, checkInteger, checkKeys, checkNumber, checkOneOf } from "../util/check.js";

export const PRUNES = ["set", "magnitude", "none"] as const;
export const SCORES = ["strength", "strength-in", "strength-out", "degree", "random"] as const;
export const REMOVAL_SCHEDULES = ["cubic", "linear", "percentile"] as const;
export const BUDGETS = ["constant", "shrinking"] as const;
export const ZETA_SCHEDULES = ["constant", "cosine", "linear"] as const;

/** How hidden neurons leave for good (NPSET). `evolutionConfig` states the defaults. */
export interface RemovalConfig {
  readonly score: (typeof SCORES)[number];
  /** Fraction of each hidden layer's first size that is gone at `last`; for "percentile": fraction of the living that go each time. */
  readonly amount: number;
  /**
   * cubic: removed(e) = round(amount n0 (1 - (1 - t)^3)), linear: round(amount n0 t), with t = clamp((e - first) / (last - first), 0, 1);
   * percentile: every `every` epochs from `first` to `last` the fraction `amount` of the living (importance pruning, Curci et al. 2021).
   */
  readonly schedule: (typeof REMOVAL_SCHEDULES)[number];
  /** Epochs (from 1) between which neurons leave. */
  readonly first: number;
  readonly last: number;
  /** Epochs between removals of schedule percentile. */
  readonly every: number;
  /** constant: connections freed by removal regrow among the living; shrinking: they are lost. */
  readonly budget: (typeof BUDGETS)[number];
  /** Neurons that a hidden layer never falls below. */
  readonly floor: number;
}

/** What happens to the connections after an epoch. */
export interface EvolutionConfig {
  /** set: the fraction zeta of the positive and, separately, of the negative weights nearest 0; magnitude: of all; none: nothing is pruned. */
  readonly prune: (typeof PRUNES)[number];
  /** Fraction pruned at each evolution, in (0, 1). */
  readonly zeta: number;
  /** constant; cosine or linear: zeta falls to 0 at the last epoch. */
  readonly zetaSchedule: (typeof ZETA_SCHEDULES)[number];
  /** Epochs between evolutions. */
  readonly period: number;
  /** Values of regrown connections. */
  readonly regrowInit: WeightInit;
  readonly removal: RemovalConfig | null;
}

/** The choices of an evolution; what is left out takes its default (`evolutionConfig`). */
export type EvolutionOptions = Partial<Omit<EvolutionConfig, "removal">> & { readonly removal?: Partial<RemovalConfig> | null };

/**
 * Fills in the defaults: SET's zeta 0.3 after every epoch, regrown at 0; removal of half of each hidden layer by strength between 5 % and
 * 50 % of the epochs, cubic, budget constant, at least max(2, classes) left. Throws on values out of range.
 */
export function evolutionConfig(options: EvolutionOptions, epochs: number, classes: number): EvolutionConfig {
  checkKeys(
    options,
    { prune: true, zeta: true, zetaSchedule: true, period: true, regrowInit: true, removal: true },
    "evolution option",
  );
  const { prune = "set", zeta = 0.3, zetaSchedule = "constant", period = 1, regrowInit = "zeros", removal = null } = options;
  const config: EvolutionConfig = {
    ...{ prune, zeta, zetaSchedule, period, regrowInit },
    removal: removal === null ? null : removalConfig(removal, epochs, classes),
  };
  checkOneOf(config.prune, PRUNES, "prune");
  checkNumber(config.zeta, "zeta", 0, 1, true);
  checkOneOf(config.zetaSchedule, ZETA_SCHEDULES, "zeta schedule");
  checkInteger(config.period, "period", 1);
  checkOneOf(config.regrowInit, WEIGHT_INITS, "regrow init");
  return config;
}

function removalConfig(options: Partial<RemovalConfig>, epochs: number, classes: number): RemovalConfig {
  checkKeys(
    options,
    { score: true, amount: true, schedule: true, first: true, last: true, every: true, budget: true, floor: true },
    "removal option",
  );
  const { score = "strength", amount = 0.5, schedule = "cubic", every = 10, budget = "constant" } = options;
  const { first = Math.max(1, Math.round(0.05 * epochs)), floor = Math.max(2, classes) } = options;
  checkInteger(first, "first removal epoch", 0);
  const { last = Math.max(first + 1, Math.round(0.5 * epochs)) } = options;
  const config: RemovalConfig = { score, amount, schedule, first, last, every, budget, floor };
  checkOneOf(config.score, SCORES, "removal score");
  checkOneOf(config.schedule, REMOVAL_SCHEDULES, "removal schedule");
  checkOneOf(config.budget, BUDGETS, "removal budget");
  checkNumber(config.amount, "removed fraction", 0, 1, true);
  checkInteger(config.last, "last removal epoch", config.first + 1);
  checkInteger(config.every, "epochs between removals", 1);
  checkInteger(config.floor, "removal floor", 1);
  check(
    config.first <= epochs,
    "first removal epoch",
    () => `${config.first} is after the last of ${epochs} epochs: nothing would be removed`,
  );
  return config;
}

/** zeta of an evolution after `epoch` (from 1) of `epochs`. */
export function zetaAt({ zeta, zetaSchedule }: EvolutionConfig, epoch: number, epochs: number): number {
  const t = epoch / epochs;
  if (zetaSchedule === "cosine") return (zeta * (1 + Math.cos(Math.PI * t))) / 2;
  return zetaSchedule === "linear" ? zeta * (1 - t) : zeta;
}
