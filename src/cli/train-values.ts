import type { EvolutionConfig, RemovalConfig } from "../evolution/config.js";
import type { NetworkConfig, OptimizerConfig } from "../nn/config.js";
import type { TrainOptions } from "../train/options.js";
import type { LearningRate } from "../train/schedules.js";
import type { Preset } from "./presets.js";
import { presetValues } from "./presets.js";

/** The values of the training options by commander's names: what was given, nothing else. JSON. */
export interface TrainValues {
  readonly preset?: Preset;
  readonly method?: TrainOptions["method"];
  readonly hidden?: number[];
  readonly epsilon?: number;
  readonly outputLayer?: TrainOptions["output"];
  readonly init?: TrainOptions["init"];
  readonly activation?: NetworkConfig["activation"];
  readonly alpha?: number;
  readonly dropout?: number;
  readonly dropoutStyle?: NetworkConfig["dropoutStyle"];
  readonly loss?: NetworkConfig["loss"];
  readonly inputs?: TrainOptions["inputs"];
  readonly prune?: EvolutionConfig["prune"];
  readonly zeta?: number;
  readonly zetaSchedule?: EvolutionConfig["zetaSchedule"];
  readonly period?: number;
  readonly regrowInit?: EvolutionConfig["regrowInit"];
  readonly remove?: number;
  readonly removeScore?: RemovalConfig["score"];
  readonly removeSchedule?: RemovalConfig["schedule"];
  readonly removeFirst?: number;
  readonly removeLast?: number;
  readonly removeEvery?: number;
  readonly removeBudget?: RemovalConfig["budget"];
  readonly removeFloor?: number;
  readonly epochs?: number;
  readonly batch?: number;
  readonly dropLast?: boolean;
  readonly optimizer?: OptimizerConfig["name"];
  readonly lr?: number;
  readonly lrSchedule?: LearningRate["schedule"];
  readonly warmup?: number;
  readonly lrGamma?: number;
  readonly lrStep?: number;
  readonly momentum?: number;
  readonly nesterov?: boolean;
  readonly decay?: number;
  readonly beta1?: number;
  readonly beta2?: number;
  readonly eps?: number;
  readonly seed?: number;
  readonly patience?: number;
  readonly evaluateEvery?: number;
}

/** The library's options of these values, those of the preset underneath. */
export function trainOptions(given: TrainValues): TrainOptions {
  const v: TrainValues = { ...presetValues(given.preset, given), ...given };
  const removal = defined({
    amount: v.remove,
    score: v.removeScore,
    schedule: v.removeSchedule,
    first: v.removeFirst,
    last: v.removeLast,
    every: v.removeEvery,
    budget: v.removeBudget,
    floor: v.removeFloor,
  });
  const { prune, zeta, zetaSchedule, period, regrowInit } = v;
  const { momentum, nesterov, decay, beta1, beta2, eps } = v;
  return {
    method: v.method,
    hidden: v.hidden,
    epsilon: v.epsilon,
    output: v.outputLayer,
    init: v.init,
    evolution: {
      ...defined({ prune, zeta, zetaSchedule, period, regrowInit }),
      ...(Object.keys(removal).length > 0 && { removal }),
    },
    activation: v.activation,
    alpha: v.alpha,
    dropout: v.dropout,
    dropoutStyle: v.dropoutStyle,
    loss: v.loss,
    optimizer: defined({ name: v.optimizer, momentum, nesterov, decay, beta1, beta2, eps }),
    lr: defined({ rate: v.lr, schedule: v.lrSchedule, warmup: v.warmup, gamma: v.lrGamma, stepEpochs: v.lrStep }),
    epochs: v.epochs,
    batch: v.batch,
    dropLast: v.dropLast,
    seed: v.seed,
    inputs: v.inputs,
    patience: v.patience,
    evaluateEvery: v.evaluateEvery,
  };
}

/** The record without the fields that are undefined. */
function defined<T extends object>(record: T): T {
  return Object.fromEntries(Object.entries(record).filter(([, value]) => value !== undefined)) as T;
}
