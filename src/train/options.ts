import { type EvolutionConfig, type EvolutionOptions, evolutionConfig } from "../evolution/config.js";
import { type NetworkConfig, type NetworkOptions, networkConfig } from "../nn/config.js";
import { NETWORK, SEED } from "../options/network.js";
import { OPTIMIZER } from "../options/optimizer.js";
import { type Given, type Settled, settle } from "../options/option.js";
import { RATE } from "../options/rate.js";
import { LAYOUT, TRAINING } from "../options/training.js";
import { check, checkKeys, checkObject } from "../util/check.js";
import { evolutionOf, type Layout, layoutOf, type Method, removesNeurons } from "./methods.js";
import { RUN_KEYS, type RunOptions } from "./run-options.js";
import { type LearningRate, learningRate } from "./schedules.js";
import { type StartShape, startedOptions, startLayout } from "./start.js";

/** What a user can choose; everything has a default. */
export interface TrainOptions extends Given<typeof LAYOUT>, NetworkOptions, Given<typeof TRAINING> {
  /** Pruning, regrowth and neuron removal; `removal` is on by default for the methods that remove neurons. */
  readonly evolution?: EvolutionOptions;
  /** A rate, or a schedule. */
  readonly lr?: number | Partial<LearningRate>;
}

const ALL = { ...LAYOUT, ...NETWORK, ...SEED, ...TRAINING, evolution: true, optimizer: OPTIMIZER, lr: RATE };

/** Every choice made: what config.json and checkpoints record. */
export interface TrainConfig extends Omit<Settled<typeof LAYOUT>, "inputs">, Settled<typeof TRAINING> {
  readonly layout: Layout;
  readonly evolution: EvolutionConfig | null;
  readonly network: NetworkConfig;
  readonly lr: LearningRate;
  readonly seed: number;
  /** model: by the statistics of the model that training started from. */
  readonly inputs: Settled<typeof LAYOUT>["inputs"] | "model";
  /** What was taken over from the model that training started from; its connections and weights stand in for `epsilon` and `init`. */
  readonly start?: StartShape;
}

/** Fills in the defaults for data of a shape, or what the model says that training starts from, and checks every value; throws one clear usage error. */
export function trainConfig(
  given: TrainOptions,
  data: { features: number; classes: number; samples: number },
  start?: StartShape,
): TrainConfig {
  checkKeys<TrainOptions & RunOptions>(given, { ...ALL, ...RUN_KEYS }, "option"); // `train` takes both in one object
  const options = start ? startedOptions(given, start) : given;
  check(
    options.hidden === undefined || options.method !== "linear",
    "hidden",
    () => "method linear has no hidden layer; drop the option, or take another method",
  );
  const { method, epsilon, output, init, inputs, hidden: widths } = settle(LAYOUT, options);
  const hidden = start ? start.sizes.slice(1, -1) : widths;
  const { epochs, batch, dropLast, patience, evaluateEvery } = settle(TRAINING, options, data);
  const { activation, alpha, dropout, dropoutStyle, loss, optimizer, seed, evolution = {} } = options;
  const network = networkConfig({ activation, alpha, dropout, dropoutStyle, loss, optimizer, seed });
  checkObject(evolution, "evolution", "object of options");
  const settings = { ...evolution, removal: removalOptions(evolution.removal, method) };
  const planned = evolutionConfig(settings, epochs, data.classes);
  const shape = { inputs: data.features, hidden, classes: data.classes, epsilon, output };
  // dense-small is matched to what npset's removal leaves.
  const npsetRemoval = evolutionConfig({ ...evolution, removal: evolution.removal ?? {} }, epochs, data.classes).removal;
  return {
    ...{ method, hidden, epsilon, output, init },
    layout: start
      ? startLayout(method, start)
      : layoutOf(method, shape, npsetRemoval && { removal: npsetRemoval, epochs, period: planned.period }),
    evolution: evolutionOf(method, planned),
    network,
    lr: learningRate(options.lr, network.optimizer),
    ...{ epochs, batch, dropLast, seed: network.seed },
    inputs: start?.standardised ? "model" : start ? "raw" : inputs,
    ...{ patience, evaluateEvery },
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
