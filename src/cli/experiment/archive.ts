import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync, gzipSync } from "node:zlib";
import type { FailedRun, RunResult } from "../../experiment/records.js";
import type { SplitRecord } from "../../experiment/splits.js";
import { CoppiceError } from "../../util/check.js";
import { writeAtomically } from "../files.js";
import { readStore, type StoredConfig, type StoredResults } from "./store.js";
import type { TimeRecord } from "./time-records.js";

/** One file a suite, to be kept: everything in a results folder but its config, a JSON line each, compressed. */
export const ARCHIVE = "results.jsonl.gz";

type Line =
  | { readonly split: SplitRecord }
  | { readonly result: RunResult }
  | { readonly failed: FailedRun }
  | { readonly time: TimeRecord };

/** Writes config.json and the archive to a folder that exists; equal results give equal bytes. Returns their names. */
export function writeArchive({ config, splits, results, failed, times }: StoredResults, folder: string): string[] {
  const lines: Line[] = [
    ...splits.map((split) => ({ split })),
    ...results.map((result) => ({ result })),
    ...failed.map((entry) => ({ failed: entry })),
    ...times.map((time) => ({ time })),
  ];
  const text = lines.map((line) => `${JSON.stringify(line)}\n`).join("");
  writeAtomically(join(folder, "config.json"), `${JSON.stringify(config, null, 2)}\n`);
  writeAtomically(join(folder, ARCHIVE), gzipSync(text, { level: 9 }));
  return ["config.json", ARCHIVE];
}

/** Reads a results folder, or what `writeArchive` left of one where it has no runs of its own. Throws a usage error where it is neither. */
export function readResults(folder: string): StoredResults {
  const file = join(folder, ARCHIVE);
  if (existsSync(join(folder, "runs")) || !existsSync(file)) return readStore(folder);
  const config = parse(readFileSync(join(folder, "config.json"), "utf8"), join(folder, "config.json")) as StoredConfig;
  const lines = unpack(file)
    .split("\n")
    .filter((line) => line !== "")
    .map((line, i) => parse(line, `${file}, line ${i + 1}`) as Line);
  return {
    config,
    splits: lines.flatMap((line) => ("split" in line ? [line.split] : [])),
    results: lines.flatMap((line) => ("result" in line ? [line.result] : [])),
    failed: lines.flatMap((line) => ("failed" in line ? [line.failed] : [])),
    times: lines.flatMap((line) => ("time" in line ? [line.time] : [])),
  };
}

function unpack(file: string): string {
  try {
    return gunzipSync(readFileSync(file)).toString("utf8");
  } catch (error) {
    throw new CoppiceError(`${file}: cannot be read (${(error as Error).message})`);
  }
}

function parse(text: string, where: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new CoppiceError(`${where}: cannot be read (${(error as Error).message})`);
  }
}
