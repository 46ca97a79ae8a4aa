import type { Dataset } from "../../data/dataset.js";
import type { Device } from "../../device/device.js";
import { decodeCheckpoint, encodeCheckpoint } from "../../io/formats/checkpoint/checkpoint.js";
import type { SavedModel } from "../../io/saved-model.js";
import type { MetricName } from "../../metrics/index.js";
import type { Metric } from "../../metrics/metric.js";
import { taskOf } from "../../tasks/index.js";
import { type Judging, judgedBy } from "../../tasks/judging/judging.js";
import type { TrainOptions } from "../../train/options.js";
import type { RunOptions } from "../../train/run-options.js";
import { train } from "../../train/train.js";
import { check, failedWith } from "../../util/check.js";

/** What a training said of the samples that its fold held out, at one stop. */
export interface Stop {
  readonly epoch: number;
  /** [samples, width] what the task keeps of the outputs, see `Judging.hear`: of classes the probability of the true one, and whether it was taken. */
  readonly said: readonly number[];
}

/** A part of a training, from where it stands until an epoch: JSON. */
export interface LegTask {
  /** Names it in the store of a fit, and in messages. */
  readonly key: string;
  readonly options: TrainOptions;
  readonly until: number;
  /** What the search goes by, where that is not the task's own. */
  readonly metric?: MetricName;
  /** Epochs between stops; null where nothing is held out, and the whole of the training is one leg. */
  readonly stop: number | null;
}

/** Where a leg got to: what was said at its stops, and the checkpoint at its end. */
export interface Leg {
  readonly stops: readonly Stop[];
  readonly state: Uint8Array;
}

/** How legs are run. */
export interface LegSettings {
  /** Stays the caller's. */
  readonly device: Device;
  /** See `RunOptions`. */
  readonly hostMemoryBytes?: number;
  readonly signal?: AbortSignal;
  readonly hold?: () => Promise<void> | undefined;
}

/** Kernels take their default variants, so that bits go by the kind of device alone; a state that is gone on with says so itself. */
export function howToRun({ device, hostMemoryBytes, signal, hold }: LegSettings, resume?: SavedModel): RunOptions {
  return { device, hostMemoryBytes, signal, hold, ...(resume ? { resume } : { tune: "off" }) };
}

/** Trains on from a checkpoint, or from the beginning, on a training part; null where training diverged. */
export async function trainLeg(
  parts: { readonly train: Dataset; readonly heldOut: Dataset },
  task: LegTask,
  from: Uint8Array | undefined,
  settings: LegSettings,
): Promise<Leg | null> {
  try {
    return await (task.stop === null ? trainWhole(parts.train, task, settings) : trainOn(parts, task, task.stop, from, settings));
  } catch (error) {
    if (failedWith(error, "diverged")) return null;
    throw error;
  }
}

async function trainWhole(data: Dataset, { options, until }: LegTask, settings: LegSettings): Promise<Leg> {
  const model = await train({ train: data }, { ...options, evaluateEvery: until, until, ...howToRun(settings) });
  try {
    return { stops: [], state: encodeCheckpoint(await model.save()) };
  } finally {
    await model.dispose();
  }
}

async function trainOn(
  { train: fitted, heldOut }: Parameters<typeof trainLeg>[0],
  { options, until, key, metric: by }: LegTask,
  stop: number,
  from: Uint8Array | undefined,
  settings: LegSettings,
): Promise<Leg | null> {
  const { metric, tell } = createListener(judgingOf(options.task, by));
  const stops: Stop[] = [];
  let state: SavedModel | undefined;
  const model = await train(
    { train: fitted, validation: heldOut },
    {
      ...options,
      metrics: [metric],
      evaluateEvery: stop,
      ...howToRun(settings, from && decodeCheckpoint(from, key, [metric])),
      until,
      onEpoch({ epoch, validationHeard: number }) {
        if (number !== null) stops.push({ epoch, said: tell(number) });
      },
      checkpointEvery: until,
      onCheckpoint(saved) {
        if (saved.training?.epoch === until) state = saved;
      },
    },
  );
  await model.dispose();
  const sound = stops.every(({ said }) => said.every(Number.isFinite));
  return state && sound ? { stops, state: encodeCheckpoint(state) } : null;
}

/** How models of a task are judged, by a metric where one is given. Throws a usage error where it has no such thing. */
export function judgingOf(task: TrainOptions["task"], by?: MetricName): Judging {
  const { name, judging } = taskOf(task);
  check(judging !== undefined, "task", () => {
    return `fit finds models that predict labels, not ${name}; train a network with coppice train --task ${name}`; // without `judging`
  });
  if (by === undefined) return judging;
  const metric = judging.metrics.find((one) => one.name === by);
  check(metric !== undefined, "metric", () => {
    return `${by} is not of task ${name}; take one of ${judging.metrics.map((one) => one.name).join(", ")}`;
  });
  return judgedBy(judging, metric);
}

/**
 * A metric that remembers what outputs say of samples, until it is told, and answers with its number: the epoch's record then says which were
 * those of the samples held out. Outputs themselves are kept as far as the task asks for them: there may be thousands for a sample.
 */
function createListener({ hear }: Judging) {
  let heard: number[][] = [];
  const metric: Metric = { name: "heard", better: "larger", alone: true, over: (outcome) => heard.push(hear(outcome)) - 1 };
  const tell = (number: number) => {
    const told = heard[number];
    heard = [];
    return told;
  };
  return { metric, tell };
}
