import { STEPS } from "../data/prepare/index.js";
import { SCALES, type ScaleName } from "../data/scales.js";
import type { EvolutionConfig, EvolutionOptions } from "../evolution/config.js";
import type { LayerKind } from "../layers/kind.js";
import { type MethodName, methodOf } from "../methods/index.js";
import { type Layout, OUTPUTS } from "../methods/layouts/layout.js";
import type { Method } from "../methods/method.js";
import { METHOD, type OwnPiece } from "../methods/pieces.js";
import { TOPOLOGY_NAMES, type TopologyName } from "../methods/topologies/index.js";
import { THRESHOLD_SCORES, type ThresholdScore } from "../metrics/classes/threshold.js";
import { METRICS, type MetricName } from "../metrics/index.js";
import type { Metric } from "../metrics/metric.js";
import type { NetworkConfig, NetworkOptions } from "../nn/config.js";
import type { ADDED, NETWORK } from "../nn/options.js";
import { type Given, option, type Settled } from "../options/option.js";
import { flag, integer, list, nullable, number, oneOf, optional, text } from "../options/schema.js";
import { WEIGHT_INITS } from "../sparse/init-weights.js";
import { EPSILON } from "../sparse/initial.js";
import type { ENSEMBLE, Ensemble } from "./ensemble.js";
import { CLASS_WEIGHT, type ClassWeight } from "./sample-weights.js";
import type { LearningRate } from "./schedules.js";

/** What inputs may go through. */
export const INPUTS = Object.keys(SCALES) as ScaleName[];

/** Neurons of a hidden layer. */
export const width = integer({ min: 1, max: 2 ** 31 });
const hiddenOf = ({ method }: { method: MethodName | Method }) => (methodOf(method).layout.hidden ? [1000, 1000] : []);

/** The network that training starts with. */
export const LAYOUT = {
  method: option(METHOD, "npset", "what is connected, evolved and removed"),
  hidden: option(list(width), hiddenOf, "neurons of the hidden layers", {
    unit: "sizes",
    said: "hidden layer size",
    otherwise: "1000,1000; none of method linear",
  }),
  epsilon: option(number({ above: 0 }), EPSILON, "Erdos-Renyi parameter: about epsilon (in + out) connections a layer"),
  /** erdos-renyi: narrow layers are denser; uniform: all alike; erk: as erdos-renyi, with what full layers cannot take in the others. */
  topology: option(oneOf(TOPOLOGY_NAMES), "erdos-renyi", "how first connections are dealt to layers, and which cells get them", {
    unit: "how",
  }),
  /** auto: sparse and evolved unless its density would exceed 0.6, then dense; fixed: sparse, never evolved. */
  output: option(oneOf(OUTPUTS), "auto", "kind of the output layer, where auto is dense if sparse would exceed density 0.6", {
    name: "outputLayer",
    unit: "kind",
  }),
  /** By the actual fan-in. Biases start at 0. */
  init: option(oneOf(WEIGHT_INITS), "heUniform", "first weights"),
  /** By the training set: standardize by mean and deviation, robust by median and quartiles. scale255: divided by 255. */
  inputs: option(
    oneOf(INPUTS),
    "standardize",
    "scale of the inputs, where robust is by median and quartiles, smoothly clipped at 3",
    { unit: "how" },
  ),
};

/** How long training takes, and in what steps. */
export const TRAINING = {
  epochs: option(integer({ min: 1, max: 10_000_000 }), 100, "passes over the training set", { unit: "n" }),
  batch: option(
    integer({ min: 1, max: 4096 }),
    ({ samples }: { samples: number }) => Math.min(32, samples),
    "samples a step, few where there are few",
    { unit: "n", otherwise: "32, at most the training samples; all of them of survival" },
  ),
  dropLast: option(flag(), false, "leave the short last batch of an epoch out"),
  /** Needs a validation set. */
  patience: option(nullable(integer({ min: 1 })), null, "stop after so many epochs without a better validation loss, or metric", {
    unit: "epochs",
    otherwise: "never",
  }),
  /** Of the whole train and test sets; the last epoch always is evaluated. */
  evaluateEvery: option(integer({ min: 1 }), 1, "epochs between evaluations", { unit: "epochs" }),
};

/** What a regression learns of each target in the place of its mean. */
export const QUANTILES = {
  quantiles: option(
    optional(list(number({ above: 0, below: 1 }), { least: 1, takes: "a list of numbers between 0 and 1" })),
    undefined,
    "quantiles of each target to learn, which makes intervals, with 0.5 in the middle: 0.1,0.5,0.9 (regression)",
    { unit: "list", otherwise: "none" },
  ),
};

/** What else is told; `TrainOptions` has objects beside names. */
export const BESIDE = {
  metrics: option(list(text(), { least: 1, takes: "a list of names" }), [], "metrics that are told of beside the task's own", {
    unit: "names",
    otherwise: "none",
  }),
  metric: option(
    text(),
    "loss",
    `what the best epoch in validation and patience go by: loss, ${Object.keys(METRICS).join(", ")}, or a metric of your own`,
    { unit: "name" },
  ),
  /** Learnt of the training part, kept in the model, and applied to all that it is given. */
  prepare: option(
    optional(list(text(), { least: 1, takes: "a list of steps" })),
    undefined,
    `what samples go through before they are scaled, in this order: ${STEPS.map(({ name, counted, about }) => `${counted ? `${name}:N` : name} (${about})`).join(", ")}`,
    { unit: "steps", otherwise: "nothing" },
  ),
  /** By one number, which the model keeps: no sample is taken for another class. */
  calibrate: option(
    flag(),
    false,
    "fit a temperature on the validation set, so that probabilities are neither too sure nor too unsure",
  ),
  /** By one probability, which the model keeps in the place of 1/2. */
  threshold: option(
    optional(oneOf(THRESHOLD_SCORES)),
    undefined,
    `choose, on the validation set, the probability above which samples are taken for the second of two classes, by ${THRESHOLD_SCORES.join(", ")}`,
    { unit: "score", otherwise: "1/2" },
  ),
  classWeight: option(
    optional(CLASS_WEIGHT),
    undefined,
    "weights of the classes in the loss: balanced, or a table with a line for each class, label and weight",
    { unit: "balanced|FILE", otherwise: "none" },
  ),
};

/** What a user can choose; everything has a default. */
export interface TrainOptions
  extends Omit<Given<typeof LAYOUT>, "hidden">,
    NetworkOptions,
    Given<typeof TRAINING>,
    Given<typeof ENSEMBLE>,
    Given<typeof QUANTILES> {
  /** Neurons of the hidden layers, and between them layers of kinds of your own: [300, kind, 300]. */
  readonly hidden?: readonly (number | LayerKind)[];
  /** Pruning, regrowth and neuron removal; `removal` is on by default for the methods that remove neurons. */
  readonly evolution?: EvolutionOptions;
  /** A rate, or a schedule. */
  readonly lr?: number | Partial<LearningRate>;
  /** Metrics that are told of beside the task's own: names, or metrics of your own. */
  readonly metrics?: readonly (MetricName | Metric)[];
  /** What the best epoch in validation and `patience` go by: a metric, which is then told of, or "loss" (default). */
  readonly metric?: "loss" | MetricName | Metric;
  /** What samples go through before they are scaled, such as ["library-size", "log2", "variance:2000"]: see `STEPS`. */
  readonly prepare?: readonly string[];
  /** Fit a temperature of the outputs on the validation set when training is done (default false). */
  readonly calibrate?: boolean;
  /** Choose the probability above which samples are taken for the second of two classes by this score, on the validation set. */
  readonly threshold?: ThresholdScore;
  /** What the loss of each class is multiplied by in training; weights are scaled to a mean of 1 over the training set. */
  readonly classWeight?: ClassWeight;
  /** Pieces of your own that the other options, or a method among these, name. An object in the place of a name needs no entry here. */
  readonly pieces?: readonly OwnPiece[];
}

/** Options whose hidden layers have weights, all of them. */
export type WeightOptions = Omit<TrainOptions, "hidden"> & Pick<Given<typeof LAYOUT>, "hidden">;

/** Every choice made: what config.json and checkpoints record. */
export interface TrainConfig
  extends Omit<Settled<typeof LAYOUT>, "inputs" | "method" | "topology">,
    Settled<typeof TRAINING>,
    Ensemble {
  /** Name of the method. */
  readonly method: string;
  /** Absent where it is erdos-renyi. */
  readonly topology?: TopologyName;
  readonly layout: Layout;
  readonly evolution: EvolutionConfig | null;
  readonly network: NetworkConfig;
  readonly lr: LearningRate;
  readonly seed: number;
  /** model: by the statistics of the model that training started from. */
  readonly inputs: Settled<typeof LAYOUT>["inputs"] | "model";
  /** What was taken over from the model that training started from; its connections and weights stand in for `epsilon` and `init`. */
  readonly start?: StartRecord;
  /** What is told beside the loss and the task's metrics; absent where nothing is. */
  readonly metrics?: readonly (MetricName | Metric)[];
  /** The name of the metric that the best epoch goes by; absent where it is the loss. */
  readonly metric?: string;
  /** Absent where samples are taken as they are. */
  readonly prepare?: readonly string[];
  /** Absent where it is not. */
  readonly calibrate?: true;
  /** Absent where it is 1/2. */
  readonly threshold?: ThresholdScore;
  /** Absent where classes weigh alike. */
  readonly classWeight?: ClassWeight;
}

/** What a run takes over from the model that it starts from; recorded with its choices, so that it is resumed without that model. */
export interface StartRecord extends Layout {
  /** What the layers compute, dropout and loss among it. */
  readonly network: Pick<NetworkConfig, keyof typeof NETWORK | keyof typeof ADDED | "task">;
  /** Whether inputs go through statistics of the model's own; else they are used raw. */
  readonly standardised: boolean;
  /** CRC-32C, in hex, of those of every layer's connections, weights and biases: tells models of the same sizes apart. */
  readonly checksum: string;
}
