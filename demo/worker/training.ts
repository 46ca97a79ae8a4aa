import { type Dataset, type Device, decodeCheckpoint, type SavedModel, type TuningEntry, train } from "../../src/api/index.js";
import { chosenAfter, type Settings, trainOptions } from "../settings.js";
import type { Source } from "../sources.js";
import { stopLooking } from "./ahead.js";
import { currentData, currentTask, openData } from "./data.js";
import { memoryOf, useDevice, wasLost } from "./device.js";
import { drawHeld } from "./drawing/api.js";
import { type Keeper, openKeeper } from "./kept.js";
import type { KeptAbout } from "./kept-folders.js";
import { keepModel, showModel, trained } from "./model.js";
import { partsFor } from "./parts.js";
import { sourceOf } from "./private-files.js";
import { createReporting, type Reporting } from "./reporting.js";
import { type Listener, startOf, startOfDone, type Which } from "./reports.js";
import { createTurns, type Standing, type Turns } from "./turns.js";
import { firstMember, showNetwork } from "./viewer.js";
import { forgetWiring, rememberWiring } from "./wiring.js";

let turns: Turns | undefined;
let abort: AbortController | undefined;
let reporting: Reporting | undefined;
const tuned: TuningEntry[] = [];
/** Choices of kernels are remembered for as long as the worker lives. */
const tuning = { load: () => tuned, save: (entries: readonly TuningEntry[]) => void tuned.splice(0, tuned.length, ...entries) };

/** What is to be trained, on what, and how. */
export interface Training extends KeptAbout {
  /** The data, unless they are open in this worker. */
  readonly source: Source | null;
  /** After one epoch of each run. */
  readonly paused: boolean;
  /** The training in the browser's storage to go on with. */
  readonly kept: string | null;
  /** Checkpoints of every run, to be shown as they are: nothing is trained. */
  readonly models: readonly Blob[] | null;
}

/**
 * Trains by the settings of one run, or of several in turns, an epoch each; from the call on it can be paused, stepped and stopped. Resolves
 * when all are done or were stopped; the last state of the first run is then the worker's model, if there is one. Throws also when the data
 * cannot be read, or what was kept, or when that is another tab's.
 */
export async function startTraining(
  { settings: runs, data, source, paused, kept, models }: Training,
  listener: Listener,
): Promise<void> {
  if (abort) throw new Error("training is under way in this worker");
  stopLooking();
  abort = new AbortController();
  const { signal } = abort;
  turns = createTurns(runs.length, signal, paused);
  const reports = createReporting(listener);
  reporting = reports;
  let keeper: Keeper | undefined;
  let over = false;
  try {
    if (source) await openData(source);
    keeper = await openKeeper({ settings: runs, data }, kept, (problem) => listener.notKept(problem));
    const race = { listener, reports, turns, signal, keeper };
    trained.length = 0;
    const saved = await Promise.all(
      runs.map((settings, run) => trainInTurns({ ...race, run, settings, parts: partsFor(settings), model: models?.[run] })),
    );
    over = true;
    if (saved[0]) await showModel(runs[0].device); // what was trained can still be looked at
  } catch (error) {
    abort.abort(); // the other runs end too
    throw error;
  } finally {
    await reports.flush();
    await keeper?.end(over);
    abort = undefined;
    turns = undefined;
  }
}

/** Holds the runs, within an epoch too. Resolves when they stand, and says where. */
export async function pauseTraining(): Promise<Standing> {
  turns?.pause();
  return trainingStands();
}

/** Whether there was anything to go on with. */
export async function resumeTraining(): Promise<boolean> {
  turns?.resume();
  return turns !== undefined;
}

/** One more epoch of every run, then paused: resolves when they stand, and says where. */
export async function stepTraining(): Promise<Standing> {
  turns?.step();
  return trainingStands();
}

/** Resolves when the runs stand, after what was asked for last, and the page knows of all their epochs. Says where they stand. */
export async function trainingStands(): Promise<Standing> {
  const where = (await turns?.standing()) ?? "over";
  await reporting?.flush();
  return where;
}

export async function stopTraining(): Promise<void> {
  abort?.abort();
}

/** A run among those that train in turns. */
interface Runner extends Which {
  readonly listener: Listener;
  readonly reports: Reporting;
  readonly turns: Turns;
  readonly signal: AbortSignal;
  readonly keeper: Keeper;
  /** What it is to be shown as. */
  readonly model: Blob | undefined;
}

/** One run from its first turn to its end; when the device is lost it goes on from its last epoch, unless it was lost twice in one. */
async function trainInTurns(runner: Runner): Promise<SavedModel | undefined> {
  const { run, settings, parts, listener, reports, turns, signal, keeper, model: given } = runner;
  const dataset = currentData();
  let saved: SavedModel | undefined;
  let lostAt = -1;
  if (run === 0) forgetWiring();
  const keep = (model: SavedModel) => {
    saved = trained[run] = model;
    if (run === 0) keepModel(saved, { settings, dataset, test: parts.indices.test });
  };
  const found = given ? { saved: readModel(given, dataset), problem: null } : keeper.found[run];
  if (found) {
    keep(found.saved);
    if (given) keeper.put(run, found.saved);
    await reports.restored(run, found.saved);
    if (found.problem) listener.damaged(found.problem);
  }
  try {
    await turns.take(run).catch((reason) => {
      if (!signal.aborted) throw reason;
    });
    while (!signal.aborted) {
      const device = await useDevice(settings.device);
      try {
        if (saved && (given || isDone(saved, settings, dataset))) listener.started(startOfDone(runner, device.info, saved));
        else await trainOnce(runner, device, saved, keep);
        return saved;
      } catch (error) {
        if (signal.aborted) return saved;
        const epoch = saved?.training?.epoch ?? 0;
        if (!wasLost(device) || lostAt === epoch) throw error;
        lostAt = epoch;
        listener.recovered((error as Error).message, epoch);
      }
    }
    return saved;
  } finally {
    turns.leave(run);
  }
}

/** A model that was trained on the dataset. Throws when it is of other features, or does not say how it was trained. */
function readModel(file: Blob, { features }: Dataset): SavedModel {
  const saved = decodeCheckpoint(sourceOf(file), "model");
  const takes = (saved.prepared ?? saved).features;
  if (takes !== features) throw new Error(`model: it takes ${takes} features, the data have ${features}`);
  if (!saved.training) throw new Error("model: it does not say how it was trained; train anew");
  return saved;
}

/** Whether a run has come to its end, and what is chosen then is there. */
function isDone({ training, temperature, threshold }: SavedModel, settings: Settings, { classes }: Dataset): boolean {
  const chosen = chosenAfter(settings, currentTask(), classes.length);
  const lacks = (chosen.calibrate && temperature === undefined) || (chosen.threshold && threshold === undefined);
  return training?.epoch === settings.epochs && !lacks;
}

/** Trains on `device`, from `resume` on; `keep` gets the state after every epoch, and what the validation part adds to the last. */
async function trainOnce(
  runner: Runner,
  device: Device,
  resume: SavedModel | undefined,
  keep: (model: SavedModel) => void,
): Promise<void> {
  const { run, settings, parts, listener, reports, turns, signal, keeper } = runner;
  const chosen = chosenAfter(settings, currentTask(), parts.train.classes.length);
  const model = await train(parts, {
    ...trainOptions(settings, currentTask()),
    ...chosen,
    device,
    signal,
    hold: () => turns.hold() ?? drawHeld(),
    resume,
    tuning,
    ...memoryOf(device),
    onStart: (info) => void listener.started(startOf(runner, info, resume)), // training does not wait for the page
    onNetwork: (view) => {
      showNetwork(view, run);
      if (run === 0) rememberWiring(resume?.training?.epoch ?? 0, firstMember(view).layers); // later ones are known by then
    },
    onCheckpoint: async (saved) => {
      keep(saved);
      if (run === 0) rememberWiring(saved.training?.epoch ?? 0, saved.network.layers);
      keeper.put(run, saved);
      reports.put(run, saved);
      if (saved.training?.epoch === settings.epochs) return; // it leaves, and is not held any more
      turns.pass();
      await turns.take(run);
    },
  });
  if (Object.keys(chosen).length > 0) {
    const saved = await model.save();
    keep(saved);
    keeper.put(run, saved);
  }
  await model.dispose();
}
