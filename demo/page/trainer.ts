import { proxy } from "comlink";
import type { Settings } from "../settings.js";
import type { DataInfo, Source } from "../sources.js";
import type { EpochReport } from "../worker/reports.js";
import { messageOf } from "./dom.js";
import { linkData } from "./link.js";
import { busy, data, modelVersion, notKept, occupied, type Phase, phase, type Run, runs } from "./state.js";
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
}

/** Trains on the data chosen; `notice` tells what happened on the way. Resolves at the end, rejects with what went wrong. */
export async function startRuns({ chosen, paused = false, kept }: Start, notice: (text: string) => void): Promise<void> {
  if (busy.peek()) throw new Error(`wait: ${busy.peek()}`);
  const on = data.peek();
  if (!on) throw new Error("choose data first");
  const inputs = on.info;
  phase.value = "starting";
  notKept.value = "";
  runs.value = chosen.map((settings): Run => ({ settings, inputs, start: null, epochs: [], pictures: null }));
  const show = batched();
  try {
    await openTrainerData();
    const { epochs } = await answered(
      trainer().startTraining(
        { settings: chosen, data: linkData(on.source, inputs) },
        paused,
        proxy({
          started: (start) => {
            if (phase.value === "starting") phase.value = paused ? "paused" : "training";
            show.now(start.run, { start });
          },
          epoch: show.epoch,
          recovered: (reason, epoch) =>
            notice(`${reason.split(";")[0].replace(/\.$/, "")}. Opened again; going on after epoch ${epoch}.`),
          restored: (run, epochs, pictures, problem) => {
            show.now(run, { epochs, pictures });
            if (problem) notice(`The last checkpoint cannot be read (${problem}): going on from the one before it.`);
          },
          notKept: (problem) => {
            notKept.value = problem;
          },
        }),
        kept,
      ),
    );
    await show.whole(epochs);
    show.flush();
    phase.value = "done";
    modelVersion.value++;
  } catch (error) {
    show.flush();
    phase.value = "failed";
    if (runs.peek()[0]?.epochs.length) modelVersion.value++; // the last state before is there
    throw new Error(explain(messageOf(error)));
  }
}

/** Epochs may be over in milliseconds; what they bring is shown ten times a second. */
const SHOW_MS = 100;

function batched() {
  const waiting: EpochReport[] = [];
  let timer: ReturnType<typeof setTimeout> | undefined;
  const now = (run: number, change: Partial<Run>) => {
    runs.value = runs.value.map((one, i) => (i === run ? { ...one, ...change } : one));
  };
  const flush = () => {
    clearTimeout(timer);
    timer = undefined;
    const reports = waiting.splice(0);
    for (const run of new Set(reports.map((report) => report.run))) {
      const own = reports.filter((report) => report.run === run);
      const epochs = [...runs.peek()[run].epochs, ...own.map(({ pictures, ...report }) => report)];
      now(run, { epochs, pictures: own[own.length - 1].pictures });
    }
  };
  const missing = (epochs: readonly number[]) =>
    epochs.some((count, run) => runs.peek()[run].epochs.length + waiting.filter((report) => report.run === run).length < count);
  return {
    now,
    flush,
    /** Resolves when so many epochs of each run are here: reports come by a way of their own, and may come after the end. */
    async whole(epochs: readonly number[]) {
      while (missing(epochs)) await new Promise((resolve) => setTimeout(resolve, 5));
    },
    epoch(report: EpochReport) {
      waiting.push(report);
      timer ??= setTimeout(flush, SHOW_MS);
    },
  };
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
    .replace(/ \((--[a-z-]+)\)/g, "");
}

/** The worker's answer, or why it stopped without one. */
function answered<T>(answer: Promise<T>): Promise<T> {
  return Promise.race([answer, (helper as Helper).failed]);
}

/** Shows that training is held, or goes on, unless it has ended while the worker was asked. */
async function ask(there: Promise<boolean>, next: Phase): Promise<void> {
  if ((await answered(there)) && occupied.peek()) phase.value = next;
}

export const pause = () => ask(trainer().pauseTraining(), "paused");
export const resume = () => ask(trainer().resumeTraining(), "training");
/** One epoch of every run, then paused. */
export const step = () => ask(trainer().stepTraining(), "paused");

/** Ends training between submits; the last whole epoch stays as the model. */
export async function stop(): Promise<void> {
  await trainer().stopTraining();
}
