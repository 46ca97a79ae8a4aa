import { type Given, type Settled, settle, settleAll } from "../options/option.js";
import { check, checkInteger, checkKeys } from "../util/check.js";
import { EVOLUTION, REMOVAL } from "./options.js";
import { ZETA_SCHEDULES } from "./schedules.js";

/** How hidden neurons leave for good (NPSET). */
export interface RemovalConfig extends Settled<typeof REMOVAL> {}

type Evolution = Settled<typeof EVOLUTION>;

/** What happens to the connections after an epoch. JSON has pieces of one's own by their names. */
export interface EvolutionConfig extends Omit<Evolution, "grow" | "allocate" | "growFirst"> {
  /** Absent: random. */
  readonly grow?: Evolution["grow"];
  /** Absent: by the removal's budget, constant where there is none. */
  readonly allocate?: Evolution["allocate"];
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
    prune,
    ...(grow !== "random" && { grow }),
    ...(allocate !== budget && { allocate }),
    ...(growFirst && { growFirst }),
    ...plain,
    removal,
  };
}

function removalConfig(options: RemovalOptions, epochs: number, classes: number): RemovalConfig {
  const config = settleAll(REMOVAL, options, "removal", { epochs, classes });
  checkInteger(config.last, "last removal epoch", config.first + 1);
  check(config.first <= epochs, "first removal epoch", () => {
    return `${config.first} is after the last of ${epochs} epochs: nothing would be removed`;
  });
  return config;
}

/** zeta of an evolution after `epoch` (from 1) of `epochs`. */
export function zetaAt({ zeta, zetaSchedule }: EvolutionConfig, epoch: number, epochs: number): number {
  return zeta * ZETA_SCHEDULES[zetaSchedule](epoch / epochs);
}
