import { type EvolutionConfig, type EvolutionOptions, evolutionConfig } from "../evolution/config.js";
import { type NetworkConfig, networkConfig, type OptimizerOptions } from "../nn/config.js";
import type { WeightInit } from "../sparse/init-weights.js";
import { WEIGHT_INITS } from "../sparse/init-weights.js";
import { check, checkBoolean, checkInteger, checkKeys, checkNumber, checkObject, checkOneOf } from "../util/check.js";
import { shown } from "../util/shown.js";
import { evolutionOf, type Layout, layoutOf, METHODS, type Method, OUTPUTS, removesNeurons } from "./methods.js";
import { RUN_KEYS, type RunOptions } from "./run-options.js";
import { type LearningRate, learningRate } from "./schedules.js";
import { type StartShape, startedOptions, startLayout } from "./start.js";

export const INPUTS = ["standardize", "scale255", "raw"] as const;

/** What a user can choose; everything has a default. */
export interface TrainOptions {
  readonly method?: Method;
  /** Widths of the hidden layers; default [1000, 1000]. */
  readonly hidden?: readonly number[];
  /** Erdos-Renyi parameter; default 20. */
  readonly epsilon?: number;
  /** auto (default): sparse and evolved unless its density would exceed 0.6, then dense; fixed: sparse, never evolved. */
  readonly output?: (typeof OUTPUTS)[number];
  /** How weights start; default heUniform, by the actual fan-in. Biases start at 0. */
  readonly init?: WeightInit;
  /** Pruning, regrowth and neuron removal; `removal` is on by default for the methods that remove neurons. */
  readonly evolution?: EvolutionOptions;
  /** Of the hidden neurons; default relu. */
  readonly activation?: NetworkConfig["activation"];
  /** Slope below 0 of leakyRelu (default 0.01) and allRelu (default 0.6). */
  readonly alpha?: number;
  /** Rate of dropout after hidden activations, from 0 (default) to below 1. */
  readonly dropout?: number;
  /** inverted (default), or as SET's authors do it. */
  readonly dropoutStyle?: NetworkConfig["dropoutStyle"];
  /** Default crossEntropy, of the softmax; mse is the mean over the classes; authors: as SET's Fashion-MNIST scripts. */
  readonly loss?: NetworkConfig["loss"];
  /** A name, or a name with constants; default SGD with momentum 0.9, without decay. */
  readonly optimizer?: OptimizerOptions;
  /** A rate, or a schedule; default 0.01 (0.001 for adam, adamw and rmsprop), constant. */
  readonly lr?: number | Partial<LearningRate>;
  /** Default 100. */
  readonly epochs?: number;
  /** Samples a step, 1 to 4096; default 32, at most the training samples. */
  readonly batch?: number;
  /** Leave the last short batch of an epoch out. */
  readonly dropLast?: boolean;
  /** Names every random stream: topology, weights, order, masks, regrowth; default 1. */
  readonly seed?: number;
  /** standardize: by the training set's mean and standard deviation (default); scale255: divided by 255; raw. */
  readonly inputs?: (typeof INPUTS)[number];
  /** Epochs without a better validation loss after which training stops; needs a validation set. */
  readonly patience?: number;
  /** Epochs between evaluations of the whole train and test sets (the last epoch always is); default 1. */
  readonly evaluateEvery?: number;
}

const KEYS: Record<keyof TrainOptions, true> = {
  ...{ method: true, hidden: true, epsilon: true, output: true, init: true, evolution: true, activation: true, alpha: true },
  ...{ dropout: true, dropoutStyle: true, loss: true, optimizer: true, lr: true, epochs: true, batch: true, dropLast: true },
  ...{ seed: true, inputs: true, patience: true, evaluateEvery: true },
};

/** Every choice made: what config.json and checkpoints record. */
export interface TrainConfig {
  readonly method: Method;
  readonly hidden: readonly number[];
  readonly epsilon: number;
  readonly output: (typeof OUTPUTS)[number];
  readonly init: WeightInit;
  readonly layout: Layout;
  readonly evolution: EvolutionConfig | null;
  readonly network: NetworkConfig;
  readonly lr: LearningRate;
  readonly epochs: number;
  readonly batch: number;
  readonly dropLast: boolean;
  readonly seed: number;
  /** model: by the statistics of the model that training started from. */
  readonly inputs: (typeof INPUTS)[number] | "model";
  readonly patience: number | null;
  readonly evaluateEvery: number;
  /** What was taken over from the model that training started from; its connections and weights stand in for `epsilon` and `init`. */
  readonly start?: StartShape;
}

/** Fills in the defaults for data of a shape, or what the model says that training starts from, and checks every value; throws one clear usage error. */
export function trainConfig(
  given: TrainOptions,
  data: { features: number; classes: number; samples: number },
  start?: StartShape,
): TrainConfig {
  checkKeys<TrainOptions & RunOptions>(given, { ...KEYS, ...RUN_KEYS }, "option"); // `train` takes both in one object
  const options = start ? startedOptions(given, start) : given;
  const { method = "npset", epsilon = 20, output = "auto", init = "heUniform", inputs = "standardize", epochs = 100 } = options;
  const { batch = Math.min(32, data.samples), dropLast = false, patience = null, evaluateEvery = 1, evolution = {} } = options;
  checkOneOf(method, METHODS, "method");
  check(
    options.hidden === undefined || method !== "linear",
    "hidden",
    () => "method linear has no hidden layer; drop the option, or take another method",
  );
  const { hidden: widths = method === "linear" ? [] : [1000, 1000] } = options;
  const hidden = start ? start.sizes.slice(1, -1) : widths;
  check(Array.isArray(hidden), "hidden", () => `${shown(hidden)} is no list of widths; give e.g. [1000, 1000]`);
  for (const width of hidden) checkInteger(width, "hidden layer size", 1, 2 ** 31);
  checkNumber(epsilon, "epsilon", 0, Infinity, true);
  checkOneOf(output, OUTPUTS, "output");
  checkOneOf(init, WEIGHT_INITS, "init");
  checkOneOf(inputs, INPUTS, "inputs");
  checkInteger(epochs, "epochs", 1, 10_000_000);
  checkInteger(batch, "batch", 1, 4096);
  checkBoolean(dropLast, "drop last");
  if (patience !== null) checkInteger(patience, "patience", 1);
  checkInteger(evaluateEvery, "evaluate every", 1);
  const { activation, alpha, dropout, dropoutStyle, loss, optimizer, seed } = options;
  const network = networkConfig({ activation, alpha, dropout, dropoutStyle, loss, optimizer, seed });
  checkObject(evolution, "evolution", "object of options");
  const settings = { ...evolution, removal: removalOptions(evolution.removal, method) };
  const planned = evolutionConfig(settings, epochs, data.classes);
  const shape = { inputs: data.features, hidden, classes: data.classes, epsilon, output };
  // dense-small is matched to what npset's removal leaves.
  const npsetRemoval = evolutionConfig({ ...evolution, removal: evolution.removal ?? {} }, epochs, data.classes).removal;
  return {
    method,
    hidden,
    epsilon,
    output,
    init,
    layout: start
      ? startLayout(method, start)
      : layoutOf(method, shape, npsetRemoval && { removal: npsetRemoval, epochs, period: planned.period }),
    evolution: evolutionOf(method, planned),
    network,
    lr: learningRate(options.lr, network.optimizer.name),
    epochs,
    batch,
    dropLast,
    seed: network.seed,
    inputs: start?.standardised ? "model" : start ? "raw" : inputs,
    patience,
    evaluateEvery,
    ...(start && { start }),
  };
}

function removalOptions(asked: EvolutionOptions["removal"], method: Method): EvolutionOptions["removal"] {
  check(
    !asked || removesNeurons(method) || method === "dense-small",
    "removal",
    () => `method ${method} removes no neurons; use npset or static-np, or drop the option`,
  );
  check(
    asked?.budget !== "constant" || method !== "static-np",
    "removal budget",
    () => "method static-np grows nothing, so its budget is shrinking; drop the option, or use npset",
  );
  check(
    asked !== null || !removesNeurons(method),
    "removal",
    () => `method ${method} removes neurons; use set or static to keep them`,
  );
  return removesNeurons(method) ? (asked ?? {}) : null;
}
