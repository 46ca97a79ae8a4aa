import type { Device } from "../device/device.js";
import { checkModel, type SavedModel } from "../io/saved-model.js";
import { checkStore, type TuningStore } from "../tune/entries.js";
import { checkFunction, checkInteger, checkLimit, checkObject, checkOneOf, checkSignal } from "../util/check.js";
import { checkPlanFields, DEVICES, type DeviceChoice } from "./devices.js";
import type { DeviceLoss, EpochRecord, EvolutionRecord, StartInfo, TrainPlan } from "./records.js";
import { TUNINGS, type TuneMode } from "./tuning.js";
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
   * The most that samples may take on the device, in bytes. If they take more they stay on the host and are streamed through it in chunks,
   * to the same network. Default: whatever they take, or what the rest of the run leaves of `memoryBytes`. Sparse samples are dense on the
   * device, and take at most 128 MiB there.
   */
  readonly dataBytes?: number;
  /** Stops the run between submits, from the choice of the device on; `train` rejects with the signal's reason. */
  readonly signal?: AbortSignal;
  /** Asked between submits, within an epoch and while evaluating too: training stands still until what it returns has resolved. No bit changes. */
  readonly hold?: () => Promise<void> | undefined;
  /** Called once before the first epoch; training waits for what this and the other callbacks return. What they throw ends the run, as it is. */
  readonly onStart?: (info: StartInfo) => void | Promise<void>;
  /** Called after every epoch. */
  readonly onEpoch?: (record: EpochRecord) => void | Promise<void>;
  /** Called after every evolution. */
  readonly onEvolution?: (record: EvolutionRecord) => void | Promise<void>;
  /** Called before the first epoch and after every evolution with the network on its device, which it lends until the next evolution. */
  readonly onNetwork?: (view: NetworkView) => void | Promise<void>;
  /** Called after every epoch with all that resuming needs. */
  readonly onCheckpoint?: (saved: SavedModel) => void | Promise<void>;
  /** Epochs between calls of `onCheckpoint`, for which the network is read from its device; default 1. The run's last epoch always has one. */
  readonly checkpointEvery?: number;
  /** Called when the validation loss improved, with the state that was evaluated: of that epoch, before its evolution. */
  readonly onBest?: (saved: SavedModel) => void | Promise<void>;
  /**
   * Called when the device that `train` had opened was lost, and another one like it is open. Training goes on from what `onCheckpoint` got
   * last, to the same bits. Without `onCheckpoint` it goes on from where it began. Three losses without progress end the run.
   */
  readonly onDeviceLost?: (loss: DeviceLoss) => void | Promise<void>;
  /** Goes on after the epoch this was saved at; options must be those it was started with. */
  readonly resume?: SavedModel;
  /**
   * Begins a new run from the weights and connections of a model, one of ours or one that was imported. The run is at epoch 0, without
   * optimiser state, with the options and data given here. Sizes, activation (alpha) and preprocessing are the model's. Its own means,
   * deviations and medians are used, not the data's, and inputs stay raw where it has none. Dropout and loss are the model's, too, unless
   * given. Features are matched by name where both have names, classes by label; the order is the model's.
   *
   * An option that contradicts it is refused by name: hidden, epsilon, init, activation, alpha, output, inputs. So is a method that cannot
   * train its layers: dense and linear need dense ones, dense-small makes its own, all others need a sparse one. set-half goes on as set
   * does. With `resume` of such a run the model may be left out.
   */
  readonly start?: SavedModel;
  /**
   * Ends the run after this epoch, before the evolution that would follow, with the schedules of all its epochs. What `onCheckpoint` gets last
   * goes on to the bits of a run that was never ended.
   */
  readonly until?: number;
  /** What `onBest` got last: a run with patience that is resumed keeps it until a better one comes. */
  readonly best?: SavedModel;
}

/** The kind of each option. What it holds is checked where it is used. */
export const RUN: Readonly<Record<keyof RunOptions, (value: never, where: string) => void>> = {
  device: (value: string | Device, where) => {
    if (typeof value === "string") checkOneOf(value, DEVICES, where);
  },
  plan: checkPlanFields,
  tune: (value: string, where) => checkOneOf(value, TUNINGS, where),
  tuneMs: (value: number, where) => checkLimit(value, where),
  tuning: checkStore,
  signal: checkSignal,
  memoryBytes: checkBytes,
  hostMemoryBytes: checkBytes,
  dataBytes: checkBytes,
  resume: checkModel,
  start: checkModel,
  until: (value: number, where) => checkInteger(value, where, 1),
  best: checkModel,
  hold: checkFunction,
  onStart: checkFunction,
  onEpoch: checkFunction,
  onEvolution: checkFunction,
  onNetwork: checkFunction,
  onCheckpoint: checkFunction,
  checkpointEvery: (value: number, where) => checkInteger(value, where, 1),
  onBest: checkFunction,
  onDeviceLost: checkFunction,
};

function checkBytes(value: number, where: string): void {
  checkLimit(value, where, 1);
}

/** Throws a usage error unless every option that is given is of its kind. */
export function checkRunOptions(options: RunOptions): void {
  checkObject(options, "train: options", "object of options");
  for (const [key, checkKind] of Object.entries(RUN)) {
    const value = options[key as keyof RunOptions];
    if (value !== undefined) checkKind(value as never, key);
  }
}
