import { folded } from "../io/folded.js";
import { checkSingle, type SavedModel } from "../io/saved-model.js";
import { isOwn } from "../layers/kind.js";
import { type NetworkConfig, networkConfig } from "../nn/config.js";
import { evaluated } from "../nn/evaluated.js";
import { kindOf, type NetworkState } from "../nn/state.js";
import { check } from "../util/check.js";

/** A network that computes what a model does in evaluation, with nothing that is of training alone. */
export interface Plain {
  readonly state: NetworkState;
  readonly config: NetworkConfig;
}

/** The network that measures are of: batch norm and averages are folded into its weights. Throws where it is not one network of known layers. */
export function plainOf(saved: SavedModel): Plain {
  checkSingle(saved, "measure", "measures are of one network: train without members");
  const { network, config } = folded(saved);
  const own = network.layers.map(kindOf).find(isOwn);
  check(!own, "measure", () => `layer kind ${own?.name} is one of your own, whose norm nobody knows; take a model without it`);
  const { task, loss, activation, alpha, seed, skip } = config;
  const optimizer = { name: "sgd", momentum: 0.9 } as const; // keeps an array beside the weights, which has their gradient
  return {
    state: { ...network, layers: evaluated(network, config) },
    config: networkConfig({ task, loss, activation, alpha, seed, skip, optimizer }),
  };
}
