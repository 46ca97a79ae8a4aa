import { batch } from "@preact/signals-core";
import { proxy } from "comlink";
import type { Settings } from "../settings.js";
import type { DataInfo, Source } from "../sources.js";
import type { Pictures } from "../worker/pictures.js";
import type { PastEpoch } from "../worker/reports.js";
import type { Standing } from "../worker/turns.js";
import { messageOf } from "./dom.js";
import { linkData } from "./link.js";
import { asked, busy, data, modelFrom, modelVersion, notKept, occupied, phase, type Run, runs, withinEpoch } from "./state.js";
import { type Helper, startWorker } from "./workers.js";

/** The worker that trains, draws and holds the model; it lives as long as the page. */
let helper: Helper | undefined;
let opened: Source | undefined;

/** The training worker's functions. */
export function trainer(): Helper["api"] {
  helper ??= startWorker();
  return helper.api;
}

/** Lets the training worker read the chosen data, unless it has them. Throws when none are chosen. */
export async function openTrainerData(): Promise<void> {
  const chosen = data.peek();
  if (!chosen) throw new Error("choose data first");
  if (opened !== chosen.source) await openInTrainer(chosen.source);
}

/** Lets the training worker read a source. Throws what its reader throws. */
export async function openInTrainer(source: Source): Promise<DataInfo> {
  const info = await answered(trainer().openData(source));
  opened = source;
  return info;
}

/** What to train, and how. */
export interface Start {
  /** One run, or several to race. */
  readonly chosen: readonly Settings[];
  /** After an epoch of each. */
  readonly paused?: boolean;
  /** The training in the browser's storage to go on with. */
  readonly kept?: string;
  /** Checkpoints of every run, to be shown as they are: nothing is trained. */
  readonly models?: readonly Blob[];
}

/** Trains on the data chosen; `notice` tells what happened on the way. Resolves at the end, rejects with what went wrong. */
export async function startRuns({ chosen, paused = false, kept, models }: Start, notice: (text: string) => void): Promise<void> {
  if (busy.peek()) throw new Error(`wait: ${busy.peek()}`);
  const on = data.peek();
  if (!on) throw new Error("choose data first");
  const inputs = on.info;
  phase.value = "starting";
  notKept.value = "";
  asked.value = null;
  const trained = linkData(on.source, inputs);
  const empty = { data: trained, inputs, start: null, epochs: [], seconds: 0, pictures: null, left: null };
  runs.value = chosen.map((settings): Run => ({ settings, ...empty }));
  const source = opened === on.source ? null : on.source;
  if (source) opened = undefined; // until they are known to be open
  try {
    const end = answered(
      trainer().startTraining(
        { settings: chosen, data: trained, source, paused, kept: kept ?? null, models: models ?? null },
        proxy({
          started: (start) => {
            opened = on.source;
            if (phase.value === "starting") phase.value = "training";
            change(start.run, { start });
          },
          epochs: add,
          recovered: (reason, epoch) =>
            notice(`${reason.split(";")[0].replace(/\.$/, "")}. Opened again; going on after epoch ${epoch}.`),
          damaged: (problem) => notice(`The last checkpoint cannot be read (${problem}): going on from the one before it.`),
          notKept: (problem) => {
            notKept.value = problem;
          },
        }),
      ),
    );
    if (paused) void ask("step", () => trainer().trainingStands());
    await end;
    opened = on.source;
    finish("done");
  } catch (error) {
    finish("failed");
    throw new Error(explain(messageOf(error)));
  }
}

/** Training is over. What the first run had reached is the model, which is tried on the samples held out. */
function finish(how: "done" | "failed"): void {
  const [first] = runs.peek();
  batch(() => {
    phase.value = how;
    asked.value = null;
    if (first.epochs.length === 0) return; // the model before stays
    modelFrom.value = null;
    modelVersion.value++;
  });
  if (first.epochs.length > 0) void tryLeft(first);
}

/** Shows how the network does that a run has left. */
async function tryLeft(run: Run): Promise<void> {
  const show = (left: Run["left"], own: Run) => {
    const next = { ...own, left };
    if (runs.peek()[0] === own) runs.value = [next, ...runs.peek().slice(1)]; // unless another run began
    return next;
  };
  const waiting = show("asked", run);
  show(await answered(trainer().figuresOfModel()).catch(() => null), waiting);
}

/** Shows what is new of a run. */
function change(run: number, by: Partial<Run>): void {
  runs.value = runs.value.map((one, i) => (i === run ? { ...one, ...by } : one));
}

/** Shows what epochs have brought. */
function add(epochs: readonly PastEpoch[], pictures: ReadonlyMap<number, Pictures>): void {
  runs.value = runs.value.map((one, run) => {
    const own = epochs.filter((epoch) => epoch.run === run);
    const seconds = own.reduce((sum, { record }) => sum + record.seconds.train + record.seconds.evolve, one.seconds);
    return { ...one, epochs: one.epochs.concat(own), seconds, pictures: pictures.get(run) ?? one.pictures };
  });
}

/** What to do in a page about errors whose remedy is worded for the command line. */
export function explain(message: string): string {
  return message
    .replace(
      /; continue from the last checkpoint with --resume[^;]*/,
      "; go on with what was kept, or start again on the CPU if it happens again",
    )
    .replace(
      /; results could differ: train without the plan/,
      "; going on here would end elsewhere: download it to use it as it is",
    )
    .replace(/,? or raise --memory/, "")
    .replace(/ \((--[a-z-]+)\)/g, "");
}

/** The worker's answer, or why it stopped without one. */
function answered<T>(answer: Promise<T>): Promise<T> {
  return Promise.race([answer, (helper as Helper).failed]);
}

/** Counts what was asked of training: an answer to what is no longer wanted changes nothing. */
let wishes = 0;

/** Shows at once what was asked for, and where training stands when that has come about; unless it has ended meanwhile, or something else was asked for. */
async function ask(what: "pause" | "step", send: () => Promise<Standing>): Promise<void> {
  const wish = ++wishes;
  batch(() => {
    asked.value = what;
    if (what === "step" && phase.peek() === "paused") phase.value = "training";
  });
  const where = await answered(send());
  if (wish !== wishes || where === "over" || !occupied.peek()) return;
  batch(() => {
    asked.value = null;
    withinEpoch.value = where === "within";
    phase.value = "paused";
  });
}

/** Holds training where it is, within an epoch too. */
export const pause = () => ask("pause", () => trainer().pauseTraining());
/** One epoch more of every run, then paused. */
export const step = () => ask("step", () => trainer().stepTraining());

export async function resume(): Promise<void> {
  wishes++;
  asked.value = null;
  if ((await answered(trainer().resumeTraining())) && phase.peek() === "paused") phase.value = "training";
}

/** Ends training between submits; the last whole epoch stays as the model. */
export async function stop(): Promise<void> {
  wishes++;
  asked.value = "stop";
  await trainer().stopTraining();
}
