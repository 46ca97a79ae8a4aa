import type { OptimizerName } from "../nn/config.js";
import { check, checkInteger, checkKeys, checkNumber, checkOneOf } from "../util/check.js";
import { shown } from "../util/shown.js";

export const LR_SCHEDULES = ["constant", "cosine", "step"] as const;

/** A learning rate over training. Time runs in epochs, fractions included: steps within an epoch differ under cosine and warm-up. */
export interface LearningRate {
  readonly rate: number;
  /** constant; cosine: rate (1 + cos(pi t)) / 2 with t from 0 to 1 over the epochs after warm-up; step: rate gamma^floor(epoch / stepEpochs). */
  readonly schedule: (typeof LR_SCHEDULES)[number];
  /** Epochs over which the rate rises linearly from 0 before the schedule starts. */
  readonly warmup: number;
  readonly gamma: number;
  readonly stepEpochs: number;
}

/** Fills in the defaults; throws on values out of range. */
export function learningRate(options: number | Partial<LearningRate> = {}, optimizer: OptimizerName): LearningRate {
  const given = typeof options === "number" ? { rate: options } : options;
  checkKeys(given, { rate: true, schedule: true, warmup: true, gamma: true, stepEpochs: true }, "learning rate option");
  const { rate = optimizer === "sgd" ? 0.01 : 0.001, schedule = "constant", warmup = 0, gamma = 0.1, stepEpochs = 30 } = given;
  const config: LearningRate = { rate, schedule, warmup, gamma, stepEpochs };
  checkNumber(config.rate, "learning rate", 0, Infinity, true);
  checkOneOf(config.schedule, LR_SCHEDULES, "learning rate schedule");
  checkNumber(config.warmup, "warm-up epochs", 0);
  const factor = typeof gamma === "number" && gamma > 0 && gamma <= 1;
  check(factor, "learning rate gamma", () => `${shown(gamma)} is not in (0, 1]`);
  checkInteger(config.stepEpochs, "epochs between learning rate steps", 1);
  return config;
}

/** The rate at `time` epochs (from 0) of `epochs`. */
export function rateAt({ rate, schedule, warmup, gamma, stepEpochs }: LearningRate, time: number, epochs: number): number {
  if (time < warmup) return (rate * time) / warmup;
  if (schedule === "cosine") return (rate * (1 + Math.cos((Math.PI * (time - warmup)) / (epochs - warmup)))) / 2;
  return schedule === "step" ? rate * gamma ** Math.floor(time / stepEpochs) : rate;
}
