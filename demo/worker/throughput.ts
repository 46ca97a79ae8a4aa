import { takeSamples } from "../../src/api/data.js";
import { METHODS } from "../../src/api/extend.js";
import { type Dataset, split, type TrainOptions, type TuningEntry, train } from "../../src/api/index.js";
import { changes } from "../../src/methods/evolution-of.js";
import { type Settings, trainOptions } from "../settings.js";
import type { Trial, Work } from "../throughput.js";
import { currentData } from "./data.js";
import { onDevice, useDevice } from "./device.js";

/** What a measuring side is. */
export interface SideInfo {
  readonly vendor: string;
  readonly architecture: string;
  readonly software: boolean;
  /** Threads of the CPU device; null for a GPU. */
  readonly threads: number | null;
  /** Samples that training would have: the data less what the settings hold out. */
  readonly samples: number;
}

/** Bytes that a network may take on devices that live in the computer's own memory: what a tab can well have. */
const HOST_BYTES = 1e9;

let part: { readonly of: Dataset; readonly key: string; readonly train: Dataset } | undefined;
const tuned: TuningEntry[] = [];
/** Kernels are timed in the first trial of a network, which is warm-up; then it is remembered. */
const tuning = { load: () => tuned, save: (entries: readonly TuningEntry[]) => void tuned.splice(0, tuned.length, ...entries) };

/** Opens the device and takes the training part of the open data. Throws where the device is missing, saying why. */
export async function openSide(settings: Settings): Promise<SideInfo> {
  const { vendor, architecture, threads = null, software } = (await useDevice(settings.device)).info;
  return { vendor, architecture, software, threads, samples: trainingPart(settings).samples };
}

/**
 * Trains from the start, by the settings but without evolution: one pass over the work's samples to warm up, then its epochs on the clock.
 * What is timed is `train`'s own seconds of training: steps and the read-back of every epoch; no evaluation, no set-up.
 */
export async function runTrial(settings: Settings, { samples, epochs }: Work): Promise<Trial> {
  const all = trainingPart(settings);
  const set = samples < all.samples ? spreadOver(all, samples) : all;
  const history = await onDevice(settings.device, async (device) => {
    const model = await train(
      { train: set },
      {
        ...withoutEvolution(settings, epochs + 1),
        device,
        tuning,
        evaluateEvery: epochs + 1,
        ...((device.info.kind === "cpu" || device.info.software) && { hostMemoryBytes: HOST_BYTES }),
      },
    );
    await model.dispose();
    return model.history;
  });
  const timed = history.slice(1);
  const sum = (values: readonly number[]) => values.reduce((a, b) => a + b, 0);
  return {
    samples: samples * timed.length,
    steps: sum(timed.map((record) => record.steps)),
    seconds: sum(timed.map((record) => record.seconds.train)),
    loss: sum(history.map((record) => record.runningLoss)) / history.length,
    connections: timed[0].nnz,
  };
}

/** `count` samples at even distances, so that data sorted by class leave none out. */
function spreadOver(all: Dataset, count: number): Dataset {
  return takeSamples(
    all,
    Array.from({ length: count }, (_, i) => Math.floor((i * all.samples) / count)),
  );
}

/** The training samples of the settings' split. */
function trainingPart({ test, seed }: Settings): Dataset {
  const of = currentData();
  const key = `${test} ${seed}`;
  if (part?.of !== of || part.key !== key) part = { of, key, train: split(of, { test, seed }).train };
  return part.train;
}

/** The settings' network as it starts, to be trained as it is: of a method that evolves the layout alone. */
function withoutEvolution(settings: Settings, epochs: number): TrainOptions {
  const options = trainOptions({ ...settings, epochs });
  const method = METHODS[settings.method];
  if (!changes(method)) return options;
  return { ...options, method: { name: `${method.name}-as-it-starts`, layout: method.layout }, evolution: {} };
}
