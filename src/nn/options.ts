import type { Activation } from "../activations/activation.js";
import { type ActivationName, activationOf } from "../activations/index.js";
import { ACTIVATION } from "../activations/schema.js";
import { DROPOUT_STYLES } from "../kernels/activation.js";
import { LOSS } from "../losses/schema.js";
import { type OptimizerName, optimiserOf } from "../optimisers/index.js";
import type { Optimiser } from "../optimisers/optimiser.js";
import { OPTIMISER } from "../optimisers/schema.js";
import { option } from "../options/option.js";
import { flag, float32, integer, number, oneOf } from "../options/schema.js";
import { TASK } from "../tasks/schema.js";

const alphaOf = ({ activation }: { activation: ActivationName | Activation }) => activationOf(activation).alpha ?? 0.01;

/** What is learnt. Files of classification do not say so, as in 0.1.0. */
export const LEARNT = {
  task: option(TASK, "classification", "what is learnt", {
    otherwise: "classification, regression of fractions, survival of --time and --event, multi-label of several labels",
  }),
};

/** What layers compute. */
export const NETWORK = {
  activation: option(ACTIVATION, "relu", "activation of the hidden neurons"),
  /** Negative in even layers of allRelu. */
  alpha: option(float32({ min: 0, max: 1 }), alphaOf, "slope below 0 of leakyRelu and allRelu", {
    unit: "slope",
    otherwise: "0.01; 0.6 of allRelu",
  }),
  dropout: option(float32({ min: 0, below: 1 }), 0, "rate of dropout: the fraction of hidden neurons that a step silences", {
    unit: "rate",
  }),
  /** authors: kept outputs are not divided by 1 - dropout, and backward has no mask. */
  dropoutStyle: option(oneOf(DROPOUT_STYLES), "inverted", "kind of dropout, where authors is that of SET's first release", {
    unit: "style",
  }),
  /** crossEntropy is of the softmax; mse the mean over the classes; authors as in SET's Fashion-MNIST scripts. */
  loss: option(LOSS, "crossEntropy", "loss that training lowers"),
};

/** What came after 0.1.0. Files name it only where it is not the default, and so are as before where it is. */
export const ADDED = {
  /** Of the loss that training lowers; what is told of sets is of the labels as they are. */
  labelSmoothing: option(
    float32({ min: 0, below: 1 }),
    0,
    "share of each label that is spread over all classes, of crossEntropy",
    { unit: "share" },
  ),
  /** Of the inputs in training, divided by 1 - rate where they are kept. Targets that are the inputs are whole: a denoising autoencoder. */
  inputDropout: option(
    float32({ min: 0, below: 1 }),
    0,
    "rate of dropout of the inputs: the fraction that a step hides, of task reconstruct from the network and not from the loss",
    { unit: "rate" },
  ),
  /** Of the gradient of all parameters of a network, of an ensemble of each member's; g times clipNorm / norm where the norm is above. */
  clipNorm: option(float32({ min: 0 }), 0, "norm that the gradient of a step is cut to, where 0 leaves it as it is", {
    unit: "norm",
  }),
  /** After each step, of the layers' weights: bias and linear skip are left alone. */
  maxNorm: option(
    float32({ min: 0 }),
    0,
    "most that the norm of a neuron's incoming weights may be after a step, where 0 sets no bound",
    { unit: "norm" },
  ),
  /** a += (1 - ema) / (1 - ema^t) (w - a) after step t, of all parameters: the mean of w_1 to w_t with weights ema^(t - i). New connections begin at 0. */
  ema: option(
    number({ min: 0, below: 1 }),
    0,
    "decay of the average of the weights over the steps, which is validated, kept and predicted with, where 0 takes the weights",
    { unit: "rate" },
  ),
  /** y = dropout(f(gamma xh + bias)) of hidden neurons, where xh is W x less its mean, divided by its deviation: of the batch, and once trained of all batches. */
  norm: option(
    oneOf(["none", "batch"]),
    "none",
    "how the sums of hidden neurons are normalised, where batch is each neuron's over the samples of the batch",
    { unit: "kind" },
  ),
  /** logits = network(x) + S x, so that the network holds the linear model. S is dense, starts at 0, and takes the optimiser's step and decay. */
  skip: option(
    oneOf(["none", "linear"]),
    "none",
    "what leads from the inputs straight to the outputs, where linear is a weight for each pair",
    { unit: "kind" },
  ),
};

/** Names every random stream: splits, topology, weights, order, masks, regrowth. */
export const SEED = {
  seed: option(integer({ min: 0, max: 2 ** 32 - 1 }), 1, "fixes splits, topology, weights, order", { unit: "n" }),
};

type Chosen = { readonly name: OptimizerName | Optimiser };
const rate = float32({ min: 0, below: 1 });

/** An optimiser and its constants. */
export const OPTIMIZER = {
  name: option(OPTIMISER, "sgd", "how gradients change weights", { name: "optimizer", said: "optimizer" }),
  /** mu of SGD; 0 keeps no velocity. */
  momentum: option(rate, 0.9, "of sgd", { unit: "mu" }),
  nesterov: option(flag(), false, "Nesterov momentum, of sgd"),
  /** Decoupled for every optimiser: w -= lr decay w_old, biases too. */
  decay: option(
    float32({ min: 0 }),
    ({ name }: Chosen) => optimiserOf(name).decay ?? 0,
    "pull of the weights to 0, w -= lr lambda w, which helps with few samples",
    { unit: "lambda", otherwise: "0; 0.01 of adamw" },
  ),
  /** Adam's beta1, beta2 and eps: Kingma, Ba 2015. */
  beta1: option(rate, 0.9, "of adam, adamw, lion and adabelief", { unit: "b" }),
  beta2: option(rate, ({ name }: Chosen) => optimiserOf(name).hyper.beta2?.default ?? 0.999, "of all but sgd", {
    unit: "b",
    otherwise: "0.999; 0.99 of rmsprop and lion",
  }),
  eps: option(float32({ min: Number.MIN_VALUE }), 1e-8, "of adam, adamw, rmsprop and adabelief", { unit: "e" }),
};
