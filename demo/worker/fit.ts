import { expose } from "comlink";
import type { TaskName } from "../../src/api/extend.js";
import { type EstimateMode, type FitPlan, type FitProgress, fit as findModel, type SavedModel } from "../../src/api/index.js";
import { checkpointParts } from "../../src/api/io.js";
import type { FitFindings } from "../../src/fit/report/input.js";
import { memoryStore } from "../../src/fit/store.js";
import type { Source } from "../sources.js";
import { currentData, openData } from "./data.js";

/** What to find the best model for, and in what time. */
export interface FitRequest {
  readonly source: Source;
  /** What is learnt of it. */
  readonly task: TaskName;
  /** Seconds for everything. */
  readonly budget: number;
  readonly estimate: EstimateMode;
  readonly seed: number;
  readonly device: FitPlan["device"];
  /** The plan.json to follow; budget, estimate, seed and device are then those of the plan. */
  readonly plan: File | null;
}

/** Called in the page as the work goes on. */
export interface FitListener {
  planned(plan: FitPlan): void;
  progress(progress: FitProgress): void;
}

/** What was found; the models are files, as the command line writes them. */
export interface Found {
  readonly findings: FitFindings;
  readonly model: Blob;
  readonly linear: Blob;
}

/** ms between two words on progress: small trainings end in milliseconds. */
const PROGRESS_MS = 100;

const store = memoryStore();
let plan: FitPlan | undefined;
let abort: AbortController | undefined;

/** What the worker that finds models does for the page: one search, which can be stopped and gone on with. */
const api = {
  /** Finds the best model for a source. After `stop`, the same call goes on by the plan that was made, to the same model. Rejects when it was stopped. */
  async find({ source, task, device, plan: file, ...asked }: FitRequest, listener: FitListener): Promise<Found> {
    abort = new AbortController();
    if (!plan) await openData(source);
    if (!plan && file) plan = await readPlan(file);
    let told = 0;
    const { model, linear, ...findings } = await findModel(currentData(), {
      ...(plan ? { plan } : { ...asked, device }),
      task,
      store,
      signal: abort.signal,
      onPlan(made) {
        plan = made;
        listener.planned(made);
      },
      onProgress(progress) {
        if (performance.now() - told < PROGRESS_MS) return;
        told = performance.now();
        listener.progress(progress);
      },
    });
    return { findings, model: fileOf(model), linear: fileOf(linear) };
  },
  stop(): void {
    abort?.abort();
  },
};
export type FitApi = typeof api;

const fileOf = (saved: SavedModel) => new Blob(checkpointParts(saved) as Uint8Array<ArrayBuffer>[]);

/** What a file says; the library checks that it is a plan. */
async function readPlan(file: File): Promise<FitPlan> {
  try {
    return JSON.parse(await file.text());
  } catch {
    throw new Error(`${file.name}: is no JSON; choose the plan.json of an earlier fit`);
  }
}

expose(api);
