import { appendFileSync, existsSync, mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { decodeCheckpoint, encodeCheckpoint } from "../io/checkpoint.js";
import type { SavedModel } from "../io/saved-model.js";
import type { TrainConfig } from "../train/options.js";
import type { EpochRecord, TrainPlan } from "../train/records.js";
import { CoppiceError, check } from "../util/check.js";
import { readFile } from "./datasets.js";
import { checkWritableFolder, writeAtomically } from "./files.js";
import type { DataDescription } from "./load-data.js";
import { metricsHeader, metricsLine } from "./metrics.js";

/** The files of a run. */
export const RUN_FILES = {
  config: "config.json",
  metrics: "metrics.csv",
  checkpoint: "checkpoint.safetensors",
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
  /** Makes the folder; writes config.json, and metrics.csv with the epochs that are done. A new run's folder is emptied of an old run's files. */
  start(config: RunConfig, history: readonly EpochRecord[]): void;
  addEpoch(record: EpochRecord): void;
  save(name: "checkpoint" | "best" | "model", saved: SavedModel): void;
  write(name: keyof typeof RUN_FILES, text: string): void;
}

export function runFolder(path: string): RunFolder {
  const file = (name: keyof typeof RUN_FILES) => join(path, RUN_FILES[name]);
  return {
    path,
    file,
    has: (name) => existsSync(file(name)),
    start(config, history) {
      mkdirSync(path, { recursive: true });
      if (history.length === 0) for (const name of Object.values(RUN_FILES)) rmSync(join(path, name), { force: true });
      writeAtomically(file("config"), `${JSON.stringify(config, null, 2)}\n`);
      writeAtomically(file("metrics"), metricsHeader(config.train.layout.sizes.length) + history.map(metricsLine).join(""));
    },
    addEpoch: (record) => appendFileSync(file("metrics"), metricsLine(record)),
    save: (name, saved) => writeAtomically(file(name), encodeCheckpoint(saved)),
    write: (name, text) => writeAtomically(file(name), text),
  };
}

/** Throws a usage error when `folder` cannot be written to, or holds a run that neither `resume` nor `force` speaks for. */
export function checkFolder(folder: RunFolder, { resume, force }: { resume?: boolean; force?: boolean }): void {
  checkWritableFolder(folder.path, "--out");
  const found = (Object.keys(RUN_FILES) as (keyof typeof RUN_FILES)[])
    .filter((name) => folder.has(name))
    .map((name) => RUN_FILES[name]);
  check(found.length === 0 || resume === true || force === true, "--out", () => {
    return `${folder.path} holds a run (${found.join(", ")}); go on with it with --resume, replace it with --force, or name another folder`;
  });
}

/** The config.json, the checkpoint and the best model, if any, of an interrupted run. */
export function readRun(folder: RunFolder): { config: RunConfig; checkpoint: SavedModel; best?: SavedModel } {
  check(
    folder.has("config"),
    "--resume",
    () => `${folder.path} holds no run (no ${RUN_FILES.config}); leave --resume out to start one`,
  );
  check(
    folder.has("checkpoint"),
    "--resume",
    () => `${folder.path} has no checkpoint yet: its first epoch was not completed; start again with --force`,
  );
  const config = readJson(folder.file("config")) as Partial<RunConfig>;
  const whole = config.options && config.command && config.data && config.train && config.plan;
  check(Boolean(whole), folder.file("config"), () => "it is not the config.json of a run");
  const read = (name: "checkpoint" | "best") => decodeCheckpoint(readFile(folder.file(name)).bytes, folder.file(name));
  return { config: config as RunConfig, checkpoint: read("checkpoint"), ...(folder.has("best") && { best: read("best") }) };
}

/** The plan in a file: config.json of a run, or the plan alone. */
export function readPlan(path: string): TrainPlan {
  const json = readJson(path);
  const plan = (json.plan ?? json) as Partial<TrainPlan>;
  const { version, device, adapter, trials, variants } = plan;
  const fits = typeof version === "string" && (device === "webgpu" || device === "cpu") && typeof adapter === "string";
  check(fits, "--plan", () => `${path} holds no plan (version, device and adapter); give the config.json of a run`);
  return { version, device, adapter, trials: Array.isArray(trials) ? trials : [], variants: variants ?? {} };
}

function readJson(path: string): Record<string, unknown> {
  let json: unknown;
  try {
    json = JSON.parse(new TextDecoder().decode(readFile(path).bytes));
  } catch (error) {
    if (error instanceof CoppiceError) throw error;
    throw new CoppiceError(`${path}: is not JSON (${(error as Error).message})`);
  }
  check(typeof json === "object" && json !== null, path, () => "is no JSON object");
  return json as Record<string, unknown>;
}
