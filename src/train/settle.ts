import type { Dataset } from "../data/dataset.js";
import { neuronsLeft } from "../evolution/neurons.js";
import { checkSavable } from "../io/limits.js";
import { membersOf, type SavedModel } from "../io/saved-model.js";
import { connectBy } from "../methods/topologies/connect.js";
import { TOPOLOGIES } from "../methods/topologies/index.js";
import type { TopologyRule } from "../methods/topologies/rule.js";
import { checkBoth } from "../metrics/classes/threshold.js";
import type { Metric } from "../metrics/metric.js";
import type { MemoryEstimate } from "../nn/memory.js";
import { shareWeights } from "../nn/share-weights.js";
import { initialState, type NetworkState } from "../nn/state.js";
import { nameOf } from "../options/piece.js";
import { fanOut } from "../sparse/topology.js";
import { checkedOutputs, checkedTargets, wholeTargets } from "../tasks/checked.js";
import { TASKS, taskOf } from "../tasks/index.js";
import { needsLabels } from "../tasks/reading.js";
import { fitTargets, learntTargets } from "../tasks/target-scale.js";
import type { Task } from "../tasks/task.js";
import { check } from "../util/check.js";
import { settleTask, trainConfig } from "./config.js";
import { seedsOf } from "./ensemble.js";
import { checkFit, metricsOf } from "./measures.js";
import type { TrainConfig, TrainOptions } from "./options.js";
import {
  checkTrainData,
  checkTrainLabels,
  prepareData,
  prepareSets,
  standardizerOf,
  stepsOf,
  type TrainData,
} from "./prepare-data.js";
import { checkBest, checkResume } from "./resume.js";
import { checkMemory, runMemory } from "./run-memory.js";
import { checkRunOptions, type RunOptions } from "./run-options.js";
import { checkClassWeight, checkTrainWeights, weightNotes } from "./sample-weights.js";
import { evolutionNotes } from "./schedules.js";
import type { SessionData } from "./session.js";
import { alignToModel, freshState, recordedStart, recordStart } from "./start.js";

/** A run of which every choice is made but that of the device: its data as the network gets them, its memory planned. */
export interface SettledRun {
  readonly options: RunOptions;
  readonly config: TrainConfig;
  /** The training set as it was given, the names of the outputs its classes; and what its inputs go through. */
  readonly set: Dataset;
  readonly input: SavedModel["input"];
  readonly prepared?: SavedModel["prepared"];
  readonly data: SessionData;
  /** The validation set as it was given. */
  readonly validation?: Dataset;
  /** What to tell of all this, looked for when it is read. */
  readonly notes: readonly string[];
  readonly memory: MemoryEstimate;
  readonly streamed: boolean;
  /** The network that training starts with, or those of an ensemble's members. */
  readonly initial: Lazy<readonly NetworkState[]>;
}

/** A value that is made when it is asked for, and again after `forget`: it need not be held for the whole run. */
interface Lazy<T> {
  get(): T;
  forget(): void;
}

/** Checks options and data, and makes every choice that needs no device. Throws a usage error; nothing has been computed by then. */
export function settleRun(given: TrainData, options: TrainOptions & RunOptions): SettledRun {
  checkRunOptions(options);
  options.signal?.throwIfAborted();
  checkTrainData(given);
  const { resume, start } = options;
  const taken = start ? recordStart(start) : resume && recordedStart(resume);
  const model = start ?? resume;
  const learnt = taken ? taken.network.task : settleTask(options, given.train);
  const task = taskOf(learnt);
  checkTrainLabels(given, task);
  const aligned = taken && model ? { ...given, train: alignToModel(given.train, model) } : given;
  const known = resume ?? start;
  const steps = known ? known.prepared : stepsOf(options, aligned.train, task);
  const data = steps ? prepareSets(aligned, steps) : aligned;
  const set = { ...data.train, classes: [...checkedOutputs(task, data.train)] };
  const config = trainConfig(
    taken ? options : { ...options, task: learnt },
    { features: set.features, classes: set.classes.length, samples: set.samples },
    taken,
  );
  checkEnsemble(config);
  checkNorm(config, set);
  checkClassWeight(config, task, set);
  checkTrainWeights(set);
  checkSavable({ ...config.layout, ...set });
  checkValidation(config, data.validation);
  if (resume) {
    checkResume(resume, config, set);
    checkBest(resume, options.best, config);
  }
  checkUntil(options, config);
  const input = known ? known.input : standardizerOf(config, set);
  const scale = known ? known.targets : fitTargets(task, set, set.classes.length);
  const told = prepareData(data, input, task, steps && aligned);
  const { data: prepared } = told;
  checkMetrics(config, prepared, set.classes.length);
  // A GPU may hold more than the host; every other device is the host.
  const limit = options.memoryBytes ?? (options.device === "webgpu" ? undefined : options.hostMemoryBytes);
  const { estimate: memory, dataBytes, streamed } = runMemory(config, prepared, limit, options.dataBytes);
  checkMemory(memory, limit, config);
  const initial = lazy(() =>
    resume ? membersOf(resume) : start ? [freshState(start)] : initialNetworks(config, { ...prepared, scale }),
  );
  const { validation } = aligned;
  return {
    options,
    config,
    set,
    input,
    prepared: steps,
    validation,
    data: { ...prepared, dataBytes, scale },
    get notes() {
      return [...choiceNotes({ config, set, task, input, steps, start }), ...told.notes];
    },
    memory,
    streamed,
    initial,
  };
}

interface Choices {
  readonly config: TrainConfig;
  readonly set: Dataset;
  readonly task: Task;
  readonly input: SavedModel["input"];
  readonly steps: SavedModel["prepared"];
  readonly start: SavedModel | undefined;
}

/** What to tell of what was chosen, whatever the values of the data. */
function choiceNotes({ config, set, task, input, steps, start }: Choices): string[] {
  const ofSets = [...stepNotes(steps, set), ...weightNotes(config, set)];
  return [...ofSets, ...evolutionNotes(config), ...scaleNotes(config, task, input), ...inputNotes(config, start)];
}

/** What to tell of steps: how many features they leave. */
function stepNotes(steps: SavedModel["prepared"], { features, name }: Dataset): string[] {
  if (!steps) return [];
  const kept = features < steps.features ? `; ${features} of ${steps.features} features stay` : "";
  return [`${name} goes through ${steps.steps.map(({ step }) => step).join(", ")}, learnt of the training part${kept}`];
}

/** What to tell of errors that are those of inputs, where these are not standardised. */
function scaleNotes({ inputs }: TrainConfig, task: Task, input: SavedModel["input"]): string[] {
  const deviations = inputs === "standardize" || (inputs === "model" && input?.clip === undefined);
  if (needsLabels(task) || deviations) return [];
  return [
    `inputs are not standardised (${inputs}), so loss, ${task.metrics.map(nameOf).join(" and ")} are in their own scale, not in deviations: features of a larger one count more`,
  ];
}

/** What to tell of inputs that leave, or that a model left: fewer go where a floor keeps them, and evolution does not know those of a model. */
function inputNotes({ evolution, epochs, layout, method }: TrainConfig, start: SavedModel | undefined): string[] {
  const { topology = null } = start?.network.layers[0] ?? {};
  const gone = topology ? fanOut(topology).filter((degree) => degree === 0).length : 0;
  const [inputs] = layout.sizes;
  const { removal } = evolution ?? {};
  const left = (floor: number) => {
    const { inputAmount: amount } = removal ?? {};
    return evolution && removal && amount ? neuronsLeft({ ...removal, amount, floor }, inputs, epochs, evolution) : inputs;
  };
  const kept = left(removal?.floor ?? 0);
  return [
    ...(kept > left(0)
      ? [`${kept} of ${inputs} inputs stay, where the removed fraction would leave ${left(0)}: the removal floor keeps them`]
      : []),
    ...(gone > 0 && evolution
      ? [
          `${gone} of ${inputs} inputs ${gone === 1 ? "has" : "have"} no connection in the model, and method ${method} may connect them again; static keeps its connections`,
        ]
      : []),
  ];
}

/** Throws where something is to be chosen by a validation set that there is not, or that says nothing of it. */
function checkValidation(config: TrainConfig, validation: Dataset | undefined): void {
  const { patience, metric, calibrate, threshold, network, layout } = config;
  const given = validation !== undefined;
  check(patience === null || given, "patience", () => "stopping early needs a validation set; give one, or leave patience out");
  check(metric === undefined || given, "metric", () => {
    return "the best epoch is that of a validation set; give one, or leave metric out";
  });
  check(!calibrate || given, "calibrate", () => {
    return "the temperature is fitted on a validation set; give one, or leave calibrate out";
  });
  const task = taskOf(network.task);
  check(!calibrate || task === TASKS.classification, "calibrate", () => {
    return `makes probabilities of classes truer, and the task is ${task.name}; leave it out`;
  });
  check(!threshold || given, "threshold", () => "it is chosen on a validation set; give one, or leave threshold out");
  const outputs = layout.sizes[layout.sizes.length - 1];
  check(!threshold || (task === TASKS.classification && outputs === 2), "threshold", () => {
    const what = task === TASKS.classification ? `there are ${outputs}` : `the task is ${task.name}`;
    return `is of two classes, and ${what}; leave it out`;
  });
  if (threshold && validation) checkBoth(validation.y);
}

/** Throws where a run is to end before it begins, or after its end. */
function checkUntil({ until, resume }: RunOptions, { epochs }: TrainConfig): void {
  if (until === undefined) return;
  const done = resume?.training?.epoch ?? 0;
  check(until > done && until <= epochs, "until", () => `${until}, expected an epoch after ${done} and of at most ${epochs}`);
}

/** Throws where a metric has no value on a set, whatever is learnt. */
function checkMetrics(config: TrainConfig, { train, test, validation }: SessionData, outputs: number): void {
  const task = taskOf(config.network.task);
  for (const [name, set] of Object.entries({ training: train, validation, test })) {
    if (!set) continue;
    const about = { samples: set.samples, outputs };
    const remedy = (metric: Metric) =>
      `${task.metrics.includes(metric) ? "give a set of which it is defined" : "leave the metric out"}, or split otherwise`;
    const targets = () => wholeTargets(checkedTargets(task, set, outputs), set);
    checkFit(metricsOf(config), targets, about, `${name} set`, remedy);
  }
}

/** Throws where kernels of the user's own would take the stacked dense blocks of members for one matrix. */
function checkEnsemble({ members, evolution, layout }: Pick<TrainConfig, "members" | "evolution" | "layout">): void {
  const score = evolution?.removal?.score;
  const own = typeof score === "object" && score.dispatches !== undefined;
  check(!members || !own || !layout.densities.includes(null), "members", () => {
    return "a scorer of your own that dispatches kernels knows no members in a dense layer; make the layers sparse, or train one network";
  });
}

/** Throws where batch norm has nothing to normalise, or a batch of one sample, which has no spread. */
function checkNorm({ network, layout, batch, dropLast }: TrainConfig, { samples }: Dataset): void {
  if (network.norm !== "batch") return;
  check(layout.sizes.length > 2, "norm", () => {
    return "batch norm is of hidden neurons, and the network has none; give it some, or leave norm out";
  });
  const left = samples % batch;
  check(batch > 1 && samples > 1 && (left !== 1 || dropLast), "norm", () => {
    const what = batch > 1 ? `${samples} samples in batches of ${batch} leave one` : `the batch is ${batch}`;
    return `${what}, and one sample has no spread; take another batch${batch > 1 ? ", or drop the last (--drop-last)" : ""}`;
  });
}

/** The network that training starts with, or each member's; of members that share weights the one of all. Data are looked at by topologies that go by samples. */
export function initialNetworks(config: TrainConfig, data?: SessionData): NetworkState[] {
  const { layout, init, network, share, topology = "erdos-renyi" } = config;
  const seeds = seedsOf(config);
  const { sizes } = layout;
  const questionOf = (seed: number) => {
    if (!data) throw new Error(`topology ${topology} goes by samples, and there are none`);
    const { train: set, scale } = data;
    const targets = checkedTargets(taskOf(network.task), set, sizes[sizes.length - 1]);
    return { sizes, network, seed, set, targets: learntTargets(targets, scale) };
  };
  const connect = (seed: number) => connectBy(TOPOLOGIES[topology] as TopologyRule, () => questionOf(seed));
  const make = (seed: number) =>
    initialState({
      ...layout,
      connect: connect(seed),
      init,
      seed,
      activation: network.activation,
      norm: network.norm,
      skip: network.skip,
    });
  return share ? [shareWeights(make(seeds[0]), init, seeds)] : seeds.map(make);
}

function lazy<T>(make: () => T): Lazy<T> {
  let made: T | undefined;
  return {
    get() {
      made ??= make();
      return made;
    },
    forget() {
      made = undefined;
    },
  };
}
