import { activationOf } from "../activations/index.js";
import { linear } from "../activations/linear.js";
import { isOwn, type LayerKind, type Response } from "../layers/kind.js";
import { lossOf } from "../losses/index.js";
import type { Loss } from "../losses/loss.js";
import { type OptimizerName, optimiserOf } from "../optimisers/index.js";
import { type Hyper, type HyperParams, hyperParams, type Optimiser } from "../optimisers/optimiser.js";
import { OPTIMISER } from "../optimisers/schema.js";
import { changed, type Given, type Options, option, type Settled, settle, settleAll } from "../options/option.js";
import { nameOf } from "../options/piece.js";
import { float32 } from "../options/schema.js";
import { type TaskName, taskOf } from "../tasks/index.js";
import type { Task } from "../tasks/task.js";
import { check, checkKeys, isRecord } from "../util/check.js";
import { hash4 } from "../util/counter-random.js";
import { ADDED, LEARNT, NETWORK, OPTIMIZER, SEED } from "./options.js";

/** An optimiser and its constants; those of one that is handed in stand beside these. */
export interface OptimizerConfig extends Settled<typeof OPTIMIZER> {}

/** What the layers compute; sizes and connections are in NetworkState. JSON has pieces of one's own by their names. */
export interface NetworkConfig extends Settled<typeof NETWORK & typeof SEED>, Given<typeof ADDED> {
  readonly optimizer: OptimizerConfig;
  /** What is learnt; absent of classification, as in files of 0.1.0. */
  readonly task?: TaskName | Task;
}

/** An optimiser by its name or as an object, or with some of its constants. */
export type OptimizerOptions =
  | OptimizerName
  | Optimiser
  | Partial<OptimizerConfig>
  | { readonly name: Optimiser; readonly [constant: string]: number | Optimiser };

/** What `networkConfig` fills up. */
export interface NetworkOptions extends Given<typeof LEARNT & typeof NETWORK & typeof ADDED & typeof SEED> {
  readonly optimizer?: OptimizerOptions;
}

/** Every choice of what the layers compute. Throws a usage error on unknown options and on values out of range. */
export function networkConfig(options: NetworkOptions = {}): NetworkConfig {
  checkKeys(options, { ...LEARNT, ...NETWORK, ...ADDED, ...SEED, optimizer: OPTIMIZER }, "network option");
  const optimizer = optimizerConfig(options.optimizer);
  const { task } = settle(LEARNT, options);
  const { name, losses } = taskOf(task);
  const settled = settle({ ...NETWORK, ...SEED }, { ...options, loss: options.loss === undefined ? losses[0] : options.loss });
  check(typeof settled.loss !== "string" || losses.includes(settled.loss), "loss", () => {
    return `${settled.loss} does not fit task ${name}; take ${losses.map(nameOf).join(", ")}, or a loss of your own`;
  });
  const added = settle(ADDED, options);
  check(added.labelSmoothing === 0 || lossOf(settled.loss).smoothed !== undefined, "labelSmoothing", () => {
    const others = losses.filter((loss) => lossOf(loss).smoothed).map(nameOf);
    const instead = others.length > 0 ? `take ${others.join(", ")}, or leave` : "leave";
    return `loss ${nameOf(settled.loss)} takes labels as they are; ${instead} labelSmoothing out`;
  });
  checkKept(optimizer, added);
  check(added.norm === "none" || settled.dropout === 0 || settled.dropoutStyle === "inverted", "norm", () => {
    return "dropout of style authors scales the sums of trained networks, which batch norm knows nothing of; take style inverted";
  });
  return { ...settled, optimizer, ...(task !== LEARNT.task.fallback && { task }), ...changed(ADDED, added) };
}

/** Whether outputs are to come near numbers, given or the inputs. */
const learnsTargets = ({ scaled, targets }: Task) => scaled === true || targets === "inputs";

/** What a network's outputs are held against: numbers where the task has them, else classes. In training labels may be smoothed, in evaluation they are as they are. */
export function lossIn({ loss, task, labelSmoothing: by = 0 }: NetworkConfig, training: boolean): Loss {
  const chosen = lossOf(loss);
  const plain = (learnsTargets(taskOf(task)) && chosen.ofTargets) || chosen;
  return (training && by > 0 && plain.smoothed?.(by)) || plain;
}

/** Whether inputs that are the targets, too, are hidden from the network. */
export const hidesTargets = ({ inputDropout = 0, task }: NetworkConfig) => inputDropout > 0 && taskOf(task).targets === "inputs";

/** What is given of an optimiser, as an object. */
export function optimizerFields(given: OptimizerOptions = {}): Partial<OptimizerConfig> {
  const piece = typeof given === "object" && given !== null && "step" in given;
  return typeof given === "string" || piece ? { name: given as OptimizerName | Optimiser } : given;
}

function optimizerConfig(given?: OptimizerOptions): OptimizerConfig {
  const fields = optimizerFields(given);
  const config = settleAll({ ...OPTIMIZER, ...constantsOf(fields) }, fields, "optimizer");
  check(!config.nesterov || (config.name === "sgd" && config.momentum > 0), "nesterov", () => {
    return "needs optimizer sgd with momentum above 0";
  });
  return config;
}

/** The constants of an optimiser that is handed in, as options. */
export function constantsOf(fields: Partial<OptimizerConfig>): Options {
  if (!isRecord(fields) || !isRecord(fields.name) || OPTIMISER.problem(fields.name) !== undefined) return {};
  const { name, hyper } = fields.name as Optimiser;
  const constants = Object.entries(hyper).map(([key, { default: fallback, ...bounds }]) => {
    return [key, option(float32(bounds), fallback, `of ${name}`)] as const;
  });
  return Object.fromEntries(constants);
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
  const optimiser = chosen.rule?.({ ...config }) ?? chosen;
  const hyper = { ...config } as unknown as Hyper;
  return { optimiser, hyper, params: hyperParams(optimiser, hyper, config.decay) };
}

/** What is kept beside each weight, by the names that files have: for clipping its gradient, then the rule's state, then its average. */
export function keptNames({ optimizer, clipNorm = 0, ema = 0 }: Pick<NetworkConfig, "optimizer" | "clipNorm" | "ema">): string[] {
  const { state } = updateRule(optimizer).optimiser;
  return [...(clipNorm > 0 ? ["gradient"] : []), ...state, ...(ema > 0 ? ["average"] : [])];
}

/** Throws where an optimiser of one's own has what clipping and averages need. */
function checkKept(optimizer: OptimizerConfig, { clipNorm, ema }: Pick<NetworkConfig, "clipNorm" | "ema">): void {
  const { optimiser, hyper } = updateRule(optimizer);
  const names = keptNames({ optimizer, clipNorm, ema });
  const twice = names.find((name, i) => names.indexOf(name) < i);
  check(twice === undefined, "optimizer", () => {
    return `${optimiser.name} keeps a state ${twice}, which ${twice === "average" ? "ema" : "clipNorm"} keeps too; give it another name`;
  });
  const corrections = optimiser.corrections?.(hyper, 1).length ?? 0;
  check(!ema || corrections < 3, "ema", () => {
    return `${optimiser.name} takes ${corrections} corrections, which leaves no room for the rate of an average; leave ema out`;
  });
}

/** Rates of step t (from 1) at a learning rate: what `RunnerOptions.rates` gives. The fourth is that of an average of the weights. */
export function ratesAt({ optimiser, hyper }: UpdateRule, lr: number, t: number, ema = 0): readonly number[] {
  const [first = 0, second = 0, third = 0] = optimiser.corrections?.(hyper, t) ?? [];
  return [lr, first, second, ema > 0 ? (1 - ema) / (1 - ema ** t) : third];
}

/** Weight layers below layer `index`. */
const weightsBelow = (kinds: readonly LayerKind[], index: number) => kinds.slice(0, index).filter((kind) => !isOwn(kind)).length;

/** The response of layer `index` (from 0); the last is linear, and so are those of a kind of one's own. */
export function responseOf(config: NetworkConfig, kinds: readonly LayerKind[], index: number): Response {
  if (index === kinds.length - 1 || isOwn(kinds[index])) return { activation: linear, alpha: 0, savesZ: false };
  const activation = activationOf(config.activation);
  const { needs, parameters } = activation;
  const alpha = activation.slope?.(config.alpha, weightsBelow(kinds, index)) ?? 0;
  const own = (typeof needs === "function" ? needs(alpha) : needs) === "z" || parameters !== undefined;
  const savesZ = own || (config.dropout > 0 && config.dropoutStyle === "authors");
  return { activation, alpha, savesZ, ...(config.norm === "batch" && { norm: true }) };
}

/**
 * What layer `index` multiplies its z = W x + b by when dropout is off: SET's authors scale z at test time instead of the kept outputs in
 * training, from the second weight layer on.
 */
export function evaluationScale({ dropout, dropoutStyle }: NetworkConfig, kinds: readonly LayerKind[], index: number): number {
  return dropoutStyle === "authors" && weightsBelow(kinds, index) > 0 ? 1 - dropout : 1;
}

/** The stream of the dropout masks of layer `index`, of a network whose streams a seed names. */
export function dropoutStream(seed: number, index: number): number {
  return hash4(seed, index, 0x64726f70, 0); // "drop"
}
