import { ACT, ACTIVATIONS, type Activation, DROPOUT_STYLES } from "../kernels/activation.js";
import { LOSSES, type Loss } from "../kernels/loss.js";
import type { Hyper, UpdateRule } from "../kernels/optimise.js";
import { check, checkBoolean, checkInteger, checkKeys, checkNumber, checkOneOf } from "../util/check.js";
import { shown } from "../util/shown.js";

/** The name of an optimiser. */
export type OptimizerName = "sgd" | "adam" | "adamw" | "rmsprop";
export const OPTIMIZERS = ["sgd", "adam", "adamw", "rmsprop"] as const satisfies readonly OptimizerName[];

/** An optimiser and its constants. Decay is decoupled for every one: w -= lr decay w_old, biases too. */
export interface OptimizerConfig {
  readonly name: OptimizerName;
  /** mu of SGD; 0 keeps no velocity. */
  readonly momentum: number;
  readonly nesterov: boolean;
  readonly decay: number;
  /** Adam's beta1 0.9, beta2 0.999, eps 1e-8 (Kingma, Ba 2015); RMSprop's beta2 is 0.99. */
  readonly beta1: number;
  readonly beta2: number;
  readonly eps: number;
}

/** What the layers compute; sizes and connections are in NetworkState. */
export interface NetworkConfig {
  readonly activation: Activation;
  /** Slope below 0: of leakyRelu (default 0.01), and of allRelu (default 0.6; negative in even layers). */
  readonly alpha: number;
  /** Rate of dropout after hidden activations, 0 to below 1. */
  readonly dropout: number;
  readonly dropoutStyle: (typeof DROPOUT_STYLES)[number];
  readonly loss: Loss;
  readonly optimizer: OptimizerConfig;
  /** Names the streams of dropout masks. */
  readonly seed: number;
}

/** An optimiser by its name, or with some of its constants. */
export type OptimizerOptions = OptimizerName | Partial<OptimizerConfig>;

/** What `networkConfig` fills up. */
export type NetworkOptions = Partial<Omit<NetworkConfig, "optimizer">> & { readonly optimizer?: OptimizerOptions };

/** Defaults: SET's authors' (ReLU, SGD with momentum 0.9), cross-entropy, no dropout, no decay. Throws on unknown options and on values out of range. */
export function networkConfig(options: NetworkOptions = {}): NetworkConfig {
  checkKeys(
    options,
    { activation: true, alpha: true, dropout: true, dropoutStyle: true, loss: true, optimizer: true, seed: true },
    "network option",
  );
  const {
    activation = "relu",
    dropout = 0,
    dropoutStyle = "inverted",
    loss = "crossEntropy",
    seed = 1,
    optimizer = {},
  } = options;
  checkOneOf(activation, ACTIVATIONS, "activation");
  const { alpha = activation === "allRelu" ? 0.6 : 0.01 } = options;
  checkNumber(alpha, "alpha", 0, 1);
  checkRate(dropout, "dropout");
  checkOneOf(dropoutStyle, DROPOUT_STYLES, "dropoutStyle");
  checkOneOf(loss, LOSSES, "loss");
  checkInteger(seed, "seed", 0, 2 ** 32 - 1);
  return { activation, alpha, dropout, dropoutStyle, loss, seed, optimizer: optimizerConfig(optimizer) };
}

/** Throws unless a value is a number from 0 to below 1. */
function checkRate(value: number, where: string): void {
  check(typeof value === "number" && value >= 0 && value < 1, where, () => `${shown(value)} is not a rate from 0 to below 1`);
}

/** What is given of an optimiser, as an object. */
export function optimizerFields(given: OptimizerOptions = {}): Partial<OptimizerConfig> {
  return typeof given === "string" ? { name: given } : given;
}

function optimizerConfig(given: OptimizerOptions): OptimizerConfig {
  const options = optimizerFields(given);
  checkKeys(
    options,
    { name: true, momentum: true, nesterov: true, decay: true, beta1: true, beta2: true, eps: true },
    "optimizer option",
  );
  const { name = "sgd", momentum = 0.9, nesterov = false, beta1 = 0.9, eps = 1e-8 } = options;
  checkOneOf(name, OPTIMIZERS, "optimizer");
  const { decay = name === "adamw" ? 0.01 : 0, beta2 = name === "rmsprop" ? 0.99 : 0.999 } = options;
  const config: OptimizerConfig = { name, momentum, nesterov, decay, beta1, beta2, eps };
  for (const key of ["momentum", "beta1", "beta2"] as const) checkRate(config[key], key);
  checkBoolean(config.nesterov, "nesterov");
  checkNumber(config.decay, "decay", 0);
  checkNumber(config.eps, "eps", Number.MIN_VALUE);
  check(
    !config.nesterov || (name === "sgd" && config.momentum > 0),
    "nesterov",
    () => "needs optimizer sgd with momentum above 0",
  );
  return config;
}

/** The kernels' update rule and constants of an optimiser. */
export function updateRule({ name, momentum, nesterov, ...rest }: OptimizerConfig): { rule: UpdateRule; hyper: Hyper } {
  const { beta2, eps, decay } = rest;
  if (name !== "sgd") return { rule: name === "rmsprop" ? "rmsprop" : "adam", hyper: { beta1: rest.beta1, beta2, eps, decay } };
  const rule = momentum === 0 ? "sgd" : nesterov ? "nesterov" : "momentum";
  return { rule, hyper: { beta1: momentum, beta2, eps, decay } };
}

/** How a layer's neurons answer: override ACT, the rectifier's slope below 0, and whether backward needs their inputs z rather than outputs. */
export interface Response {
  readonly act: number;
  readonly alpha: number;
  readonly savesZ: boolean;
}

/**
 * The response of weight layer `index` (from 0) of `count`; the last is linear. All-ReLU's slope is -alpha in even layers of the
 * network and +alpha in odd ones, the input being layer 1 (Curci et al. 2021), so the first hidden layer has -alpha.
 */
export function responseOf(config: NetworkConfig, index: number, count: number): Response {
  if (index === count - 1) return { act: ACT.linear, alpha: 0, savesZ: false };
  const { activation } = config;
  const even = (index + 2) % 2 === 0;
  const alpha = activation === "leakyRelu" ? config.alpha : activation === "allRelu" ? (even ? -config.alpha : config.alpha) : 0;
  const ambiguous = activation === "gelu" || activation === "srelu" || alpha < 0; // the output does not tell the input's side
  return { act: ACT[activation], alpha, savesZ: ambiguous || (config.dropout > 0 && config.dropoutStyle === "authors") };
}

/**
 * What layer `index` multiplies its z = W x + b by when dropout is off: SET's authors scale z at test time instead of the kept outputs in
 * training, from the second weight layer on.
 */
export function evaluationScale({ dropout, dropoutStyle }: NetworkConfig, index: number): number {
  return dropoutStyle === "authors" && index > 0 ? 1 - dropout : 1;
}
