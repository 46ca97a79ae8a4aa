import { createHash } from "node:crypto";
import { existsSync, readdirSync, rmSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { takeLock } from "../../files/lock.js";
import { readJson } from "../../files/read.js";
import { checkWritableFolder, makeFolderIn, writeAtomically } from "../../files/write.js";
import type { OwnPiece } from "../../methods/pieces.js";
import { taskOf } from "../../tasks/index.js";
import { check } from "../../util/check.js";
import { shown } from "../../util/shown.js";
import { version } from "../../util/version.js";
import type { SuiteConfig } from "../plan/config.js";
import type { SplitRecord } from "../plan/splits.js";
import type { JobDevice } from "../run/job.js";
import type { FailedRun, RunResult } from "../run/records.js";
import type { TimeRecord } from "../times/time-records.js";
import { checkFailure, checkResult, checkSplits, checkStoredConfig, checkTime, type StoredConfig } from "./check-stored.js";

/** Everything a results folder holds. */
export interface StoredResults {
  readonly config: StoredConfig;
  readonly splits: readonly SplitRecord[];
  /** In the order of their keys. */
  readonly results: readonly RunResult[];
  readonly failed: readonly FailedRun[];
  /** Of the sequential pass, where there was one. */
  readonly times: readonly TimeRecord[];
}

/** A results folder: config.json, splits/DATASET.json, runs/STUDY/DATASET/METHOD/SPLIT.json, or .failed.json in its place. */
export interface Store {
  readonly path: string;
  /** Makes the folder, or checks that it holds results of the same config and splits; then takes its lock. Nothing is overwritten. */
  open(splits: readonly SplitRecord[]): void;
  result(key: string): RunResult | undefined;
  failure(key: string): FailedRun | undefined;
  addResult(result: RunResult): void;
  addFailure(failed: FailedRun): void;
  /** Gives up the lock. */
  close(): void;
}

/** sha256 of a JSON value. */
export function sha256Json(value: unknown): string {
  return createHash("sha256").update(JSON.stringify(value)).digest("hex");
}

/** The results folder `path` of a suite on a device. Throws a usage error where it holds those of another config; writes nothing yet. */
export function openStore(path: string, suite: SuiteConfig, device: JobDevice): Store {
  checkWritableFolder(path, "--out");
  const what = { version, device, suite };
  const config: StoredConfig = { ...what, sha256: sha256Json(what) };
  checkConfig(path, config);
  const task = taskOf(suite.task);
  const file = (key: string, end = "") => {
    check(/^[\w][^/\\]*(\/[\w][^/\\]*)+$/.test(key), path, () => `${shown(key)} is no key of a run`); // it is joined to a path
    return join(path, "runs", `${key.replaceAll(":", "~")}${end}.json`); // no ":" in names on Windows
  };
  const read = <T extends FailedRun | RunResult>(key: string, at: string, checked: Checked<T>): T | undefined => {
    if (!existsSync(at)) return undefined;
    const found = checked(readJson(at), at);
    check(found.key === key, at, () => `its key is ${shown(found.key)}, expected ${shown(key)}`);
    return found;
  };
  const write = (at: string, value: unknown) => {
    makeFolderIn(path, relative(path, dirname(at)));
    writeAtomically(at, `${JSON.stringify(value)}\n`);
  };
  let release: (() => void) | undefined;
  return {
    path,
    open(splits) {
      release = takeLock(path, "--out"); // two processes would do runs twice
      try {
        if (!existsSync(join(path, "config.json")))
          writeAtomically(join(path, "config.json"), `${JSON.stringify(config, null, 2)}\n`);
        for (const record of splits) storeSplits(join(path, "splits", `${record.dataset}.json`), record, write);
      } catch (error) {
        release();
        throw error;
      }
    },
    result: (key) => read(key, file(key), (value, where) => checkResult(task, value, where)),
    failure: (key) => read(key, file(key, ".failed"), checkFailure),
    addResult(result) {
      write(file(result.key), result);
      rmSync(file(result.key, ".failed"), { force: true });
    },
    addFailure: (failed) => write(file(failed.key, ".failed"), failed),
    close: () => release?.(),
  };
}

/** What a file must hold, or a usage error that begins with its name. */
type Checked<T> = (value: unknown, where: string) => T;

/** Reads a results folder. Throws a usage error where it is none, or where a file or a field of it is not what a report needs. */
export function readStore(path: string, pieces?: readonly OwnPiece[]): StoredResults {
  const configFile = join(path, "config.json");
  check(existsSync(configFile), path, () => "holds no results of coppice experiment (no config.json)");
  const runs = jsonFiles(join(path, "runs"));
  const config = checkStoredConfig(readJson(configFile), configFile, pieces);
  const task = taskOf(config.suite.task);
  return {
    config,
    splits: readEach(jsonFiles(join(path, "splits")), checkSplits),
    results: readEach(
      runs.filter((name) => !name.endsWith(".failed.json")),
      (value, where) => checkResult(task, value, where),
    ),
    failed: readEach(
      runs.filter((name) => name.endsWith(".failed.json")),
      checkFailure,
    ),
    times: readTimes(path),
  };
}

function readEach<T>(files: readonly string[], checked: Checked<T>): T[] {
  return files.map((file) => checked(readJson(file), file));
}

/** Reads what of the sequential pass is in a results folder, by round; nothing where there was none. */
export function readTimes(path: string): TimeRecord[] {
  return readEach(jsonFiles(join(path, "times")), checkTime).sort((a, b) => a.round - b.round);
}

/** The .json files below a folder, sorted; none where there is no folder. */
function jsonFiles(folder: string): string[] {
  if (!existsSync(folder)) return [];
  const names = readdirSync(folder, { recursive: true }) as string[];
  return names
    .sort()
    .filter((name) => name.endsWith(".json"))
    .map((name) => join(folder, name));
}

function checkConfig(path: string, config: StoredConfig): void {
  const file = join(path, "config.json");
  if (!existsSync(file)) {
    const other = ["runs", "splits"].find((name) => existsSync(join(path, name)));
    check(other === undefined, "--out", () => {
      return `${path} has a folder ${other}, but no config.json of an experiment; name another folder`;
    });
    return;
  }
  const found = readJson(file) as Partial<StoredConfig> | null;
  check(found?.sha256 === config.sha256, "--out", () => {
    const parts: [string, unknown, unknown][] = [
      ["version", found?.version, config.version],
      ["device", found?.device, config.device],
      ...Object.keys(config.suite).map((key): [string, unknown, unknown] => [
        key,
        found?.suite?.[key as keyof SuiteConfig],
        config.suite[key as keyof SuiteConfig],
      ]),
    ];
    const differ = parts.filter(([, before, now]) => JSON.stringify(before) !== JSON.stringify(now)).map(([key]) => key);
    return `${path} holds results of another config (${differ.join(", ") || "unknown"} differ); name another folder`;
  });
}

function storeSplits(file: string, record: SplitRecord, write: (file: string, value: unknown) => void): void {
  const found = existsSync(file) ? readJson(file) : undefined;
  if (found === undefined) write(file, record);
  const drawn = (of: object) => sha256Json({ ...of, notes: undefined }); // notes may name a file by another path
  check(found === undefined || drawn(found as object) === drawn(record), file, () => {
    return "the splits on disk are not those of the data here: they have changed since the first run; name another folder (--out)";
  });
}
