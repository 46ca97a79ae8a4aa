import type { Activation } from "../activations/activation.js";
import { activationOf } from "../activations/define.js";
import { ACTIVATIONS, type ActivationName } from "../activations/index.js";
import { DROPOUT_STYLES } from "../kernels/activation.js";
import { LOSSES } from "../losses/index.js";
import type { Loss } from "../losses/loss.js";
import { option } from "./option.js";
import { integer, number, oneOf, pieceOf } from "./schema.js";

const alphaOf = ({ activation }: { activation: ActivationName | Activation }) => activationOf(activation).alpha ?? 0.01;

const LOSS = pieceOf(
  LOSSES,
  "WGSL and a function sample",
  ({ wgsl, sample }: Loss) => typeof wgsl === "string" && typeof sample === "function",
);

/** What layers compute. */
export const NETWORK = {
  activation: option(oneOf(Object.keys(ACTIVATIONS) as ActivationName[]), "relu", "activation of the hidden neurons"),
  /** Negative in even layers of allRelu. */
  alpha: option(number({ min: 0, max: 1 }), alphaOf, "slope below 0 of leakyRelu and allRelu", {
    ...{ unit: "slope", otherwise: "0.01; 0.6 of allRelu" },
  }),
  dropout: option(number({ min: 0, below: 1 }), 0, "rate of dropout: the fraction of hidden neurons that a step silences", {
    unit: "rate",
  }),
  /** authors: kept outputs are not divided by 1 - dropout, and backward has no mask. */
  dropoutStyle: option(oneOf(DROPOUT_STYLES), "inverted", "kind of dropout, where authors is that of SET's first release", {
    unit: "style",
  }),
  /** crossEntropy is of the softmax; mse the mean over the classes; authors as in SET's Fashion-MNIST scripts. */
  loss: option(LOSS, "crossEntropy", "loss that training lowers"),
};

/** Names every random stream: splits, topology, weights, order, masks, regrowth. */
export const SEED = {
  seed: option(integer({ min: 0, max: 2 ** 32 - 1 }), 1, "fixes splits, topology, weights, order", { unit: "n" }),
};
