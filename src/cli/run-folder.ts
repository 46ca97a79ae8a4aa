import { lstatSync, mkdirSync, rmSync } from "node:fs";
import { basename, join } from "node:path";
import { readJson } from "../files/read.js";
import { appendTo, partialFiles, writeAtomically } from "../files/write.js";
import { checkpointParts, recordShare } from "../io/formats/checkpoint/checkpoint.js";
import type { SavedModel } from "../io/saved-model.js";
import type { OwnPiece } from "../methods/pieces.js";
import { oneOf, problemOf, record, text } from "../options/schema.js";
import { metricsOf } from "../train/measures.js";
import type { TrainConfig } from "../train/options.js";
import type { EpochRecord, TrainPlan } from "../train/records.js";
import { CoppiceError, check } from "../util/check.js";
import { checkpointPaths, type FoundCheckpoint, findCheckpoint, LAST_CHECKPOINT, saveCheckpoint } from "./checkpoints.js";
import type { DataDescription } from "./load-data.js";
import { metricsTable } from "./metrics.js";
import { readModel } from "./model-file.js";
import { checkOwn, isRunConfig } from "./own-files.js";
import { checkNames } from "./own-pieces.js";
import { createPace, type Pace } from "./pace.js";

/** The files of a run. */
const RUN_FILES = {
  config: "config.json",
  metrics: "metrics.csv",
  records: "metrics.jsonl",
  checkpoint: LAST_CHECKPOINT,
  best: "best.safetensors",
  model: "model.safetensors",
  report: "report.html",
} as const;

/** config.json: how the run came about, and the plan that `--plan` takes. */
export interface RunConfig {
  readonly version: string;
  /** The command's words after `coppice`. */
  readonly command: readonly string[];
  /** What was given, by name. */
  readonly options: Readonly<Record<string, unknown>>;
  readonly data: DataDescription;
  readonly train: TrainConfig;
  readonly plan: TrainPlan;
}

/** Where a run is kept. Nothing is written before `start`. */
export interface RunFolder {
  readonly path: string;
  file(name: keyof typeof RUN_FILES): string;
  has(name: keyof typeof RUN_FILES): boolean;
  /** Path of the newest checkpoint. */
  newestCheckpoint(): string | undefined;
  /**
   * Makes the folder; writes config.json, and metrics.csv with the epochs that are done. A new run's folder is emptied of an old run's
   * files, that of a run that goes on from `from` of what was being written when it ended.
   */
  start(config: RunConfig, from?: FoundCheckpoint): void;
  /** Writes metrics.csv anew with the epochs that are done. */
  writeMetrics(config: TrainConfig, history: readonly EpochRecord[]): void;
  addEpoch(record: EpochRecord): void;
  /** Makes `saved` the last checkpoint, and keeps `keep` of them; at once, or where the history would take too much of the time a little later. */
  saveCheckpoint(saved: SavedModel, keep: number): void;
  /** Makes `saved` the model at once; the best network so far at once, or with the next checkpoint. */
  save(name: "best" | "model", saved: SavedModel): void;
  /** Writes what waits to be written. */
  flush(): void;
  write(name: keyof typeof RUN_FILES, text: string): void;
}

export function runFolder(path: string, pace: Pace = createPace()): RunFolder {
  const file = (name: keyof typeof RUN_FILES) => join(path, RUN_FILES[name]);
  let table!: ReturnType<typeof metricsTable>;
  let last: number | undefined; // epoch of the last checkpoint, where that is whole
  const waiting: { best?: SavedModel; checkpoint?: { readonly saved: SavedModel; readonly keep: number } } = {};
  const writePaced = (saved: SavedModel, write: (parts: readonly Uint8Array[]) => void) => {
    const parts = checkpointParts(saved);
    pace.write(recordShare(parts, saved), () => write(parts));
  };
  const writeBest = () => {
    const { best } = waiting;
    waiting.best = undefined;
    if (best) writePaced(best, (parts) => writeAtomically(file("best"), parts));
  };
  const folder: RunFolder = {
    path,
    file,
    has: (name) => lstatSync(file(name), { throwIfNoEntry: false }) !== undefined, // a link that leads nowhere, too
    newestCheckpoint: () => checkpointPaths(path)[0],
    start(config, from) {
      mkdirSync(path, { recursive: true });
      const stale = from ? [] : foundFiles(folder).map((name) => join(path, name));
      for (const name of [...stale, ...partialFiles(path, Object.values(RUN_FILES))]) rmSync(name, { force: true });
      last = from?.path === file("checkpoint") ? from.saved.training.epoch : undefined;
      writeAtomically(file("config"), `${JSON.stringify(config, null, 2)}\n`);
      folder.writeMetrics(config.train, (from?.saved.training.history ?? []) as EpochRecord[]);
    },
    writeMetrics(config, history) {
      table = metricsTable(metricsOf(config), config.evolution?.exploration);
      writeAtomically(file("metrics"), table.header(config.layout.sizes.length) + history.map(table.line).join(""));
    },
    addEpoch: (record) => appendTo(file("metrics"), table.line(record)),
    saveCheckpoint(saved, keep) {
      waiting.checkpoint = { saved, keep };
      if (pace.due()) folder.flush();
    },
    save(name, saved) {
      if (name === "model") return writeAtomically(file(name), checkpointParts(saved));
      waiting.best = saved;
      if (pace.due()) writeBest();
    },
    flush() {
      writeBest(); // first: a checkpoint needs the best network that it tells of
      const { checkpoint } = waiting;
      waiting.checkpoint = undefined;
      if (!checkpoint) return;
      const { saved, keep } = checkpoint;
      writePaced(saved, (parts) => saveCheckpoint(path, parts, keep, last));
      last = saved.training?.epoch;
    },
    write: (name, text) => writeAtomically(file(name), text),
  };
  return folder;
}

/** Throws a usage error when `folder` holds a run that neither `resume` nor `force` speaks for. */
export function checkFolder(folder: RunFolder, { resume, force }: { resume?: boolean; force?: boolean }): void {
  const found = foundFiles(folder);
  check(found.length === 0 || resume === true || force === true, "--out", () => {
    const what = `${folder.path} holds ${isRunConfig(folder.file("config")) ? "a run" : "files with a run's names"} (${found.join(", ")})`;
    return `${what}; go on with it with --resume, replace it with --force, or name another folder`;
  });
  if (force) checkOwn(folder.path, found);
}

/** The names of a run's files that are there. */
function foundFiles(folder: RunFolder): string[] {
  const earlier = checkpointPaths(folder.path).map((path) => basename(path));
  const names = (Object.keys(RUN_FILES) as (keyof typeof RUN_FILES)[]).filter((name) => folder.has(name));
  return [...new Set<string>([...names.map((name) => RUN_FILES[name]), ...earlier])];
}

/** A run that goes on: what it is, and where it stands. */
export interface PreviousRun {
  readonly config: RunConfig;
  /** Undefined where no epoch was completed. */
  readonly checkpoint?: FoundCheckpoint;
  readonly best?: SavedModel;
  /** What a user has to know of how it goes on. */
  readonly notes: readonly string[];
}

/** The run that `folder` holds; undefined where it holds nothing of one. Throws a usage error on a run that cannot go on, saying why. */
export function readRun(folder: RunFolder, pieces: readonly OwnPiece[] = []): PreviousRun | undefined {
  if (!folder.has("config")) {
    const rest = foundFiles(folder);
    const message = () => `${folder.path} holds ${rest.join(", ")} but no ${RUN_FILES.config}; start again with --force`;
    check(rest.length === 0, "--resume", message);
    return undefined;
  }
  const config = readJson(folder.file("config")) as RunConfig;
  check(isRunConfig(folder.file("config")), folder.file("config"), () => {
    return "it is not the config.json of a run; name another folder";
  });
  checkNames((config as RunConfig).options, pieces);
  const checkpoint = findCheckpoint(folder.path, pieces);
  const finished = () => `${folder.path} holds ${RUN_FILES.model} but no checkpoint to go on from; start again with --force`;
  check(checkpoint !== undefined || !folder.has("model"), "--resume", finished);
  const { best, note } = checkpoint ? readBest(folder, checkpoint, config.train, pieces) : {};
  const notes = checkpoint
    ? [
        ...checkpoint.damaged.map((reason) => `damaged, passed over: ${reason}`),
        ...(note ? [note] : []),
        `going on from ${checkpoint.path}, after epoch ${checkpoint.saved.training.epoch}`,
      ]
    : [`${folder.path} has no checkpoint yet: starting from the beginning`];
  return { config, checkpoint, best, notes };
}

/** The best network so far. A run that stops early cannot do without it; any other makes the file anew when there is a better one. */
function readBest(
  folder: RunFolder,
  { saved }: FoundCheckpoint,
  { patience }: TrainConfig,
  pieces: readonly OwnPiece[],
): { best?: SavedModel; note?: string } {
  if (!folder.has("best")) return {};
  const path = folder.file("best");
  try {
    return { best: readModel(path, pieces) };
  } catch (error) {
    const needed = patience !== null && saved.training.best !== undefined;
    if (needed || !(error instanceof CoppiceError)) throw error;
    return { note: `damaged, passed over: ${error.message}` };
  }
}

/** The plan in a file: config.json of a run, or the plan alone. */
export function readPlan(path: string): TrainPlan {
  const json = readJson(path);
  check(typeof json === "object" && json !== null, path, () => "is no JSON object");
  const plan = (json as { plan?: unknown }).plan ?? json;
  check(problemOf(PLAN, plan) === undefined, "--plan", () => {
    return `${path} holds no plan (version, device and adapter); give the config.json of a run`;
  });
  const { version, device, adapter, trials, variants } = plan as TrainPlan;
  return { version, device, adapter, trials: Array.isArray(trials) ? trials : [], variants: variants ?? {} };
}

const PLAN = record({ version: text(), device: oneOf(["webgpu", "cpu"]), adapter: text() });
