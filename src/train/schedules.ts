import type { EvolutionConfig } from "../evolution/config.js";
import type { OptimizerConfig } from "../nn/config.js";
import { type OptimizerName, optimiserOf } from "../optimisers/index.js";
import type { Optimiser } from "../optimisers/optimiser.js";
import { type Given, option, type Settled, settleAll } from "../options/option.js";
import { integer, number, oneOf } from "../options/schema.js";

/** The courses that a learning rate takes. */
export const LR_SCHEDULES = ["constant", "cosine", "step"] as const;

const rateOf = ({ optimizer }: { optimizer: OptimizerName | Optimiser }) => optimiserOf(optimizer).rate ?? 0.001;

/** A learning rate over training. Time runs in epochs, fractions included: steps within an epoch differ under cosine and warm-up. */
export const RATE = {
  rate: option(number({ above: 0 }), rateOf, "learning rate; lower it if the loss is no number", {
    name: "lr",
    unit: "rate",
    said: "learning rate",
    otherwise: "0.01; 0.001 of adam, adamw, rmsprop",
  }),
  /** cosine: rate (1 + cos(pi t)) / 2 with t from 0 to 1 over the epochs after warm-up; step: rate gamma^floor(epoch / stepEpochs). */
  schedule: option(oneOf(LR_SCHEDULES), "constant", "course of the rate", { name: "lrSchedule", said: "learning rate schedule" }),
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
export function learningRate(options: number | Given<typeof RATE> = {}, optimizer: Pick<OptimizerConfig, "name">): LearningRate {
  return settleAll(RATE, typeof options === "number" ? { rate: options } : options, "learning rate", {
    optimizer: optimizer.name,
  });
}

/** The rate at `time` epochs (from 0) of `epochs`. */
export function rateAt({ rate, schedule, warmup, gamma, stepEpochs }: LearningRate, time: number, epochs: number): number {
  if (time < warmup) return (rate * time) / warmup;
  if (schedule === "cosine") return (rate * (1 + Math.cos((Math.PI * (time - warmup)) / (epochs - warmup)))) / 2;
  return schedule === "step" ? rate * gamma ** Math.floor(time / stepEpochs) : rate;
}

interface Evolving {
  readonly evolution: Pick<EvolutionConfig, "period"> | null;
  readonly epochs: number;
}

/** Whether an evolution follows `epoch` (from 1). */
export function evolvesAfter({ evolution, epochs }: Evolving, epoch: number): boolean {
  return evolution !== null && epoch < epochs && epoch % evolution.period === 0;
}
