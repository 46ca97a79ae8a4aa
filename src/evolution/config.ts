import { type Given, type Settled, settle, settleAll } from "../options/option.js";
import { nameOf } from "../options/schema.js";
import { check, checkInteger, checkKeys } from "../util/check.js";
import { EVOLUTION, REMOVAL } from "./options.js";

/** How hidden neurons leave for good (NPSET). */
export interface RemovalConfig extends Omit<Settled<typeof REMOVAL>, "score"> {
  /** Name of the scorer. */
  readonly score: string;
}

/** What happens to the connections after an epoch. JSON: pieces are named, also those that were handed in. */
export interface EvolutionConfig extends Omit<Settled<typeof EVOLUTION>, "prune" | "grow" | "allocate" | "growFirst"> {
  /** Name of the pruner. */
  readonly prune: string;
  /** Name of the grower; absent: random. */
  readonly grow?: string;
  /** Name of the allocator; absent: the removal's budget, constant where there is none. */
  readonly allocate?: string;
  /** New connections are chosen while those to be pruned are still there; absent: after they have gone. */
  readonly growFirst?: true;
  readonly removal: RemovalConfig | null;
}

/** The choices of an evolution; one that is left out takes its default. Pieces go by name, or are objects of your own. */
export interface EvolutionOptions extends Given<typeof EVOLUTION> {
  readonly removal?: RemovalOptions | null;
}

/** How neurons leave; a choice that is left out takes its default. */
export type RemovalOptions = Given<typeof REMOVAL>;

/** Every choice of an evolution; without removal unless some of it is given. Throws a usage error on values out of range. */
export function evolutionConfig(options: EvolutionOptions, epochs: number, classes: number): EvolutionConfig {
  checkKeys(options, { ...EVOLUTION, removal: REMOVAL }, "evolution option");
  const { removal: removing = null } = options;
  const removal = removing === null ? null : removalConfig(removing, epochs, classes);
  const budget = removal?.budget ?? "constant";
  const { prune, grow, allocate, growFirst, ...plain } = settle(EVOLUTION, options, { budget });
  // What files of earlier versions do not have is left out where it is what they did.
  return {
    prune: nameOf(prune),
    ...(grow !== "random" && { grow: nameOf(grow) }),
    ...(nameOf(allocate) !== budget && { allocate: nameOf(allocate) }),
    ...(growFirst && { growFirst }),
    ...plain,
    removal,
  };
}

function removalConfig(options: RemovalOptions, epochs: number, classes: number): RemovalConfig {
  const settled = settleAll(REMOVAL, options, "removal", { epochs, classes });
  const config = { ...settled, score: nameOf(settled.score) };
  checkInteger(config.last, "last removal epoch", config.first + 1);
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
