import type { EvolutionConfig } from "../evolution/config.js";
import { countEvolutions, isOver } from "../evolution/schedules.js";
import type { OwnPiece } from "../methods/pieces.js";
import { type NetworkConfig, type OptimizerConfig, ratesAt, updateRule } from "../nn/config.js";
import type { StepRates } from "../nn/step.js";
import { type OptimizerName, optimiserOf } from "../optimisers/index.js";
import type { Optimiser } from "../optimisers/optimiser.js";
import { type Given, option, type Settled, settleAll } from "../options/option.js";
import { findPiece, nameOf, withPieces } from "../options/piece.js";
import { float32, integer, number } from "../options/schema.js";
import { SCHEDULE } from "../rates/schema.js";
import { check } from "../util/check.js";
import { shown } from "../util/shown.js";

const rateOf = ({ optimizer }: { optimizer: OptimizerName | Optimiser }) => optimiserOf(optimizer).rate ?? 0.001;

/** A learning rate over training. Time runs in epochs, fractions included: steps within an epoch differ under cosine and warm-up. */
export const RATE = {
  rate: option(float32({ above: 0 }), rateOf, "learning rate; lower it if the loss is no number", {
    name: "lr",
    unit: "rate",
    said: "learning rate",
    otherwise: "0.01 of sgd; 0.0001 of lion; 0.001 of others",
  }),
  schedule: option(SCHEDULE, "constant", "course of the rate", { name: "lrSchedule", said: "learning rate schedule" }),
  warmup: option(number({ min: 0 }), 0, "epochs over which the rate rises from 0", { unit: "epochs", said: "warm-up epochs" }),
  gamma: option(number({ above: 0, max: 1 }), 0.1, "factor of schedule step", {
    name: "lrGamma",
    unit: "factor",
    said: "learning rate gamma",
  }),
  stepEpochs: option(integer({ min: 1 }), 30, "epochs between steps of schedule step", {
    name: "lrStep",
    unit: "epochs",
    said: "epochs between learning rate steps",
  }),
};

/** A learning rate over training. Time runs in epochs, fractions included: steps within an epoch differ under cosine and warm-up. */
export interface LearningRate extends Settled<typeof RATE> {}

/** Fills in the defaults, that of the rate by the optimiser. Throws a usage error on values out of range. */
export function learningRate(
  options: number | Given<typeof RATE> = {},
  optimizer: Pick<OptimizerConfig, "name">,
  pieces: readonly OwnPiece[] = [],
): LearningRate {
  const given = typeof options === "number" ? { rate: options } : withPieces(RATE, options, pieces);
  return settleAll(RATE, given, "learning rate", { optimizer: optimizer.name });
}

/** The rate at `time` epochs (from 0) of `epochs`: it rises from 0 during warm-up, then its schedule begins. */
export function rateAt({ rate, schedule, ...options }: LearningRate, time: number, epochs: number): number {
  if (time < options.warmup) return (rate * time) / options.warmup;
  const { name, factor } = findPiece(SCHEDULE.builtIn, schedule);
  const part = factor({ ...options, time, epochs });
  check(Number.isFinite(part) && part >= 0, `learning rate schedule ${name}`, () => {
    return `its factor at epoch ${time} is ${shown(part)}; expected a finite number of at least 0`;
  });
  return rate * part;
}

/** Rates of a step since the start of the run, in f64: learning rate by time in epochs, and the optimiser's corrections. */
export function stepRates(
  { lr, epochs, network }: { readonly lr: LearningRate; readonly epochs: number; readonly network: NetworkConfig },
  stepsPerEpoch: number,
): (step: number) => StepRates {
  const rule = updateRule(network.optimizer);
  return (step) => ratesAt(rule, rateAt(lr, step / stepsPerEpoch, epochs), step + 1, network.ema);
}

interface Evolving {
  readonly evolution: Pick<EvolutionConfig, "period" | "periodSteps" | "until"> | null;
  readonly epochs: number;
}

/** A run of a method, with all that says whether its evolutions change anything. */
interface Noted extends Pick<Evolving, "epochs"> {
  readonly method: string;
  readonly evolution: EvolutionConfig | null;
}

/** Whether an evolution follows after so many steps of training, of which an epoch has `stepsPerEpoch`. */
export function evolvesAfter({ evolution, epochs }: Evolving, steps: number, stepsPerEpoch: number): boolean {
  if (!evolution || steps >= epochs * stepsPerEpoch) return false;
  if (isOver(evolution, epochs, steps, stepsPerEpoch)) return false;
  return steps % (evolution.periodSteps ?? evolution.period * stepsPerEpoch) === 0;
}

/** The parts of an epoch that begins after so many steps, as its steps [from, to): an evolution follows each of them but the last. */
export function partsOf(evolving: Evolving, before: number, stepsPerEpoch: number): [from: number, to: number][] {
  const parts: [number, number][] = [];
  let from = 0;
  for (let to = 1; to <= stepsPerEpoch; to++) {
    if (to < stepsPerEpoch && !evolvesAfter(evolving, before + to, stepsPerEpoch)) continue;
    parts.push([from, to]);
    from = to;
  }
  return parts;
}

/** What to tell where evolutions change nothing, or a run of several epochs, or of a period in steps, is too short for any. */
export function evolutionNotes({ evolution, epochs, method }: Noted): string[] {
  if (!evolution) return [];
  const { period, periodSteps, until, prune, removal, allocate } = evolution;
  if (prune === "none" && !removal && allocate === undefined)
    return [`${method} keeps its connections as they are: with prune none nothing goes, so nothing grows; take another rule`];
  if (countEvolutions(evolution, epochs) > 0) return growthNotes(evolution);
  if (epochs === 1 && periodSteps === undefined) return [];
  const [every, run] = periodSteps
    ? [`${periodSteps} steps`, `${Math.round((epochs * periodSteps) / period)} steps`]
    : [`${period} epochs`, `${epochs} epochs`];
  const before = until === undefined ? "" : `, of which a part of ${until} may evolve`;
  return [
    `${method} keeps its connections and neurons as they are: evolutions come every ${every}, and the run has ${run}${before}; evolve more often (--period), or train longer`,
  ];
}

/** What to tell of a rule of growth where layers only fall: what goes is not to come back. */
function growthNotes({ zeta, grow, densityStart, removal, percolate }: EvolutionConfig): string[] {
  if (zeta > 0 || grow === undefined || densityStart === undefined || removal || percolate) return [];
  return [
    `with zeta 0 layers only fall to their density, so grow ${nameOf(grow)} has hardly anything to grow; give a zeta, such as 0.3`,
  ];
}
