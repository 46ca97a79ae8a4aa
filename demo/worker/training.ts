import {
  CoppiceError,
  type Device,
  type EpochRecord,
  type EvolutionRecord,
  type NetworkView,
  type SavedModel,
  split,
  type TrainPlan,
  type TuningEntry,
  train,
} from "../../src/index.js";
import { type Settings, trainOptions } from "../settings.js";
import { currentData } from "./data.js";
import { forgetDevice, useDevice } from "./device.js";
import { keepModel, loadKept } from "./model.js";
import { type Pictures, picturesOf } from "./pictures.js";
import { createTurns, type Turns } from "./turns.js";

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

/** Called with the network of the first run whenever it has changed its shape. */
let viewer: ((view: NetworkView, still?: boolean) => void) | undefined;
export function watchNetwork(show: (view: NetworkView, still?: boolean) => void): void {
  viewer = show;
}

/**
 * Trains the open data by the settings of one run, or of several in turns, an epoch each. Resolves when all are done or were stopped; the
 * last state of the first run is then the worker's model.
 */
export async function startTraining(runs: readonly Settings[], listener: Listener): Promise<Ending> {
  if (abort) throw new Error("training is under way in this worker");
  abort = new AbortController();
  const { signal } = abort;
  turns = createTurns(runs.length, signal);
  try {
    const saved = await Promise.all(runs.map((settings, run) => trainInTurns(run, settings, listener, turns as Turns, signal)));
    if (saved[0]) viewer?.((await loadKept(runs[0].device)).view, true); // what was trained can still be looked at
    return { stopped: signal.aborted, epochs: saved.map((model) => model?.training?.epoch ?? 0) };
  } catch (error) {
    abort.abort(); // the other runs end too
    throw error;
  } finally {
    abort = undefined;
    turns = undefined;
  }
}

export async function pauseTraining(): Promise<void> {
  turns?.pause();
}

export async function resumeTraining(): Promise<void> {
  turns?.resume();
}

/** One more epoch of every run, then paused. */
export async function stepTraining(): Promise<void> {
  turns?.pause();
  turns?.step();
}

export async function stopTraining(): Promise<void> {
  abort?.abort();
}

/** One run from its first turn to its end; when the device is lost it goes on from its last epoch, unless it was lost twice in one. */
async function trainInTurns(run: number, settings: Settings, listener: Listener, turns: Turns, signal: AbortSignal) {
  let saved: SavedModel | undefined;
  let lostAt = -1;
  const keep = (model: SavedModel) => {
    saved = model;
    if (run === 0) keepModel(model, settings);
  };
  try {
    await turns.take(run);
    for (;;) {
      const device = await useDevice(settings.device);
      try {
        await trainOnce(device, run, settings, listener, turns, signal, saved, keep);
        return saved;
      } catch (error) {
        if (signal.aborted) return saved;
        const epoch = saved?.training?.epoch ?? 0;
        if (!isLoss(error) || lostAt === epoch) throw error;
        lostAt = epoch;
        forgetDevice(device);
        listener.recovered((error as Error).message, epoch);
      }
    }
  } finally {
    turns.leave(run);
  }
}

async function trainOnce(
  device: Device,
  run: number,
  settings: Settings,
  listener: Listener,
  turns: Turns,
  signal: AbortSignal,
  resume: SavedModel | undefined,
  keep: (model: SavedModel) => void,
): Promise<void> {
  const dataset = currentData();
  const parts = split(dataset, { test: settings.test, seed: settings.seed });
  const model = await train(parts, {
    ...trainOptions(settings),
    ...{ device, signal, resume, tuning },
    onStart: ({ plan, device: { vendor, architecture, description, software }, layers }) =>
      listener.started({
        ...{ run, method: settings.method, plan, software },
        adapter: [vendor, architecture, description].filter(Boolean).join(" "),
        connections: layers.reduce((sum, layer) => sum + layer.nnz, 0),
        dense: layers.reduce((sum, layer) => sum + layer.in * layer.out, 0),
        trainSamples: parts.train.samples,
        testSamples: parts.test.samples,
      }),
    onNetwork: (view) => {
      if (run === 0) viewer?.(view);
    },
    onCheckpoint: async (saved) => {
      keep(saved);
      listener.epoch(reportOf(run, saved));
      turns.pass();
      await turns.take(run);
    },
  });
  await model.dispose();
}

function reportOf(run: number, saved: SavedModel): EpochReport {
  const history = saved.training?.history as readonly EpochRecord[];
  const evolutions = saved.training?.evolutions as readonly EvolutionRecord[];
  const record = history[history.length - 1];
  const last = evolutions[evolutions.length - 1];
  return { run, record, evolution: last?.epoch === record.epoch ? last : null, pictures: picturesOf(saved) };
}

function isLoss(error: unknown): boolean {
  return error instanceof CoppiceError && /the device was lost/.test(error.message);
}
