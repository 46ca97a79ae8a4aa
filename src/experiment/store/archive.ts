import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync, gzipSync } from "node:zlib";
import { readJson } from "../../files/read.js";
import { writeAtomically } from "../../files/write.js";
import type { OwnPiece } from "../../methods/pieces.js";
import { shellCommand } from "../../report/format.js";
import { taskOf } from "../../tasks/index.js";
import type { Task } from "../../tasks/task.js";
import { CoppiceError, check } from "../../util/check.js";
import { parseJson } from "../../util/parse-json.js";
import { shown } from "../../util/shown.js";
import type { SplitRecord } from "../plan/splits.js";
import { SUITES } from "../plan/suites/index.js";
import type { FailedRun, RunResult } from "../run/records.js";
import type { TimeRecord } from "../times/time-records.js";
import { checkFailure, checkResult, checkSplits, checkStoredConfig, checkTime } from "./check-stored.js";
import { readStore, type StoredResults } from "./store.js";

/** One file a suite, to be kept: everything in a results folder but its config, a JSON line each, compressed. */
export const ARCHIVE = "results.jsonl.gz";

/**
 * The most that an archive may unpack to: some twenty times the built-in suite's, and half of what Node holds in one text. A small file can claim
 * any amount, and archives come from others.
 */
const MOST_BYTES = 256 * 2 ** 20;

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

const linesOf = (task: Task) => ({
  split: checkSplits,
  result: (value: unknown, where: string) => checkResult(task, value, where),
  failed: checkFailure,
  time: checkTime,
});

/**
 * Reads a results folder, or what `writeArchive` left of one where it has no runs of its own. Throws a usage error where it is neither, or
 * where a file, a line or a field of it is not what a report needs.
 */
export function readResults(folder: string, pieces?: readonly OwnPiece[]): StoredResults {
  const file = join(folder, ARCHIVE);
  if (existsSync(join(folder, "runs")) || !existsSync(file)) return readStore(folder, pieces);
  const configFile = join(folder, "config.json");
  const config = checkStoredConfig(readJson(configFile), configFile, pieces);
  const task = taskOf(config.suite.task);
  const lines = unpack(file)
    .split("\n")
    .flatMap((text, i) => (text === "" ? [] : [readLine(text, `${file}, line ${i + 1}`, task)]));
  return {
    config,
    splits: lines.flatMap((line) => ("split" in line ? [line.split] : [])),
    results: lines.flatMap((line) => ("result" in line ? [line.result] : [])),
    failed: lines.flatMap((line) => ("failed" in line ? [line.failed] : [])),
    times: lines.flatMap((line) => ("time" in line ? [line.time] : [])),
  };
}

function readLine(text: string, where: string, task: Task): Line {
  const line = parseJson(text, where);
  const checks = linesOf(task);
  const kinds = Object.keys(checks) as (keyof typeof checks)[];
  const [kind, other] = typeof line === "object" && line !== null ? Object.keys(line) : [];
  const known = kinds.find((name) => name === kind);
  check(known !== undefined && other === undefined, where, () => {
    return `${shown(line)} is not an object with one of the fields ${kinds.join(", ")}`;
  });
  return { [known]: checks[known]((line as Record<string, unknown>)[known], `${where}: ${known}`) } as Line;
}

function unpack(file: string): string {
  try {
    return gunzipSync(readFileSync(file), { maxOutputLength: MOST_BYTES }).toString("utf8");
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    const why = code === "ERR_BUFFER_TOO_LARGE" ? `it unpacks to more than ${MOST_BYTES / 2 ** 20} MiB` : message;
    throw new CoppiceError(`${file}: cannot be read (${why})`);
  }
}

/** What ran the suite: the command of any row without what picks the row; before there is one, that of a suite by its name, or that of its file. */
export function commandOf({ results, config: { suite, device } }: StoredResults): string {
  const [row] = results;
  const where = device === "cpu" ? [] : ["--device", device];
  if (row) return [row.command.split(" --only ")[0], ...where].join(" ");
  const file = Object.hasOwn(SUITES, suite.name) ? suite.name : `${suite.name}.json`;
  const pieces = typeof suite.task === "object" ? ["--pieces", "FILE.js"] : [];
  return shellCommand(["coppice", "experiment", file, ...pieces, ...where]);
}
