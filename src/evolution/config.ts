import { type Given, type Settled, saidOf, settle, settleAll } from "../options/option.js";
import { findPiece } from "../options/piece.js";
import { check, checkInteger, checkKeys } from "../util/check.js";
import type { Allocator } from "./allocators/allocator.js";
import { ALLOCATOR, EVOLUTION, GROWER, PRUNER, REMOVAL, SCORER } from "./options.js";
import type { Pruner } from "./pruners/pruner.js";
import { periodIn, ZETA_SCHEDULES } from "./schedules.js";

/** How hidden neurons leave for good (NPSET). */
export interface RemovalConfig extends Omit<Settled<typeof REMOVAL>, "inputAmount"> {
  /** Absent: all inputs stay. */
  readonly inputAmount?: number;
}

type Evolution = Settled<typeof EVOLUTION>;

/** What happens to the connections after an epoch. JSON has pieces of one's own by their names. */
export interface EvolutionConfig
  extends Omit<
    Evolution,
    | "grow"
    | "allocate"
    | "growFirst"
    | "percolate"
    | "gamma"
    | "growSamples"
    | "densityStart"
    | "period"
    | "until"
    | "exploration"
  > {
  /** Epochs between evolutions; a part of one where the steps say so. */
  readonly period: number;
  /** There where the period was given in steps. */
  readonly periodSteps?: number;
  /** Absent: random. */
  readonly grow?: Evolution["grow"];
  /** Absent: by the removal's budget, constant where there is none. */
  readonly allocate?: Evolution["allocate"];
  /** There where a piece takes it. */
  readonly gamma?: number;
  readonly densityStart?: number;
  /** Absent: to the end. */
  readonly until?: number;
  /** Absent: as the piece has it that asks for gradients. */
  readonly growSamples?: number;
  /** New connections are chosen while those to be pruned are still there; absent: after they have gone. */
  readonly growFirst?: true;
  /** Connections of neurons that lost a side leave as well. */
  readonly percolate?: true;
  /** It is told which part of all cells ever held a connection. */
  readonly exploration?: true;
  readonly removal: RemovalConfig | null;
}

/** The choices of an evolution; one that is left out takes its default. Pieces go by name, or are objects of your own. */
export interface EvolutionOptions extends Given<typeof EVOLUTION> {
  readonly removal?: RemovalOptions | null;
}

/** How neurons leave; a choice that is left out takes its default. */
export type RemovalOptions = Given<typeof REMOVAL>;

/** What the choices of an evolution depend on. */
interface Known {
  readonly epochs: number;
  readonly classes: number;
  readonly stepsPerEpoch: number;
}

/** Every choice of an evolution; without removal unless some of it is given. Throws a usage error on values out of range. */
export function evolutionConfig(options: EvolutionOptions, { epochs, classes, stepsPerEpoch }: Known): EvolutionConfig {
  checkKeys(options, { ...EVOLUTION, removal: REMOVAL }, "evolution option");
  const { removal: removing = null } = options;
  const removal = removing === null ? null : removalConfig(removing, epochs, classes);
  const budget = removal?.budget ?? "constant";
  const {
    prune,
    grow,
    allocate,
    growFirst,
    percolate,
    gamma,
    growSamples,
    densityStart,
    until,
    exploration,
    period: given,
    ...plain
  } = settle(EVOLUTION, options, { budget });
  const period = periodIn(given, stepsPerEpoch);
  check(removal?.schedule !== "percentile" || period.periodSteps === undefined, "period", () => {
    return `removal schedule percentile counts epochs, and the period is ${given}; give it in epochs`;
  });
  const allocator = findPiece(ALLOCATOR.builtIn, allocate);
  const pruner = findPiece(PRUNER.builtIn, prune);
  checkFalls(pruner, allocator);
  const grower = findPiece(GROWER.builtIn, grow);
  const scorer = removal ? [findPiece(SCORER.builtIn, removal.score)] : [];
  const takes = takenBy(options, [pruner, grower, allocator, ...scorer]);
  // What files of earlier versions do not have is left out where it is what they did.
  return {
    prune,
    ...(grow !== "random" && { grow }),
    ...(allocate !== budget && { allocate }),
    ...(growFirst && { growFirst }),
    ...(percolate && { percolate }),
    ...((exploration || grower.explores) && { exploration: true as const }),
    ...(takes("gamma") && { gamma }),
    ...(takes("densityStart") && { densityStart }),
    ...(until < 1 && { until }),
    ...(growSamples !== null && { growSamples }),
    ...plain,
    ...period,
    removal,
  };
}

/** Throws where connections are to go and none does. */
function checkFalls(pruner: Pruner, { name, falls }: Allocator): void {
  check(!falls || pruner.count !== undefined, "allocate", () => {
    return `${name} lets connections go, and pruner ${pruner.name} prunes none; take another pruner, such as magnitude`;
  });
}

/** What the pieces of an evolution may say of its options. */
interface Taking {
  readonly name: string;
  readonly takes?: readonly string[];
  readonly gradients?: unknown;
  readonly falls?: unknown;
}

/** Whether one of the pieces takes an option. Throws where one is given that only other pieces take. */
function takenBy(options: EvolutionOptions, pieces: readonly Taking[]): (key: string) => boolean {
  const takes = (key: string) => pieces.some((piece) => takesOf(piece).includes(key));
  const builtIn: readonly Taking[] = [PRUNER, GROWER, ALLOCATOR, SCORER].flatMap((kind) => Object.values(kind.builtIn));
  const said = (key: string) => (key in EVOLUTION ? saidOf(EVOLUTION, key) : key);
  for (const [key, value] of Object.entries(options)) {
    const others = builtIn.filter((piece) => takesOf(piece).includes(key));
    check(value === undefined || value === null || others.length === 0 || takes(key), said(key), () => {
      const chosen = pieces.map(({ name }) => name).join(", ");
      const named = [...new Set(others.map(({ name }) => name))].join(" or "); // growers and allocators may share one
      return `none of ${chosen} takes it; choose ${named}, or drop the option`;
    });
  }
  return takes;
}

const takesOf = ({ takes = [], gradients, falls }: Taking): readonly string[] => [
  ...takes,
  ...(gradients ? ["growSamples"] : []),
  ...(falls ? ["densityStart"] : []),
];

function removalConfig(options: RemovalOptions, epochs: number, classes: number): RemovalConfig {
  const { inputAmount, ...config } = settleAll(REMOVAL, options, "removal", { epochs, classes });
  checkInteger(config.last, "last removal epoch", config.first + 1);
  check(config.first <= epochs, "first removal epoch", () => {
    return `${config.first} is after the last of ${epochs} epochs: nothing would be removed`;
  });
  check(config.schedule !== "below" || inputAmount === null, "removed fraction of the inputs", () => {
    return "schedule below goes by scores of neurons, and inputs have none; take another schedule, such as cubic";
  });
  return { ...config, ...(inputAmount !== null && { inputAmount }) };
}

/** zeta of an evolution after `epoch` (from 1, within one a fraction) of `epochs`. */
export function zetaAt({ zeta, zetaSchedule, until = 1 }: EvolutionConfig, epoch: number, epochs: number): number {
  return zeta * ZETA_SCHEDULES[zetaSchedule](Math.min(1, epoch / (until * epochs)));
}
