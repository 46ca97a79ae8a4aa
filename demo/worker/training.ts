import {
  type Device,
  type EpochRecord,
  type EvolutionRecord,
  type SavedModel,
  type Split,
  type StartInfo,
  split,
  type TrainPlan,
  type TuningEntry,
  train,
} from "../../src/index.js";
import { deviceName } from "../names.js";
import { type Settings, trainOptions } from "../settings.js";
import { currentData } from "./data.js";
import { useDevice, wasLost } from "./device.js";
import { keepModel, loadKept } from "./model.js";
import { type Pictures, picturesOf } from "./pictures.js";
import { createTurns, type Turns } from "./turns.js";
import { showNetwork } from "./viewer.js";

/** What a run starts with. */
export interface RunStart {
  readonly run: number;
  readonly method: string;
  readonly adapter: string;
  readonly software: boolean;
  readonly plan: TrainPlan;
  readonly connections: number;
  /** Connections the dense network of the same sizes would have. */
  readonly dense: number;
  readonly trainSamples: number;
  readonly testSamples: number;
}

/** What an epoch brought. */
export interface EpochReport {
  readonly run: number;
  readonly record: EpochRecord;
  readonly evolution: EvolutionRecord | null;
  readonly pictures: Pictures;
}

/** Called in the page as training goes on. */
export interface Listener {
  started(start: RunStart): void;
  epoch(report: EpochReport): void;
  /** The device was lost and training goes on from the last epoch, on a new one. */
  recovered(reason: string, epoch: number): void;
}

/** How training ended. */
export interface Ending {
  readonly stopped: boolean;
  readonly epochs: readonly number[];
}

let turns: Turns | undefined;
let abort: AbortController | undefined;
const tuned: TuningEntry[] = [];
/** Choices of kernels are remembered for as long as the worker lives. */
const tuning = { load: () => tuned, save: (entries: readonly TuningEntry[]) => void tuned.splice(0, tuned.length, ...entries) };

/**
 * Trains the open data by the settings of one run, or of several in turns, an epoch each. Resolves when all are done or were stopped; the
 * last state of the first run is then the worker's model. `paused`: after one epoch of each.
 */
export async function startTraining(runs: readonly Settings[], paused: boolean, listener: Listener): Promise<Ending> {
  if (abort) throw new Error("training is under way in this worker");
  abort = new AbortController();
  const { signal } = abort;
  turns = createTurns(runs.length, signal, paused);
  const race = { listener, turns, signal };
  try {
    const saved = await Promise.all(runs.map((settings, run) => trainInTurns({ ...race, run, settings })));
    if (saved[0]) await loadKept(runs[0].device); // what was trained can still be looked at
    return { stopped: signal.aborted, epochs: saved.map((model) => model?.training?.epoch ?? 0) };
  } catch (error) {
    abort.abort(); // the other runs end too
    throw error;
  } finally {
    abort = undefined;
    turns = undefined;
  }
}

/** Holds the runs after the epoch under way. Whether there was anything to hold. */
export async function pauseTraining(): Promise<boolean> {
  turns?.pause();
  return turns !== undefined;
}

export async function resumeTraining(): Promise<boolean> {
  turns?.resume();
  return turns !== undefined;
}

/** One more epoch of every run, then paused. */
export async function stepTraining(): Promise<boolean> {
  turns?.pause();
  turns?.step();
  return turns !== undefined;
}

export async function stopTraining(): Promise<void> {
  abort?.abort();
}

/** A run among those that train in turns. */
interface Runner {
  readonly run: number;
  readonly settings: Settings;
  readonly listener: Listener;
  readonly turns: Turns;
  readonly signal: AbortSignal;
}

/** One run from its first turn to its end; when the device is lost it goes on from its last epoch, unless it was lost twice in one. */
async function trainInTurns(runner: Runner): Promise<SavedModel | undefined> {
  const { run, settings, listener, turns, signal } = runner;
  let saved: SavedModel | undefined;
  let lostAt = -1;
  try {
    await turns.take(run);
    for (;;) {
      const device = await useDevice(settings.device);
      try {
        await trainOnce(runner, device, saved, (model) => {
          saved = model;
        });
        return saved;
      } catch (error) {
        if (signal.aborted) return saved;
        const epoch = saved?.training?.epoch ?? 0;
        if (!wasLost(device) || lostAt === epoch) throw error;
        lostAt = epoch;
        listener.recovered((error as Error).message, epoch);
      }
    }
  } finally {
    turns.leave(run);
  }
}

/** Trains on `device`, from `resume` on; `keep` gets the state after every epoch. */
async function trainOnce(
  { run, settings, listener, turns, signal }: Runner,
  device: Device,
  resume: SavedModel | undefined,
  keep: (model: SavedModel) => void,
): Promise<void> {
  const dataset = currentData();
  const parts = split(dataset, { test: settings.test, seed: settings.seed });
  const model = await train(parts, {
    ...trainOptions(settings),
    ...{ device, signal, resume, tuning },
    onStart: (info) => listener.started(startOf(run, settings, parts, info)),
    onNetwork: (view) => {
      if (run === 0) showNetwork(view);
    },
    onCheckpoint: async (saved) => {
      keep(saved);
      if (run === 0) keepModel(saved, { settings, dataset, test: parts.indices.test });
      listener.epoch(reportOf(run, saved));
      if (saved.training?.epoch === settings.epochs) return; // it leaves, and is not held any more
      turns.pass();
      await turns.take(run);
    },
  });
  await model.dispose();
}

function startOf(run: number, settings: Settings, parts: Split, { plan, device, layers }: StartInfo): RunStart {
  return {
    ...{ run, method: settings.method, plan, software: device.software },
    adapter: deviceName(device),
    connections: layers.reduce((sum, layer) => sum + layer.nnz, 0),
    dense: layers.reduce((sum, layer) => sum + layer.in * layer.out, 0),
    trainSamples: parts.train.samples,
    testSamples: parts.test.samples,
  };
}

function reportOf(run: number, saved: SavedModel): EpochReport {
  const history = saved.training?.history as readonly EpochRecord[];
  const evolutions = saved.training?.evolutions as readonly EvolutionRecord[];
  const record = history[history.length - 1];
  const last = evolutions[evolutions.length - 1];
  return { run, record, evolution: last?.epoch === record.epoch ? last : null, pictures: picturesOf(saved) };
}
