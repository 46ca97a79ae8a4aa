import type { EvolutionConfig } from "../evolution/config.js";
import type { OptimizerConfig } from "../nn/config.js";
import { type Given, type Settled, settleAll } from "../options/option.js";
import { RATE } from "../options/rate.js";

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
