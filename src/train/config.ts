import { evolutionConfig } from "../evolution/config.js";
import { type OwnPieces, ownPieces } from "../evolution/pieces.js";
import { changes, evolutionOf, methodOf } from "../methods/evolution-of.js";
import { layOut } from "../methods/index.js";
import { networkConfig } from "../nn/config.js";
import { NETWORK, OPTIMIZER, SEED } from "../nn/options.js";
import { pick, settle } from "../options/option.js";
import { check, checkKeys, checkObject } from "../util/check.js";
import type { StartShape, TrainConfig, TrainOptions } from "./options.js";
import { LAYOUT, TRAINING } from "./options.js";
import { RUN, type RunOptions } from "./run-options.js";
import { learningRate, RATE } from "./schedules.js";
import { startedOptions, startLayout } from "./start.js";

const COMPUTED = { ...NETWORK, ...SEED, optimizer: OPTIMIZER };
const ALL = { ...LAYOUT, ...COMPUTED, ...TRAINING, evolution: true, lr: RATE };

/** Fills in the defaults for data of a shape, or what the model says that training starts from, and checks every value; throws one clear usage error. */
export function trainConfig(
  given: TrainOptions,
  data: { features: number; classes: number; samples: number },
  start?: StartShape,
): TrainConfig {
  checkKeys<TrainOptions & RunOptions>(given, { ...ALL, ...RUN }, "option"); // `train` takes both in one object
  const options = start ? startedOptions(given, start) : given;
  const { method: named, epsilon, output, init, inputs, hidden: widths } = settle(LAYOUT, options);
  const method = methodOf(named);
  check(
    options.hidden === undefined || method.layout.hidden,
    "hidden",
    () => `method ${method.name} has no hidden layer; drop the option, or take another method`,
  );
  const hidden = start ? start.sizes.slice(1, -1) : widths;
  const { epochs, batch, dropLast, patience, evaluateEvery } = settle(TRAINING, options, data);
  const network = networkConfig(pick(COMPUTED, options));
  const { evolution = {} } = options;
  checkObject(evolution, "evolution", "object of options");
  const planned = evolutionConfig(evolutionOf(method, evolution), epochs, data.classes);
  const shape = { inputs: data.features, hidden, classes: data.classes, epsilon, output };
  // dense-small is matched to what npset's removal leaves.
  const npsetRemoval = evolutionConfig({ ...evolution, removal: evolution.removal ?? {} }, epochs, data.classes).removal;
  return {
    ...{ method: method.name, hidden, epsilon, output, init },
    layout: start
      ? startLayout(method, start)
      : layOut(method, shape, npsetRemoval && { removal: npsetRemoval, epochs, period: planned.period }),
    evolution: changes(method) ? planned : null,
    network,
    lr: learningRate(options.lr, network.optimizer),
    ...{ epochs, batch, dropLast, seed: network.seed },
    inputs: start?.standardised ? "model" : start ? "raw" : inputs,
    ...{ patience, evaluateEvery },
    ...(start && { start }),
  };
}

/** The pieces among the options, and among those of a method of one's own, that are objects: what a config only names. */
export function handedIn({ method = "npset", evolution = {} }: TrainOptions): OwnPieces {
  return ownPieces(evolutionOf(methodOf(method), evolution));
}
