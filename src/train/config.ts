import type { Dataset } from "../data/dataset.js";
import { type EvolutionConfig, type EvolutionOptions, evolutionConfig } from "../evolution/config.js";
import { checkExploration } from "../evolution/exploration.js";
import { EVOLUTION, REMOVAL } from "../evolution/options.js";
import { endOf } from "../evolution/schedules.js";
import type { LayerKind } from "../layers/kind.js";
import { LAYER } from "../layers/schema.js";
import { changes, evolutionOf } from "../methods/evolution-of.js";
import { methodOf } from "../methods/index.js";
import type { Method } from "../methods/method.js";
import { checkPieces, type OwnPiece, withParts } from "../methods/pieces.js";
import { goesBySamples, type TopologyName } from "../methods/topologies/index.js";
import type { MetricName } from "../metrics/index.js";
import type { Metric } from "../metrics/metric.js";
import { METRIC } from "../metrics/schema.js";
import { lossIn, type NetworkConfig, networkConfig, optimizerFields } from "../nn/config.js";
import { ADDED, LEARNT, NETWORK, OPTIMIZER, SEED } from "../nn/options.js";
import { givenOf, option, settle } from "../options/option.js";
import { nameOf, withPieces } from "../options/piece.js";
import { TASKS, taskOf } from "../tasks/index.js";
import { quantileRegression } from "../tasks/quantiles.js";
import { areLabels, needsLabels } from "../tasks/reading.js";
import type { Task } from "../tasks/task.js";
import { check, checkKeys, checkObject, isRecord } from "../util/check.js";
import { shown } from "../util/shown.js";
import { ENSEMBLE, settleEnsemble } from "./ensemble.js";
import { layoutFor } from "./layout.js";
import type { StartRecord, TrainConfig, TrainOptions } from "./options.js";
import { BESIDE, LAYOUT, QUANTILES, TRAINING } from "./options.js";
import { RUN, type RunOptions } from "./run-options.js";
import { learningRate, RATE } from "./schedules.js";
import { startedOptions } from "./start.js";

const COMPUTED = { ...LEARNT, ...NETWORK, ...ADDED, ...SEED, optimizer: OPTIMIZER };
const ALL = {
  ...LAYOUT,
  ...COMPUTED,
  ...TRAINING,
  ...ENSEMBLE,
  ...QUANTILES,
  evolution: true,
  lr: RATE,
  metrics: true,
  metric: true,
  prepare: true,
  calibrate: true,
  threshold: true,
  classWeight: true,
  pieces: true,
};

/** Fills in the defaults for data, or what the model says that training starts from, and checks every value; throws one clear usage error. */
export function trainConfig(
  asked: TrainOptions,
  data: { features: number; classes: number; samples: number },
  start?: StartRecord,
): TrainConfig {
  checkKeys<TrainOptions & RunOptions>(asked, { ...ALL, ...RUN }, "option"); // `train` takes both in one object
  const { options, kinds, pieces, known } = namedPieces(asked, start);
  const { method: named, epsilon, topology: settled, output, init, inputs, hidden: widths } = settle(LAYOUT, options);
  const method = methodOf(named);
  const topology = (options.topology === undefined && !start && method.topology) || settled;
  check(options.hidden === undefined || method.layout.hidden, "hidden", () => {
    return `method ${method.name} has no hidden layer; drop the option, or take another method`;
  });
  const hidden = start ? start.sizes.slice(1, -1) : widths;
  const optimizer = withPieces(OPTIMIZER, optimizerFields(options.optimizer), pieces);
  const network = networkConfig({ ...givenOf(COMPUTED, options), optimizer });
  const { stepsPerEpoch, ...training } = settleTraining(options, network, data);
  checkSkipped(network, hidden);
  const ensemble = settleEnsemble(options, { started: start !== undefined, own: kinds !== undefined, network, output, method });
  const { evolution = {} } = options;
  checkObject(evolution, "evolution", "object of options");
  const told = needsLabels(taskOf(network.task)) ? data.classes : 1; // hidden layers may be as narrow as is asked for
  checkScored(topology, kinds);
  const { epochs } = training;
  const timing = { epochs, classes: told, stepsPerEpoch };
  const settleEvolution = (asked: EvolutionOptions) => evolutionConfig(evolutionWith(asked, pieces), timing);
  const planned = settleEvolution(evolutionOf(method, evolution));
  checkResized(kinds, planned);
  checkRemovalEnds(planned, epochs);
  const placed = ensemble.share ? "dense" : output; // of members that share weights each has its own
  const question = { inputs: data.features, hidden, classes: data.classes, epsilon, topology, output: placed } as const;
  // dense-small is matched to what npset's removal leaves.
  const npsetRemoval = settleEvolution({ ...evolution, removal: evolution.removal ?? {} }).removal;
  const layout = layoutFor(method, question, planned, { epochs, output, start, kinds, removal: npsetRemoval });
  checkLeavingInputs(layout, network, planned, ensemble);
  checkNarrowed(network, method, layout);
  if (planned.exploration) {
    const sparse = layout.densities.map((density, i) => density !== null && !layout.kinds?.[i]);
    checkExploration(layout.sizes, sparse, ensemble.share ? 1 : (ensemble.members ?? 1));
  }
  return {
    method: method.name,
    hidden,
    epsilon,
    ...((topology !== "erdos-renyi" || method.topology) && { topology }),
    output,
    init,
    layout,
    evolution: changes(method) ? planned : null,
    network,
    lr: learningRate(options.lr, network.optimizer, pieces),
    ...training,
    seed: network.seed,
    inputs: start?.standardised ? "model" : start ? "raw" : inputs,
    ...(start && { start }),
    ...ensemble,
    ...settleMetrics(options, network, known),
    ...settleBeside(options),
  };
}

/** Throws where first connections go by samples through layers that only a device computes. */
function checkScored(topology: TopologyName, kinds: readonly unknown[] | undefined): void {
  check(!goesBySamples(topology) || kinds === undefined, "topology", () => {
    return `${topology} goes by samples through built-in layers alone; take another, such as erk, or leave layers of your own out`;
  });
}

/** What is asked for with the pieces that are handed in for their names, after what a start says of the network; and the kinds of layers among widths. */
function namedPieces(asked: TrainOptions, start: StartRecord | undefined) {
  const given = withQuantiles(asked);
  const { pieces = [] } = given;
  checkPieces(pieces, "pieces");
  const { hidden: listed, ...others } = given;
  const { widths, kinds } = splitHidden(listed, start !== undefined);
  const chosen = { ...others, ...(widths !== undefined && { hidden: widths }) };
  const { task } = start?.network ?? withPieces(LEARNT, others, pieces);
  const known = isRecord(task) ? withParts([task as unknown as Task, ...pieces]) : pieces;
  const filled = withPieces({ ...LAYOUT, ...LEARNT, ...NETWORK }, chosen, known);
  return { options: start ? startedOptions(filled, start) : filled, kinds, pieces, known };
}

/** How long training takes, and in what steps: of a loss that takes a batch as a whole in one of all samples, unless it is said. */
function settleTraining(options: TrainOptions, network: NetworkConfig, data: { readonly samples: number }) {
  const settled = settle(TRAINING, options, data);
  const whole = options.batch === undefined && lossIn(network, true).whole !== undefined;
  const { batch, dropLast, ...others } = whole ? { ...settled, batch: data.samples } : settled;
  const stepsPerEpoch = Math.max(1, Math[dropLast ? "floor" : "ceil"](data.samples / batch));
  return { ...others, batch, dropLast, stepsPerEpoch };
}

const { prepare, calibrate, threshold, classWeight } = BESIDE;
const ONLY = { prepare, calibrate, threshold, classWeight };

/** What only those runs name that have it. */
function settleBeside({ prepare, calibrate, threshold, classWeight }: TrainOptions): Pick<TrainConfig, keyof typeof ONLY> {
  const settled = settle(ONLY, { prepare, calibrate, threshold, classWeight });
  return {
    ...(settled.prepare && { prepare: settled.prepare }),
    ...(settled.calibrate && { calibrate: true }),
    ...(settled.threshold && { threshold: settled.threshold }),
    ...(settled.classWeight && { classWeight: settled.classWeight }),
  };
}

/** Throws where neurons are to leave after the last evolution. */
function checkRemovalEnds({ removal, until = 1 }: EvolutionConfig, epochs: number): void {
  const end = endOf({ until }, epochs);
  check(!removal || until === 1 || removal.last <= end, "evolve until", () => {
    return `evolutions end after epoch ${end}, and removals after epoch ${removal?.last}; remove earlier, or evolve longer`;
  });
}

/** Throws where neurons are to leave below a kind of one's own that has others above. */
function checkResized(kinds: readonly (LayerKind | null)[] | undefined, { removal }: Pick<EvolutionConfig, "removal">): void {
  const resized = kinds?.find((kind) => kind?.outputs);
  check(!resized || removal === null, "hidden", () => {
    return `above layer kind ${resized?.name} are other neurons than below, so none may leave; take a method that removes none, such as set`;
  });
}

/** Throws where inputs are to leave by their connections, and what they lead to has others. */
function checkLeavingInputs(
  { densities }: TrainConfig["layout"],
  { skip }: NetworkConfig,
  { removal }: Pick<EvolutionConfig, "removal">,
  { share }: Pick<TrainConfig, "share">,
): void {
  const leave = removal?.inputAmount !== undefined;
  check(!leave || densities[0] !== null, "removed fraction of the inputs", () => {
    return "the first layer is not sparse, so that no input can lose its connections; drop the option, or take a sparse first layer";
  });
  check(!leave || skip === undefined, "removed fraction of the inputs", () => {
    return "a linear skip leads from every input to the outputs; leave one of the two out";
  });
  check(!leave || share === undefined, "removed fraction of the inputs", () => {
    return "inputs leave by their weights alone, and members that share these scale them each by its own; leave one of the two out";
  });
}

/** Throws where inputs are to be made of themselves, and nothing lies between. */
function checkNarrowed({ task }: NetworkConfig, { name }: Method, { sizes }: TrainConfig["layout"]): void {
  check(needsLabels(taskOf(task)) || sizes.length > 2, "method", () => {
    return `${name} has no hidden layer, so it would only learn to hand the inputs on; take a method that has one, such as set`;
  });
}

/** Throws where a linear skip would be all that a network is. */
function checkSkipped({ skip, task }: NetworkConfig, hidden: readonly number[]): void {
  check(skip === undefined || needsLabels(taskOf(task)), "skip", () => {
    return "would lead the inputs straight to the outputs, which are to be made of less than all of them; leave it out";
  });
  check(skip === undefined || hidden.length > 0, "skip", () => {
    return "a network without a hidden layer is linear already; leave it out, or give the network a hidden layer";
  });
}

function evolutionWith(asked: EvolutionOptions, pieces: readonly OwnPiece[]): EvolutionOptions {
  const removal = asked.removal && withPieces(REMOVAL, asked.removal, pieces);
  return { ...withPieces(EVOLUTION, asked, pieces), removal };
}

/** Options whose quantiles, where there are any, are the task. */
function withQuantiles<O extends TrainOptions>({ quantiles, ...options }: O): Omit<O, "quantiles"> {
  if (quantiles === undefined || quantiles === null) return options;
  const task = quantileRegression(quantiles);
  const said = options.task === undefined ? undefined : nameOf(options.task);
  check(said === undefined || said === "regression" || said === task.name, "quantiles", () => {
    return `are of task regression, and the task is ${said}; leave one of them out`;
  });
  return { ...options, task };
}

/** The task among the options; where none is said, that of the data: of targets several labels where all are 0 or 1, else regression; or classification. */
export function settleTask(given: TrainOptions, data?: Pick<Dataset, "targets" | "samples">): NonNullable<TrainOptions["task"]> {
  const { task, pieces = [] } = withQuantiles(given);
  checkPieces(pieces, "pieces");
  if (task === undefined && data?.targets) return areLabels(data) ? "multi-label" : "regression";
  return settle(LEARNT, withPieces(LEARNT, { task }, pieces)).task;
}

/** What the metrics of built-in tasks are of. */
const OF_TASKS = { classification: "classes", regression: "numbers", survival: "survival times", "multi-label": "labels" };

const ONE = { metric: option(METRIC, "accuracy", "a metric beside the task's own") };

/** Throws where a built-in metric is to tell of another built-in task than its own. */
function checkFits(metric: MetricName | Metric, { name, scaled, targets }: Task): void {
  const own = scaled || targets === "inputs" ? "regression" : name; // quantiles are regressions, and inputs are numbers
  const owners = (["regression", "survival", "multi-label"] as const).filter((of) =>
    TASKS[of].metrics.some((one) => one.name === metric),
  );
  const [owner = "classification"] = owners;
  check(typeof metric !== "string" || own === owner || !Object.hasOwn(OF_TASKS, own), "metrics", () => {
    return `${metric} is of ${OF_TASKS[owner]}, and the task is ${name}; take another`;
  });
}

/** The metrics that are told of beside the task's own, and the one that the best epoch goes by, which is always told of. */
function settleMetrics(
  { metrics: given, metric: goal = "loss" }: TrainOptions,
  { task }: NetworkConfig,
  pieces: readonly OwnPiece[],
): Pick<TrainConfig, "metrics" | "metric"> {
  check(given === undefined || Array.isArray(given), "metrics", () => `${shown(given)} is no list of metrics`);
  const settled = (metric: string | Metric, where: string) =>
    settle(ONE, withPieces(ONE, { metric: metric as MetricName | Metric }, pieces), {}, where).metric;
  const own = taskOf(task).metrics.map(nameOf);
  const metrics = (given ?? []).map((metric) => settled(metric, "metrics"));
  const names = [...own, ...metrics.map(nameOf)];
  const twice = names.find((name, i) => names.indexOf(name) < i);
  check(twice === undefined, "metrics", () => `${twice} is told of already; leave it out`);
  const told = goal === "loss" || (typeof goal === "string" && names.includes(goal));
  if (!told) metrics.push(settled(goal, "metric"));
  for (const one of metrics) checkFits(one, taskOf(task));
  const metric = goal === "loss" ? undefined : nameOf(told ? goal : metrics[metrics.length - 1]);
  return { ...((given || metrics.length > 0) && { metrics }), ...(metric !== undefined && { metric }) };
}

/** The widths of hidden layers alone, and the kinds of one's own among the layers, where there are any: null is a weight layer. */
function splitHidden(
  hidden: TrainOptions["hidden"],
  started: boolean,
): { widths?: readonly number[]; kinds?: readonly (LayerKind | null)[] } {
  if (!Array.isArray(hidden) || !hidden.some(isRecord)) return { widths: hidden as readonly number[] | undefined };
  check(!started, "hidden", () => {
    return "has kinds of one's own, but the model that training starts from brings its layers; leave it out";
  });
  const kinds = hidden.map((entry, i) => {
    if (!isRecord(entry)) return null;
    const problem = LAYER.problem(entry);
    check(problem === undefined, `hidden: [${i}]`, () => problem as string);
    return LAYER.settle?.(entry as unknown as LayerKind) as LayerKind;
  });
  return { widths: hidden.filter((_, i) => kinds[i] === null) as number[], kinds: [...kinds, null] };
}
