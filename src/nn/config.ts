import { ACT } from "../kernels/activation.js";
import type { Hyper, UpdateRule } from "../kernels/optimise.js";
import { NETWORK, SEED } from "../options/network.js";
import { OPTIMIZER } from "../options/optimizer.js";
import { type Given, type Settled, settle, settleAll } from "../options/option.js";
import { check, checkKeys } from "../util/check.js";

/** An optimiser and its constants. */
export interface OptimizerConfig extends Settled<typeof OPTIMIZER> {}

/** The name of an optimiser. */
export type OptimizerName = OptimizerConfig["name"];

/** What the layers compute; sizes and connections are in NetworkState. */
export interface NetworkConfig extends Settled<typeof NETWORK & typeof SEED> {
  readonly optimizer: OptimizerConfig;
}

/** An optimiser by its name, or with some of its constants. */
export type OptimizerOptions = OptimizerName | Partial<OptimizerConfig>;

/** What `networkConfig` fills up. */
export interface NetworkOptions extends Given<typeof NETWORK & typeof SEED> {
  readonly optimizer?: OptimizerOptions;
}

/** Every choice of what the layers compute. Throws a usage error on unknown options and on values out of range. */
export function networkConfig(options: NetworkOptions = {}): NetworkConfig {
  checkKeys(options, { ...NETWORK, ...SEED, optimizer: OPTIMIZER }, "network option");
  return { ...settle({ ...NETWORK, ...SEED }, options), optimizer: optimizerConfig(options.optimizer) };
}

/** What is given of an optimiser, as an object. */
export function optimizerFields(given: OptimizerOptions = {}): Partial<OptimizerConfig> {
  return typeof given === "string" ? { name: given } : given;
}

function optimizerConfig(given: OptimizerOptions = {}): OptimizerConfig {
  const config = settleAll(OPTIMIZER, optimizerFields(given), "optimizer");
  check(
    !config.nesterov || (config.name === "sgd" && config.momentum > 0),
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
