import { EVOLUTION } from "../options/evolution.js";
import { type Given, type Settled, settle, settleAll } from "../options/option.js";
import { REMOVAL } from "../options/removal.js";
import { check, checkInteger, checkKeys } from "../util/check.js";

/** How hidden neurons leave for good (NPSET). */
export interface RemovalConfig extends Settled<typeof REMOVAL> {}

/** What happens to the connections after an epoch. */
export interface EvolutionConfig extends Settled<typeof EVOLUTION> {
  readonly removal: RemovalConfig | null;
}

/** The choices of an evolution; one that is left out takes its default. */
export interface EvolutionOptions extends Given<typeof EVOLUTION> {
  readonly removal?: Given<typeof REMOVAL> | null;
}

/** Every choice of an evolution; without removal unless some of it is given. Throws a usage error on values out of range. */
export function evolutionConfig(options: EvolutionOptions, epochs: number, classes: number): EvolutionConfig {
  checkKeys(options, { ...EVOLUTION, removal: REMOVAL }, "evolution option");
  const { removal = null } = options;
  return { ...settle(EVOLUTION, options), removal: removal === null ? null : removalConfig(removal, epochs, classes) };
}

function removalConfig(options: Given<typeof REMOVAL>, epochs: number, classes: number): RemovalConfig {
  const config = settleAll(REMOVAL, options, "removal", { epochs, classes });
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
