import { closeSync, existsSync, lstatSync, openSync, readFileSync, readSync } from "node:fs";
import { basename, join } from "node:path";
import { list, problemOf, record, text } from "../options/schema.js";
import { check } from "../util/check.js";

/** Bytes of a file's start that tell whose it is: the header of a model begins with its format, tables with their columns. */
const START = 4096;

/** What the files of a run begin with or, of a report, hold, by the end of their names. */
const SIGNS: readonly [name: RegExp, sign: RegExp][] = [
  [/\.safetensors$/, /"format":"coppice\//],
  [/\.csv$/, /^epoch,trainLoss,train[A-Z]/],
  [/\.jsonl$/, /^(\{"epoch":\d|$)/],
  [/\.html$/, /coppice \S+\. With <code>--plan config\.json<\/code>/],
];
/** What every run writes: beside its config.json, or its metrics.csv where that was lost, they are its own, damaged ones too. */
const ALWAYS = /^(config\.json|metrics\.csv|report\.html|(model|checkpoint|checkpoint-\d+)\.safetensors)$/;

/** Throws a usage error unless coppice wrote every file of these names that is in a folder: --force removes nothing else, and follows no link. */
export function checkOwn(folder: string, names: readonly string[]): void {
  const config = join(folder, "config.json");
  const run =
    isRunConfig(config) || (!existsSync(config) && names.includes("metrics.csv") && isOwn(folder, "metrics.csv", false));
  const other = names.find((name) => !isOwn(folder, name, run));
  check(other === undefined, "--force", () => {
    return `${join(folder, other ?? "")} is not known for a file that coppice wrote, so it is not removed; move it away, or name another folder`;
  });
}

function isOwn(folder: string, name: string, run: boolean): boolean {
  const path = join(folder, name);
  if (!isPlain(path)) return false;
  if (run && ALWAYS.test(name)) return true;
  const [, sign] = SIGNS.find(([end]) => end.test(name)) ?? [];
  return sign?.test(name.endsWith(".html") ? readFileSync(path, "utf8") : startOf(path)) ?? false;
}

const FIELDS = record({});
const RUN_CONFIG = record({ version: text(), command: list(text()), options: FIELDS, data: FIELDS, train: FIELDS, plan: FIELDS });

/** Whether it is the config.json of a run, whatever version wrote it: many programs have a file of that name. */
export function isRunConfig(path: string): boolean {
  if (!isPlain(path) || basename(path) !== "config.json") return false;
  try {
    return problemOf(RUN_CONFIG, JSON.parse(readFileSync(path, "utf8"))) === undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return false;
    throw error;
  }
}

function isPlain(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false })?.isFile() ?? false;
}

function startOf(path: string): string {
  const file = openSync(path, "r");
  try {
    const bytes = Buffer.alloc(START);
    return bytes.toString("latin1", 0, readSync(file, bytes, 0, START, 0));
  } finally {
    closeSync(file);
  }
}
