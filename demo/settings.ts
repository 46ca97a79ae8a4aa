import {
  LOSSES,
  type Loss,
  type LossName,
  METHODS,
  type Method,
  type MethodName,
  TASKS,
  type TaskName,
} from "../src/api/extend.js";
import type { TrainOptions } from "../src/api/index.js";
import { EVOLUTION, REMOVAL } from "../src/evolution/options.js";
import { METHOD_NAMES } from "../src/methods/index.js";
import { THRESHOLD_SCORES, type ThresholdScore } from "../src/metrics/classes/threshold.js";
import { ADDED, NETWORK, OPTIMIZER, SEED } from "../src/nn/options.js";
import { OPTIMISERS } from "../src/optimisers/index.js";
import { option, type Settled } from "../src/options/option.js";
import { list, number, oneOf, problemOf } from "../src/options/schema.js";
import { RATES, type RateName } from "../src/rates/index.js";
import { ENSEMBLE } from "../src/train/ensemble.js";
import { trainOptionsOf } from "../src/train/flat-options.js";
import { BESIDE, LAYOUT, QUANTILES, TRAINING, width } from "../src/train/options.js";
import { RATE } from "../src/train/schedules.js";
import type { BuiltIn } from "./sources.js";

type OptimizerName = keyof typeof OPTIMISERS;
const widths = list(width, { least: 1, takes: "whole numbers of neurons above 0, such as 300, 300" });

/** The loss that a task takes by itself. */
const OWN = "own";
/** The threshold that no validation set chooses. */
const HALF = "1/2";

/** The options that the page has controls for, in their order, and its own two: all that fixes a run beside the data. */
export const SETTINGS = {
  method: { ...LAYOUT.method, schema: oneOf(METHOD_NAMES), fallback: "npset" as MethodName },
  hidden: { ...LAYOUT.hidden, schema: widths, fallback: [300, 300], help: "widths of the hidden layers, such as 300, 300" },
  epsilon: { ...LAYOUT.epsilon, fallback: 8 },
  zeta: EVOLUTION.zeta,
  remove: REMOVAL.amount,
  members: ENSEMBLE.members,
  optimizer: { ...OPTIMIZER.name, schema: oneOf(Object.keys(OPTIMISERS) as OptimizerName[]), fallback: "sgd" as OptimizerName },
  loss: { ...NETWORK.loss, schema: oneOf([OWN, ...(Object.keys(LOSSES) as LossName[])]), fallback: OWN as LossName | typeof OWN },
  quantiles: {
    ...QUANTILES.quantiles,
    schema: list(number({ above: 0, below: 1 }), {
      takes: "numbers between 0 and 1, 0.5 in the middle, such as 0.1, 0.5, 0.9; or none",
    }),
    fallback: [] as readonly number[],
  },
  classWeight: option(oneOf(["none", "balanced"]), "none", "weights in the loss, where balanced has each class count alike"),
  lr: { ...RATE.rate, fallback: 0.03 },
  lrSchedule: { ...RATE.schedule, schema: oneOf(Object.keys(RATES) as RateName[]), fallback: "constant" as RateName },
  decay: { ...OPTIMIZER.decay, fallback: 0 },
  dropout: NETWORK.dropout,
  ...ADDED,
  batch: { ...TRAINING.batch, fallback: 32 },
  epochs: { ...TRAINING.epochs, fallback: 30 },
  test: option(number({ above: 0, below: 1 }), 1 / 3, "fraction of the samples kept for testing"),
  validation: option(
    number({ above: 0, below: 1 }),
    0.2,
    "fraction of the others kept to choose calibration and threshold by, if there are any",
  ),
  calibrate: option(oneOf(["none", "temperature"]), "none", BESIDE.calibrate.help),
  threshold: option(oneOf<ThresholdScore | typeof HALF>([HALF, ...THRESHOLD_SCORES]), HALF, BESIDE.threshold.help),
  seed: SEED.seed,
  inputs: LAYOUT.inputs,
  device: option(oneOf(["webgpu", "cpu"]), "webgpu", "the CPU takes over where there is no WebGPU"),
};

/** What the controls set. Plain JSON, so that a link can hold it. */
export interface Settings extends Settled<typeof SETTINGS> {}

/** What training starts from on the bundled digits. */
export const DEFAULTS = Object.fromEntries(
  Object.entries(SETTINGS).map(([key, { fallback }]) => [key, fallback]),
) as unknown as Settings;

/** How many methods race at most. */
export const MOST_RACERS = 3;

/** Settings that came after 0.1.0: what its links and its kept trainings say without them. */
const LATER: Partial<Settings> = {
  members: DEFAULTS.members,
  loss: DEFAULTS.loss,
  quantiles: DEFAULTS.quantiles,
  classWeight: DEFAULTS.classWeight,
  validation: DEFAULTS.validation,
  calibrate: DEFAULTS.calibrate,
  threshold: DEFAULTS.threshold,
  lrSchedule: DEFAULTS.lrSchedule,
  labelSmoothing: DEFAULTS.labelSmoothing,
  inputDropout: DEFAULTS.inputDropout,
  clipNorm: DEFAULTS.clipNorm,
  maxNorm: DEFAULTS.maxNorm,
  ema: DEFAULTS.ema,
  norm: DEFAULTS.norm,
  skip: DEFAULTS.skip,
};

/**
 * Settings from a link or a kept training, with those that came later, in the order of the controls: links of equal settings are equal texts.
 * Whether they are settings at all is for others to say.
 */
export function withLater<S>(settings: S): S {
  if (typeof settings !== "object" || settings === null || Array.isArray(settings)) return settings;
  const whole: Readonly<Record<string, unknown>> = { ...LATER, ...settings };
  const known = Object.keys(SETTINGS).filter((key) => Object.hasOwn(whole, key));
  return { ...Object.fromEntries(known.map((key) => [key, whole[key]])), ...whole } as S;
}

/** What the settings are called in the page. */
export const LABELS: Readonly<Record<keyof Settings, string>> = {
  method: "Method",
  hidden: "Hidden layers",
  epsilon: "epsilon",
  zeta: "zeta",
  remove: "Remove",
  members: "Members",
  optimizer: "Optimiser",
  loss: "Loss",
  quantiles: "Quantiles",
  classWeight: "Class weights",
  lr: "Learning rate",
  lrSchedule: "Course of the rate",
  decay: "Decay",
  dropout: "Dropout",
  labelSmoothing: "Label smoothing",
  inputDropout: "Input dropout",
  clipNorm: "Clip gradients at",
  maxNorm: "Max-norm",
  ema: "Average weights",
  norm: "Norm",
  skip: "Skip",
  batch: "Batch",
  epochs: "Epochs",
  test: "Held out",
  validation: "Validation",
  calibrate: "Calibration",
  threshold: "Threshold",
  seed: "Seed",
  inputs: "Inputs",
  device: "Device",
};

/** More on a name than the name. */
const NOTES: Readonly<Record<string, string>> = {
  npset: "npset: rewire, and remove hidden neurons",
  set: "set: rewire",
  static: "static: sparse, never rewired",
  "static-np": "static-np: remove neurons, no rewiring",
  "set-half": "set-half: rewire, half the width from the start",
  dense: "dense: every connection",
  "dense-small": "dense-small: dense, as many parameters as npset ends with",
  linear: "linear: no hidden layer",
  own: "the task's own",
  standardize: "standardize each feature",
  robust: "by median and quartiles, clipped at 3",
  scale255: "divide by 255 (pictures)",
  raw: "as they are",
  webgpu: "GPU (WebGPU)",
  cpu: "CPU (WebAssembly)",
};

/** The names that a setting takes of a task, each with what it is called in the page; undefined where it takes other values. */
export function choicesOf(
  key: keyof Settings,
  task: TaskName = "classification",
): readonly (readonly [name: string, text: string])[] | undefined {
  const losses: readonly unknown[] = [OWN, ...TASKS[task].losses];
  const names = SETTINGS[key].schema.names?.filter((name) => key !== "loss" || losses.includes(name));
  return names?.map((name) => [name, NOTES[name] ?? (key === "method" ? publishedText(name as MethodName) : name)]);
}

/** "rigl: Evci et al. 2020, arXiv 1911.11134". */
function publishedText(name: MethodName): string {
  const { source }: Method = METHODS[name];
  return source ? `${name}: ${source}` : name;
}

/** What is wrong with a setting's value, as a sentence's end; null where nothing is. */
export function settingProblem(key: keyof Settings, value: unknown): string | null {
  const { schema } = SETTINGS[key];
  const problem = problemOf(schema, value);
  if (!problem) return null;
  return schema.kind === "list" || Number.isNaN(value) ? `it takes ${schema.takes}` : problem.message;
}

/** The numbers that a text lists, parted by commas, spaces, x or dashes; NaN for a part that is no decimal number. */
export function numbersOf(text: string): number[] {
  if (text.trim() === "") return [];
  const parts = text.trim().split(/\s*[,;x-]\s*|\s+/);
  return parts.map((part) => (/^\d+(\.\d*)?(e\+?\d+)?$/i.test(part) ? Number(part) : Number.NaN));
}

/** Whether the method makes use of a setting and has none of its own, and the task, of so many classes. */
export function isUsed(key: keyof Settings, method: MethodName, task: TaskName = "classification", classes = 2): boolean {
  const { prune, remove, removal, evolution, layout }: Method = METHODS[method];
  const { hidden, sparse, matched = false } = layout;
  const losses: Readonly<Record<LossName, Loss>> = LOSSES;
  const used: Partial<Record<keyof Settings, boolean>> = {
    zeta: !!prune && evolution?.zeta === undefined,
    remove: !!remove && removal?.amount === undefined,
    epsilon: sparse || matched,
    hidden,
    norm: hidden,
    skip: hidden,
    quantiles: TASKS[task].scaled === true,
    classWeight: task === "classification",
    validation: task === "classification",
    calibrate: task === "classification",
    threshold: task === "classification" && classes === 2,
    labelSmoothing: losses[TASKS[task].losses[0] as LossName].smoothed !== undefined,
  };
  return used[key] ?? true;
}

const { hidden, epsilon, batch, epochs, lr, decay, dropout, optimizer, inputs } = DEFAULTS;

/** Settings that suit the data the page brings along, and why. */
export const BUILT_IN_SETTINGS: Readonly<Record<BuiltIn, { readonly settings: Partial<Settings>; readonly reason: string }>> = {
  digits: {
    settings: { hidden, epsilon, batch, epochs, lr, decay, dropout, optimizer, inputs },
    reason: "reaches 95 % and more within seconds on this set of small pictures",
  },
  leukaemia: {
    settings: { hidden: [100], epsilon: 5, batch: 8, epochs: 40, lr: 0.01, decay: 0.1, dropout: 0.2, optimizer, inputs },
    reason: "one small layer, a decay and dropout: there are 25 times as many genes as patients",
  },
  informative: {
    settings: { hidden: [100], epsilon: 5, batch: 8, epochs: 60, lr: 0.01, decay: 0.5, dropout: 0, optimizer, inputs },
    reason:
      "one small layer and a strong decay: connections of inputs that tell nothing fade and are pruned, so the ranking finds those that do",
  },
};

/** Options of `train` for the settings and what is learnt; a method that does not prune or remove is given nothing to prune or remove with. */
export function trainOptions(settings: Settings, task?: TaskName): TrainOptions {
  const {
    test: _test,
    device: _device,
    validation: _validation,
    calibrate: _calibrate,
    threshold: _threshold,
    ...others
  } = settings;
  const { quantiles, loss, classWeight } = others;
  const given = {
    ...others,
    loss: loss === OWN ? undefined : loss,
    quantiles: quantiles.length > 0 ? quantiles : undefined,
    classWeight: classWeight === "none" ? undefined : classWeight,
  };
  const used = Object.entries(given).filter(([key]) => key === "epsilon" || isUsed(key as keyof Settings, settings.method, task));
  return { evolution: {}, ...trainOptionsOf(Object.fromEntries(used)), ...(task && { task }) };
}

/** Options of `train` for what is chosen on the validation part when training is done: of a network that is to be used, not of those that are timed or repeated. */
export function chosenAfter(
  { method, calibrate, threshold }: Settings,
  task: TaskName,
  classes: number,
): Pick<TrainOptions, "calibrate" | "threshold"> {
  return {
    ...(calibrate !== "none" && isUsed("calibrate", method, task) && { calibrate: true }),
    ...(threshold !== HALF && isUsed("threshold", method, task, classes) && { threshold }),
  };
}
