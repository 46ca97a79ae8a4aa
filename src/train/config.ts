import { type EvolutionOptions, evolutionConfig } from "../evolution/config.js";
import { EVOLUTION, REMOVAL } from "../evolution/options.js";
import { changes, evolutionOf } from "../methods/evolution-of.js";
import { layOut, methodOf } from "../methods/index.js";
import { checkPieces } from "../methods/pieces.js";
import { networkConfig, optimizerFields } from "../nn/config.js";
import { NETWORK, OPTIMIZER, SEED } from "../nn/options.js";
import { pick, settle } from "../options/option.js";
import { withPieces } from "../options/piece.js";
import { check, checkKeys, checkObject } from "../util/check.js";
import type { StartShape, TrainConfig, TrainOptions } from "./options.js";
import { LAYOUT, TRAINING } from "./options.js";
import { RUN, type RunOptions } from "./run-options.js";
import { learningRate, RATE } from "./schedules.js";
import { startedOptions, startLayout } from "./start.js";

const COMPUTED = { ...NETWORK, ...SEED, optimizer: OPTIMIZER };
const ALL = { ...LAYOUT, ...COMPUTED, ...TRAINING, evolution: true, lr: RATE, pieces: true };

/** Fills in the defaults for data of a shape, or what the model says that training starts from, and checks every value; throws one clear usage error. */
export function trainConfig(
  given: TrainOptions,
  data: { features: number; classes: number; samples: number },
  start?: StartShape,
): TrainConfig {
  checkKeys<TrainOptions & RunOptions>(given, { ...ALL, ...RUN }, "option"); // `train` takes both in one object
  const { pieces = [] } = given;
  checkPieces(pieces, "pieces");
  const filled = withPieces({ ...LAYOUT, ...NETWORK }, given, pieces);
  const options = start ? startedOptions(filled, start) : filled;
  const { method: named, epsilon, output, init, inputs, hidden: widths } = settle(LAYOUT, options);
  const method = methodOf(named);
  check(
    options.hidden === undefined || method.layout.hidden,
    "hidden",
    () => `method ${method.name} has no hidden layer; drop the option, or take another method`,
  );
  const hidden = start ? start.sizes.slice(1, -1) : widths;
  const { epochs, batch, dropLast, patience, evaluateEvery } = settle(TRAINING, options, data);
  const optimizer = withPieces(OPTIMIZER, optimizerFields(options.optimizer), pieces);
  const network = networkConfig({ ...pick(COMPUTED, options), optimizer });
  const { evolution = {} } = options;
  checkObject(evolution, "evolution", "object of options");
  const settleEvolution = (asked: EvolutionOptions) => {
    const removal = asked.removal && withPieces(REMOVAL, asked.removal, pieces);
    return evolutionConfig({ ...withPieces(EVOLUTION, asked, pieces), removal }, epochs, data.classes);
  };
  const planned = settleEvolution(evolutionOf(method, evolution));
  const shape = { inputs: data.features, hidden, classes: data.classes, epsilon, output };
  // dense-small is matched to what npset's removal leaves.
  const npsetRemoval = settleEvolution({ ...evolution, removal: evolution.removal ?? {} }).removal;
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
