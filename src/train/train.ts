/// <reference lib="esnext.disposable" preserve="true" />
import { checkDataset } from "../data/check-dataset.js";
import type { Dataset } from "../data/dataset.js";
import type { SampleMatrix } from "../data/sample-matrix.js";
import type { Device, DeviceInfo } from "../device/device.js";
import type { SavedModel } from "../io/saved-model.js";
import type { MemoryPlan } from "../nn/memory.js";
import { initialState, type NetworkState } from "../nn/state.js";
import type { TuningStore } from "../tune/entries.js";
import { variantsOf } from "../tune/table.js";
import { check } from "../util/check.js";
import { chooseDevice, tuneSettings } from "./choose-device.js";
import { type DeviceChoice, openDevice, openPlanned, planOf } from "./devices.js";
import { fitNetwork, type Run, type RunProgress } from "./fit.js";
import { type Evaluation, loadModel, type Prediction } from "./model.js";
import { type TrainConfig, type TrainOptions, trainConfig } from "./options.js";
import { prepareData, standardizerOf, type TrainData } from "./prepare-data.js";
import type { EpochRecord, EvolutionRecord, Seconds, TrainPlan } from "./records.js";
import { type DeviceLoss, despiteLoss, rememberProgress } from "./recover.js";
import { checkBest, checkResume } from "./resume.js";
import { checkMemory, runMemory } from "./run-memory.js";
import { createSession, type Session, type SessionData } from "./session.js";
import { alignToModel, freshState, recordedStart, startShape } from "./start.js";
import { settleVariants, type TuneMode, type TuningReport } from "./tuning.js";
import type { NetworkView } from "./view.js";

/** How to run, as opposed to what to train. */
export interface RunOptions {
  /** auto (default) times the actual network on each device and takes the faster. A Device that is given stays the caller's. */
  readonly device?: DeviceChoice | Device;
  /** A recorded plan: the device and the kernel variants it names are used, or refused when they are not here. */
  readonly plan?: TrainPlan;
  /** Which kernels are timed before training, see `TUNINGS`; none is where a plan or a checkpoint says what to take. */
  readonly tune?: TuneMode;
  /** ms that timing kernels may take, default 1500; what is not timed by then takes its default. */
  readonly tuneMs?: number;
  /** Where what was timed is remembered between runs (in a page: `storageTuning()`); default: for this run only. */
  readonly tuning?: TuningStore;
  /** Bytes the run may take on the device; what would not fit is refused with the arithmetic, before anything is allocated. */
  readonly memoryBytes?: number;
  /** The same for devices that live in the computer's own memory (the CPU, software adapters), where `memoryBytes` is not given. */
  readonly hostMemoryBytes?: number;
  /**
   * The most that samples may take on the device, in bytes; where they take more they stay on the host and are streamed through it in chunks,
   * to the same network. Default: whatever they take, or where that is above `memoryBytes` what the rest of the run leaves; of sparse samples,
   * which are dense on the device, at most 128 MiB.
   */
  readonly dataBytes?: number;
  /** Stops training between submits; `train` rejects with the signal's reason. */
  readonly signal?: AbortSignal;
  /** Called once before the first epoch. */
  readonly onStart?: (info: StartInfo) => void;
  /** Called after every epoch; training waits for what it returns. */
  readonly onEpoch?: (record: EpochRecord) => void | Promise<void>;
  /** Called after every evolution. */
  readonly onEvolution?: (record: EvolutionRecord) => void | Promise<void>;
  /** Called before the first epoch and after every evolution with the network on its device, which it lends until the next evolution. */
  readonly onNetwork?: (view: NetworkView) => void | Promise<void>;
  /** Called after every epoch with all that resuming needs. */
  readonly onCheckpoint?: (saved: SavedModel) => void | Promise<void>;
  /** Called when the validation loss improved, with the state that was evaluated: of that epoch, before its evolution. */
  readonly onBest?: (saved: SavedModel) => void | Promise<void>;
  /**
   * Called when the device was lost that `train` had opened, and another one like it is open: training goes on from what `onCheckpoint` got
   * last, to the same bits, and without `onCheckpoint` from where it began. Three losses without progress end the run.
   */
  readonly onDeviceLost?: (loss: DeviceLoss) => void | Promise<void>;
  /** Goes on after the epoch this was saved at; options must be those it was started with. */
  readonly resume?: SavedModel;
  /**
   * Begins a new run from the weights and connections of a model, one of ours or one that was imported: at epoch 0, without optimiser state, with the
   * options and data given here. Sizes, activation (alpha) and preprocessing are the model's: its own means, deviations and medians are used, not the
   * data's, and inputs stay raw where it has none. Dropout and loss are the model's, too, unless given. Features are matched by name where both
   * have names, classes by label; the order is the model's. An option that contradicts it (hidden, epsilon, init, activation, alpha, output, inputs) is refused
   * by name, and so is a method that cannot train its layers: dense and linear need dense ones, dense-small makes its own, all others need a sparse
   * one (set-half goes on as set does). With `resume` of such a run the model may be left out.
   */
  readonly start?: SavedModel;
  /** What `onBest` got last: a run with patience that is resumed keeps it until a better one comes. */
  readonly best?: SavedModel;
}

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
  /** Frees the network, and the device unless it was given. */
  dispose(): Promise<void>;
  /** `dispose`, for `await using`. */
  [Symbol.asyncDispose](): Promise<void>;
}

/**
 * Trains a network. Usage errors (options, data, a network that does not fit) are thrown before anything is computed; divergence and memory
 * that runs out are failures, and so is a lost device, unless `train` opened it (see `onDeviceLost`). With equal data, options and plan
 * the same bits come out on the same device.
 */
export async function train(given: TrainData, options: TrainOptions & RunOptions = {}): Promise<Model> {
  for (const part of [given.train, given.test, given.validation]) if (part) checkDataset(part);
  const { resume, start } = options;
  const taken = start ? startShape(start) : resume && recordedStart(resume);
  const model = start ?? resume;
  const data = taken && model ? { ...given, train: alignToModel(given.train, model) } : given;
  const { train: set } = data;
  const config = trainConfig(options, { features: set.features, classes: set.classes.length, samples: set.samples }, taken);
  check(
    config.patience === null || data.validation !== undefined,
    "patience",
    () => "stopping early needs a validation set; give one, or leave patience out",
  );
  if (resume) {
    checkResume(resume, config, set);
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

  let made: NetworkState | undefined;
  const makeState = () => {
    made ??= resume?.network ?? (start ? freshState(start) : firstState(config));
    return made;
  };
  const { device, owned, recorded, trials, report } = await chooseDevice(options, config, makeState, sessionData, memory.total);
  let settled: { readonly plan: TrainPlan; readonly tuning: TuningReport } | undefined;
  const settle = async (on: Device) => {
    if (on.info.software) checkMemory(memory, options.memoryBytes ?? options.hostMemoryBytes, config);
    const tuning = report ?? (await settleVariants(on, config, makeState(), tuneSettings(options)));
    return { tuning, plan: recorded ?? planOf(on.info, trials, tuning.variants) };
  };
  const progress = rememberProgress(options);
  const canBeLost = owned && device.info.kind === "webgpu"; // elsewhere the last state need not be held
  let started = false;
  const run = async (on: Device): Promise<Model> => {
    settled ??= await settle(on);
    const { plan, tuning } = settled;
    const goOn = canBeLost ? progress.options() : options;
    const state = goOn.resume?.network ?? makeState();
    const ended = await withSession(createSession(on, config, state, sessionData, variantsOf(plan.variants)), (session) => {
      if (!started)
        options.onStart?.({ config, plan, device: on.info, layers: summarize(state), memory, streamed, tuning, notes });
      started = true;
      made = undefined; // the first weights need not be held for the whole run
      return fitNetwork(session, config, goOn, wrapper(config, plan, set, input));
    });
    return modelOf(on, owned, config, plan, ended);
  };
  if (!owned) return run(device);
  return despiteLoss(device, {
    run,
    open: () => (settled ? openPlanned(settled.plan, options.memoryBytes) : openDevice(device.info.kind, options.memoryBytes)),
    epoch: progress.epoch,
    onLost: options.onDeviceLost,
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
    training: { config, plan, ...progress },
  });
}

function modelOf(device: Device, owned: boolean, config: TrainConfig, plan: TrainPlan, run: Run): Model {
  const { saved } = run;
  const loaded = loadModel(device, saved, variantsOf(plan.variants));
  const dispose = async () => {
    await loaded.dispose();
    if (owned) await device.dispose();
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
  return initialState({ ...layout, init, seed, srelu: network.activation === "srelu" });
}
