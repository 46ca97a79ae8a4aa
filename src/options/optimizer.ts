import { optimiserOf } from "../optimisers/define.js";
import { OPTIMISERS, type OptimizerName } from "../optimisers/index.js";
import type { Optimiser } from "../optimisers/optimiser.js";
import { option } from "./option.js";
import { flag, number, oneOf } from "./schema.js";

type Chosen = { readonly name: OptimizerName | Optimiser };
const rate = number({ min: 0, below: 1 });

/** An optimiser and its constants. */
export const OPTIMIZER = {
  name: option(oneOf(Object.keys(OPTIMISERS) as OptimizerName[]), "sgd", "how gradients change weights", {
    name: "optimizer",
    said: "optimizer",
  }),
  /** mu of SGD; 0 keeps no velocity. */
  momentum: option(rate, 0.9, "of sgd", { unit: "mu" }),
  nesterov: option(flag(), false, "Nesterov momentum, of sgd"),
  /** Decoupled for every optimiser: w -= lr decay w_old, biases too. */
  decay: option(
    number({ min: 0 }),
    ({ name }: Chosen) => optimiserOf(name).decay ?? 0,
    "pull of the weights to 0, w -= lr lambda w, which helps with few samples",
    { ...{ unit: "lambda", otherwise: "0; 0.01 of adamw" } },
  ),
  /** Adam's beta1, beta2 and eps: Kingma, Ba 2015. */
  beta1: option(rate, 0.9, "of adam and adamw", { unit: "b" }),
  beta2: option(rate, ({ name }: Chosen) => optimiserOf(name).hyper.beta2?.default ?? 0.999, "of adam, adamw and rmsprop", {
    ...{ unit: "b", otherwise: "0.999; 0.99 of rmsprop" },
  }),
  eps: option(number({ min: Number.MIN_VALUE }), 1e-8, "of adam, adamw and rmsprop", { unit: "e" }),
};
