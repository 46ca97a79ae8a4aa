import { methodOf } from "../methods/evolution-of.js";
import { METHODS, type MethodName } from "../methods/index.js";
import { OUTPUTS } from "../methods/layouts/layout.js";
import type { Method } from "../methods/method.js";
import { WEIGHT_INITS } from "../sparse/init-weights.js";
import { option } from "./option.js";
import { flag, integer, list, nullable, number, oneOf, pieceOf } from "./schema.js";

export const INPUTS = ["standardize", "scale255", "raw"] as const;

/** Neurons of a hidden layer. */
export const width = integer({ min: 1, max: 2 ** 31 });
const hiddenOf = ({ method }: { method: MethodName | Method }) => (methodOf(method).layout.hidden ? [1000, 1000] : []);
const METHOD = pieceOf(METHODS, "a layout, such as erdosRenyi", ({ layout }: Method) => typeof layout?.layout === "function");

/** The network that training starts with. */
export const LAYOUT = {
  method: option(METHOD, "npset", "what is connected, evolved and removed"),
  hidden: option(list(width), hiddenOf, "neurons of the hidden layers", {
    ...{ unit: "sizes", said: "hidden layer size", otherwise: "1000,1000; none of method linear" },
  }),
  epsilon: option(number({ above: 0 }), 20, "Erdos-Renyi parameter: about epsilon (in + out) connections a layer"),
  /** auto: sparse and evolved unless its density would exceed 0.6, then dense; fixed: sparse, never evolved. */
  output: option(oneOf(OUTPUTS), "auto", "kind of the output layer, where auto is dense if sparse would exceed density 0.6", {
    ...{ name: "outputLayer", unit: "kind" },
  }),
  /** By the actual fan-in. Biases start at 0. */
  init: option(oneOf(WEIGHT_INITS), "heUniform", "first weights"),
  /** scale255: divided by 255. */
  inputs: option(oneOf(INPUTS), "standardize", "scale of the inputs, by the training set to standardize", { unit: "how" }),
};

/** How long training takes, and in what steps. */
export const TRAINING = {
  epochs: option(integer({ min: 1, max: 10_000_000 }), 100, "passes over the training set", { unit: "n" }),
  batch: option(
    integer({ min: 1, max: 4096 }),
    ({ samples }: { samples: number }) => Math.min(32, samples),
    "samples a step, few where there are few",
    { ...{ unit: "n", otherwise: "32, at most the training samples" } },
  ),
  dropLast: option(flag(), false, "leave the short last batch of an epoch out"),
  /** Needs a validation set. */
  patience: option(nullable(integer({ min: 1 })), null, "stop after so many epochs without a better validation loss", {
    ...{ unit: "epochs", otherwise: "never" },
  }),
  /** Of the whole train and test sets; the last epoch always is evaluated. */
  evaluateEvery: option(integer({ min: 1 }), 1, "epochs between evaluations", { unit: "epochs" }),
};
