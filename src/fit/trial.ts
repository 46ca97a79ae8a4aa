import type { Dataset } from "../data/dataset.js";
import type { Device } from "../device/device.js";
import { decodeCheckpoint, encodeCheckpoint } from "../io/formats/checkpoint/checkpoint.js";
import type { SavedModel } from "../io/saved-model.js";
import type { Metric, Outcome } from "../metrics/metric.js";
import type { TrainOptions } from "../train/options.js";
import type { RunOptions } from "../train/run-options.js";
import { train } from "../train/train.js";
import { failedWith } from "../util/check.js";
import type { Stop, Training } from "./halving.js";
import { type FitStore, keep, recall } from "./store.js";

/** Where and how trainings run. */
export interface FitRun {
  readonly device: Device;
  readonly store: FitStore;
  readonly signal?: AbortSignal;
  readonly hold?: () => Promise<void> | undefined;
}

/** Kernels take their default variants, so that bits go by the kind of device alone; a state that is gone on with says so itself. */
export function howToRun({ device, signal, hold }: FitRun, resume?: SavedModel): RunOptions {
  return { device, signal, hold, ...(resume ? { resume } : { tune: "off" }) };
}

/** One training of a candidate: on a fold's training part, held against what the fold holds out. */
export interface TrainingTask {
  /** Its name in the store. */
  readonly key: string;
  readonly options: TrainOptions;
  /** Epochs between stops. */
  readonly stop: number;
  readonly train: Dataset;
  readonly heldOut: Dataset;
}

const NONE: Training = { epoch: 0, diverged: false, stops: [] };
const recordName = (key: string) => `${key}.json`;
const stateName = (key: string, epoch: number) => `${key}-${epoch}.safetensors`;

/**
 * Trains on until an epoch, from where the store says that the training stands: it holds what was said at each stop, and the state of the last
 * one. What is kept is not trained again. Where the state is lost, the training begins anew, to the same bits.
 */
export async function trainUntil(run: FitRun, task: TrainingTask, until: number): Promise<Training> {
  const { store } = run;
  const { key } = task;
  const before = (await recall<Training>(store, recordName(key))) ?? NONE;
  if (before.diverged || before.epoch >= until) return asOf(before, until);
  const bytes = before.epoch > 0 ? await store.get(stateName(key, before.epoch)) : undefined;
  const listener = createListener();
  const from = bytes && decodeCheckpoint(bytes, stateName(key, before.epoch), [listener.metric]);
  const after = await goOn(run, task, listener, until, from);
  const reached: Training = after
    ? { epoch: until, diverged: false, stops: [...(from ? before.stops : []), ...after.stops] }
    : { epoch: until, diverged: true, stops: before.stops };
  if (after) await store.put(stateName(key, until), encodeCheckpoint(after.state));
  await keep(store, recordName(key), reached); // after the state that it speaks of
  await forgetState(store, key, before.epoch);
  return reached;
}

/** A training as it stood at an epoch: one that was killed may be ahead of the rung that is decided again. */
function asOf({ epoch, diverged, stops }: Training, until: number): Training {
  return {
    epoch: Math.min(epoch, until),
    diverged: diverged && epoch <= until,
    stops: stops.filter((stop) => stop.epoch <= until),
  };
}

/** Removes the state of a training that nobody will go on with. */
export async function forgetState(store: FitStore, key: string, epoch: number): Promise<void> {
  await store.remove(stateName(key, epoch));
}

type Listener = ReturnType<typeof createListener>;

/**
 * A metric that remembers what outputs say of samples, until it is told, and answers with its number: the epoch's record then says which were
 * those of the samples held out. Outputs are not kept, of which there are as many as classes for a sample.
 */
function createListener() {
  let heard: Omit<Stop, "epoch">[] = [];
  const metric: Metric = { name: "heard", better: "larger", over: (outcome) => heard.push(said(outcome)) - 1 };
  const tell = (number: number) => {
    const told = heard[number];
    heard = [];
    return told;
  };
  return { metric, tell };
}

/** The stops on the way, and the state at the end; null where training diverged. */
async function goOn(
  run: FitRun,
  { options, stop, train: fitted, heldOut }: TrainingTask,
  { metric, tell }: Listener,
  until: number,
  resume: SavedModel | undefined,
): Promise<{ stops: Stop[]; state: SavedModel } | null> {
  const stops: Stop[] = [];
  let state: SavedModel | undefined;
  try {
    const model = await train(
      { train: fitted, validation: heldOut },
      {
        ...options,
        metrics: [metric],
        evaluateEvery: stop,
        ...howToRun(run, resume),
        until,
        onEpoch({ epoch, validationHeard: number }) {
          if (number !== null) stops.push({ epoch, ...tell(number) });
        },
        onCheckpoint(saved) {
          if (saved.training?.epoch === until) state = saved;
        },
      },
    );
    await model.dispose();
  } catch (error) {
    if (failedWith(error, "diverged")) return null;
    throw error;
  }
  const sound = stops.every(({ truth }) => truth.every(Number.isFinite));
  return state && sound ? { stops, state } : null;
}

/** What outputs z say of each sample's class: of an ensemble they are the logarithms of its averaged probabilities. */
function said({ z, targets, samples, outputs }: Outcome): Omit<Stop, "epoch"> {
  const truth: number[] = [];
  let right = 0;
  for (let i = 0; i < samples; i++) {
    const own = z.subarray(i * outputs, (i + 1) * outputs);
    const most = own.reduce((a, b) => Math.max(a, b));
    const sum = own.reduce((total, value) => total + Math.exp(value - most), 0);
    truth.push(Math.exp(own[targets[i]] - most) / sum);
    right += Number(own.indexOf(most) === targets[i]);
  }
  return { truth, right };
}

/** The model of training on all of a part, until an epoch of the whole run. */
export async function refitUntil(run: FitRun, data: Dataset, options: TrainOptions, until: number): Promise<SavedModel> {
  const model = await train({ train: data }, { ...options, evaluateEvery: until, until, ...howToRun(run) });
  try {
    return await model.save();
  } finally {
    await model.dispose();
  }
}
