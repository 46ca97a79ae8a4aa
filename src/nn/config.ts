import type { Activation } from "../activations/activation.js";
import { activationOf, defineActivation } from "../activations/define.js";
import type { ActivationName } from "../activations/index.js";
import { linear } from "../activations/linear.js";
import { defineLoss } from "../losses/define.js";
import { defineOptimiser, optimiserOf } from "../optimisers/define.js";
import type { OptimizerName } from "../optimisers/index.js";
import { type Hyper, type HyperParams, hyperParams, type Optimiser } from "../optimisers/optimiser.js";
import { type Given, option, type Settled, settle, settleAll } from "../options/option.js";
import { number } from "../options/schema.js";
import { check, checkKeys, isRecord } from "../util/check.js";
import { NETWORK, OPTIMIZER, SEED } from "./options.js";

/** An optimiser and its constants; those of one that is handed in stand beside these. */
export interface OptimizerConfig extends Omit<Settled<typeof OPTIMIZER>, "name"> {
  readonly name: OptimizerName | Optimiser;
}

/** What the layers compute; sizes and connections are in NetworkState. */
export interface NetworkConfig extends Omit<Settled<typeof NETWORK & typeof SEED>, "activation"> {
  readonly activation: ActivationName | Activation;
  readonly optimizer: OptimizerConfig;
}

/** An optimiser by its name or as an object, or with some of its constants. */
export type OptimizerOptions =
  | OptimizerName
  | Optimiser
  | Partial<OptimizerConfig>
  | { readonly name: Optimiser; readonly [constant: string]: number | Optimiser };

/** What `networkConfig` fills up. */
export interface NetworkOptions extends Omit<Given<typeof NETWORK & typeof SEED>, "activation"> {
  /** What hidden neurons answer: a name, or an activation of your own. */
  readonly activation?: ActivationName | Activation;
  readonly optimizer?: OptimizerOptions;
}

/** Every choice of what the layers compute. Throws a usage error on unknown options and on values out of range. */
export function networkConfig(options: NetworkOptions = {}): NetworkConfig {
  checkKeys(options, { ...NETWORK, ...SEED, optimizer: OPTIMIZER }, "network option");
  const optimizer = optimizerConfig(options.optimizer);
  const { activation: given, ...rest } = options;
  const own = typeof given === "object" && given !== null ? defineActivation(given) : undefined;
  const { activation: _names, ...others } = { ...NETWORK, ...SEED };
  const settled = own
    ? { activation: own, ...settle(others, rest, { activation: own }) }
    : settle({ ...NETWORK, ...SEED }, options as Given<typeof NETWORK & typeof SEED>);
  const loss = typeof settled.loss === "object" ? defineLoss(settled.loss) : settled.loss;
  return { ...settled, loss, optimizer };
}

/** What is given of an optimiser, as an object. */
export function optimizerFields(given: OptimizerOptions = {}): Partial<OptimizerConfig> {
  const piece = typeof given === "object" && given !== null && "wgsl" in given;
  return typeof given === "string" || piece ? { name: given as OptimizerName | Optimiser } : given;
}

function optimizerConfig(given: OptimizerOptions = {}): OptimizerConfig {
  const fields = optimizerFields(given);
  const own = isRecord(fields) && typeof fields.name === "object";
  const config = own ? ownConfig(fields) : settleAll(OPTIMIZER, fields as Given<typeof OPTIMIZER>, "optimizer");
  check(
    !config.nesterov || (config.name === "sgd" && config.momentum > 0),
    "nesterov",
    () => "needs optimizer sgd with momentum above 0",
  );
  return config;
}

/** The choices of an optimiser that is handed in: its own constants, and those that files list whatever it is. */
function ownConfig({ name: given, ...rest }: Partial<OptimizerConfig>): OptimizerConfig {
  const { name: _names, ...shared } = OPTIMIZER;
  const name = defineOptimiser(given as Optimiser);
  const own = Object.entries(name.hyper).map(([key, { default: fallback, ...bounds }]) => [
    key,
    option(number(bounds), fallback, `of ${name.name}`),
  ]);
  return { name, ...settleAll({ ...shared, ...Object.fromEntries(own) } as typeof shared, rest, "optimizer", { name }) };
}

/** The rule of an optimiser with its constants, by name and as kernels take them. */
export interface UpdateRule {
  readonly optimiser: Optimiser;
  readonly hyper: Hyper;
  readonly params: HyperParams;
}

/** What the kernels update weights by. */
export function updateRule(config: OptimizerConfig): UpdateRule {
  const chosen = optimiserOf(config.name);
  const optimiser = chosen.variant?.({ ...config }) ?? chosen;
  const hyper = { ...config } as unknown as Hyper;
  return { optimiser, hyper, params: hyperParams(optimiser, hyper, config.decay) };
}

/** Rates of step t (from 1) at a learning rate: what `RunnerOptions.rates` gives. */
export function ratesAt({ optimiser, hyper }: UpdateRule, lr: number, t: number): readonly number[] {
  return [lr, ...(optimiser.corrections?.(hyper, t) ?? [])];
}

/** How a layer's neurons answer: the activation, its slope alpha, and whether backward needs their inputs z rather than outputs. */
export interface Response {
  readonly activation: Activation;
  readonly alpha: number;
  readonly savesZ: boolean;
}

/** The response of weight layer `index` (from 0) of `count`; the last is linear. */
export function responseOf(config: NetworkConfig, index: number, count: number): Response {
  if (index === count - 1) return { activation: linear, alpha: 0, savesZ: false };
  const activation = activationOf(config.activation);
  const { needs, parameters } = activation;
  const alpha = activation.slope?.(config.alpha, index) ?? 0;
  const own = (typeof needs === "function" ? needs(alpha) : needs) === "z" || parameters !== undefined;
  return { activation, alpha, savesZ: own || (config.dropout > 0 && config.dropoutStyle === "authors") };
}

/**
 * What layer `index` multiplies its z = W x + b by when dropout is off: SET's authors scale z at test time instead of the kept outputs in
 * training, from the second weight layer on.
 */
export function evaluationScale({ dropout, dropoutStyle }: NetworkConfig, index: number): number {
  return dropoutStyle === "authors" && index > 0 ? 1 - dropout : 1;
}
