/// <reference lib="esnext.disposable" preserve="true" />
import type { Dataset } from "../data/dataset.js";
import type { SampleMatrix } from "../data/sample-matrix.js";
import type { Device, DeviceInfo } from "../device/device.js";
import { checkSavable } from "../io/limits.js";
import type { SavedModel } from "../io/saved-model.js";
import type { MemoryPlan } from "../nn/memory.js";
import { initialState, type NetworkState } from "../nn/state.js";
import { recallChecks, rememberChecks } from "../self-check/known.js";
import { variantsOf } from "../tune/table.js";
import { check } from "../util/check.js";
import { chooseDevice, tuneSettings } from "./choose-device.js";
import { openDevice, openPlanned, planOf } from "./devices.js";
import { fitNetwork, type Run, type RunProgress } from "./fit.js";
import { type Evaluation, loadModel, type Prediction } from "./model.js";
import { handedIn, type TrainConfig, type TrainOptions, trainConfig } from "./options.js";
import { checkTrainData, prepareData, standardizerOf, type TrainData } from "./prepare-data.js";
import type { EpochRecord, EvolutionRecord, Seconds, TrainPlan } from "./records.js";
import { despiteLoss, rememberProgress } from "./recover.js";
import { checkBest, checkResume } from "./resume.js";
import { checkMemory, runMemory, withRoom } from "./run-memory.js";
import { checkRunOptions, type RunOptions } from "./run-options.js";
import { createSession, type Session, type SessionData } from "./session.js";
import { alignToModel, freshState, recordedStart, startShape } from "./start.js";
import { settleVariants, type TuningReport } from "./tuning.js";
import type { NetworkView } from "./view.js";

export type { RunOptions };

/** A weight layer from `in` to `out` neurons, its connections and the fraction of the in x out possible ones that they are. */
export interface LayerSummary {
  readonly in: number;
  readonly out: number;
  readonly nnz: number;
  readonly density: number;
}

/** What `onStart` gets: every choice made, and the network that training starts with. */
export interface StartInfo {
  readonly config: TrainConfig;
  readonly plan: TrainPlan;
  readonly device: DeviceInfo;
  readonly layers: readonly LayerSummary[];
  /** The planned bytes on the device. */
  readonly memory: MemoryPlan;
  /** Whether samples stay on the host and pass through the device in chunks: see `dataBytes`. */
  readonly streamed: boolean;
  /** What was timed to settle the plan's variants. */
  readonly tuning: TuningReport;
  /** What there is to tell of the data, a sentence each: features that are constant, sets that are unlike what a model was trained on. */
  readonly notes: readonly string[];
}

/** A trained network, still on its device. */
export interface Model {
  readonly config: TrainConfig;
  readonly plan: TrainPlan;
  readonly device: DeviceInfo;
  /** Class labels, in the order of the outputs. */
  readonly classes: readonly string[];
  /** The epoch (from 1) whose network this is: the last one, or with `patience` that of the least validation loss. */
  readonly epoch: number;
  readonly history: readonly EpochRecord[];
  readonly evolutions: readonly EvolutionRecord[];
  readonly seconds: Seconds;
  /** Neurons of every layer, inputs and classes included. */
  readonly neurons: { readonly initial: readonly number[]; readonly final: readonly number[] };
  readonly layers: readonly LayerSummary[];
  /** The network on its device, lent until the model is disposed of. */
  readonly view: NetworkView;
  /** Everything a checkpoint holds; `encodeCheckpoint` makes it a file. */
  save(): Promise<SavedModel>;
  /** Loss, accuracy and confusion on labelled samples, whose labels are matched with the model's classes by name. */
  evaluate(dataset: Dataset): Promise<Evaluation>;
  /** Classes and probabilities of raw samples [samples, features], dense or sparse. */
  predict(x: SampleMatrix): Promise<Prediction>;
  /** Frees the network, and the device unless it was given; what asks the model for more after that throws a usage error. */
  dispose(): Promise<void>;
  /** `dispose`, for `await using`. */
  [Symbol.asyncDispose](): Promise<void>;
}

/**
 * Trains a network on data that stay as they are until the promise settles. With equal data, options and plan the same bits come out on
 * the same device. Usage errors (options, data, a network that does not fit) are thrown before anything is computed. Divergence and
 * memory that runs out are failures. So is a lost device, unless `train` opened it (see `onDeviceLost`).
 */
export async function train(given: TrainData, options: TrainOptions & RunOptions = {}): Promise<Model> {
  checkRunOptions(options);
  options.signal?.throwIfAborted();
  checkTrainData(given);
  const { resume, start } = options;
  const taken = start ? startShape(start) : resume && recordedStart(resume);
  const model = start ?? resume;
  const data = taken && model ? { ...given, train: alignToModel(given.train, model) } : given;
  const { train: set } = data;
  const config = trainConfig(options, { features: set.features, classes: set.classes.length, samples: set.samples }, taken);
  checkSavable({ ...config.layout, ...set });
  check(
    config.patience === null || data.validation !== undefined,
    "patience",
    () => "stopping early needs a validation set; give one, or leave patience out",
  );
  const own = handedIn(options);
  if (resume) {
    checkResume(resume, config, set, own);
    checkBest(resume, options.best, config);
  }
  const known = resume ?? start;
  const input = known ? known.input : standardizerOf(config, set);
  const { data: prepared, notes } = prepareData(data, input);
  // A GPU may hold more than the host; every other device is the host.
  const limit = options.memoryBytes ?? (options.device === "webgpu" ? undefined : options.hostMemoryBytes);
  const { plan: memory, dataBytes, streamed } = runMemory(config, prepared, limit, options.dataBytes);
  checkMemory(memory, limit, config);
  const sessionData: SessionData = { ...prepared, dataBytes };

  return withRoom(memory, config, async () => {
    let made: NetworkState | undefined;
    const makeState = () => {
      made ??= resume?.network ?? (start ? freshState(start) : firstState(config));
      return made;
    };
    const { device, owned, recorded, trials, report } = await chooseDevice(options, config, makeState, sessionData, memory.total);
    let settled: { readonly plan: TrainPlan; readonly tuning: TuningReport } | undefined;
    const settle = async (on: Device) => {
      if (on.info.software) checkMemory(memory, options.memoryBytes ?? options.hostMemoryBytes, config);
      await recallChecks(on.info, options.tuning);
      const tuning = report ?? (await settleVariants(on, config, makeState(), tuneSettings(options), options.signal));
      return { tuning, plan: recorded ?? planOf(on.info, trials, tuning.variants) };
    };
    const progress = rememberProgress(options);
    const canBeLost = owned && device.info.kind === "webgpu"; // elsewhere the last state need not be held
    let started = false;
    const run = async (on: Device): Promise<Model> => {
      options.signal?.throwIfAborted();
      settled ??= await settle(on);
      const { plan, tuning: settledTuning } = settled;
      const goOn = canBeLost ? progress.options() : options;
      const state = goOn.resume?.network ?? makeState();
      const ended = await withSession(
        createSession(on, config, state, sessionData, variantsOf(plan.variants), own),
        async (session) => {
          const problem = settledTuning.problem ?? (await rememberChecks(on.info, options.tuning));
          const tuning = { ...settledTuning, ...(problem !== undefined && { problem }) };
          const layers = summarize(state);
          if (!started) await options.onStart?.({ config, plan, device: on.info, layers, memory, streamed, tuning, notes });
          started = true;
          made = undefined; // the first weights need not be held for the whole run
          return fitNetwork(session, config, goOn, wrapper(config, plan, set, input));
        },
      );
      await rememberChecks(on.info, options.tuning); // of evolutions; that it cannot be written was told
      return modelOf(on, owned, config, plan, ended);
    };
    if (!owned) return run(device);
    return despiteLoss(device, {
      run,
      open: () => (settled ? openPlanned(settled.plan, options.memoryBytes) : openDevice(device.info.kind, options.memoryBytes)),
      epoch: progress.epoch,
      onLost: options.onDeviceLost,
      signal: options.signal,
    });
  });
}

/** Whatever happens in `use`, nothing of the session stays on the device. */
async function withSession<T>(opening: Promise<Session>, use: (session: Session) => Promise<T>): Promise<T> {
  const session = await opening;
  try {
    return await use(session);
  } finally {
    session.dispose();
  }
}

/** Makes a network of the run a model that can be saved. */
function wrapper(config: TrainConfig, plan: TrainPlan, set: Dataset, input: SavedModel["input"]) {
  return (network: NetworkState, progress: RunProgress): SavedModel => ({
    network,
    config: config.network,
    features: set.features,
    classes: set.classes,
    input,
    ...(set.imageShape && { imageShape: set.imageShape }),
    ...(set.featureNames && { featureNames: set.featureNames }),
    ...(set.layout && { layout: set.layout }),
    training: { config, plan, ...progress },
  });
}

function modelOf(device: Device, owned: boolean, config: TrainConfig, plan: TrainPlan, run: Run): Model {
  const { saved } = run;
  const loaded = loadModel(device, saved, variantsOf(plan.variants));
  let disposing: Promise<void> | undefined;
  const freeAll = async () => {
    await loaded.dispose();
    if (owned) await device.dispose();
  };
  const dispose = () => {
    disposing ??= freeAll();
    return disposing;
  };
  return {
    config,
    plan,
    device: device.info,
    classes: saved.classes,
    epoch: run.epoch,
    history: run.history,
    evolutions: run.evolutions,
    seconds: run.seconds,
    neurons: { initial: config.layout.sizes, final: [saved.features, ...saved.network.layers.map((layer) => layer.out)] },
    layers: summarize(saved.network),
    view: loaded.view,
    save: async () => saved,
    evaluate: loaded.evaluate,
    predict: loaded.predict,
    dispose,
    [Symbol.asyncDispose]: dispose,
  };
}

/** Sizes and densities of a network's layers. */
export function summarize({ layers }: NetworkState): LayerSummary[] {
  return layers.map((layer) => {
    const nnz = layer.topology ? layer.topology.nnz : layer.in * layer.out;
    return { in: layer.in, out: layer.out, nnz, density: nnz / (layer.in * layer.out) };
  });
}

function firstState({ layout, init, seed, network }: TrainConfig): NetworkState {
  return initialState({ ...layout, init, seed, activation: network.activation });
}
