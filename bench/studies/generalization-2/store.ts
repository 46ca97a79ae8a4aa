import { appendFileSync, existsSync, mkdirSync, readFileSync, truncateSync } from "node:fs";
import { join } from "node:path";
import { CoppiceError } from "../../../src/api/index.js";
import { keyOf, type Unit, type UnitFailure, type UnitResult } from "./records.js";

/** What is kept: a line a unit, in the order in which they ended. */
const FILE = "results.jsonl";

type Line = { readonly result: UnitResult } | { readonly failed: UnitFailure };

/** Results and failures by key; of what was tried again the last. */
export interface Stored {
  readonly results: ReadonlyMap<string, UnitResult>;
  readonly failed: ReadonlyMap<string, UnitFailure>;
}

/** The results of a folder that keeps them. */
export interface Store extends Stored {
  add(line: Line): void;
}

/** Reads what a folder keeps; nothing where there is no such file. Throws a usage error that names a line which is none. */
export function readStored(folder: string): Stored {
  const file = join(folder, FILE);
  const results = new Map<string, UnitResult>();
  const failed = new Map<string, UnitFailure>();
  const lines = existsSync(file) ? readFileSync(file, "utf8").split("\n").slice(0, -1) : [];
  for (const [i, text] of lines.entries()) place({ results, failed }, parse(text, `${file}, line ${i + 1}`));
  return { results, failed };
}

/** Opens a folder to add results to it. What a program that was killed left of a last line is cut off. */
export function openStore(folder: string): Store {
  mkdirSync(folder, { recursive: true });
  const file = join(folder, FILE);
  if (existsSync(file)) truncateSync(file, readFileSync(file).lastIndexOf("\n") + 1);
  const stored = readStored(folder) as { results: Map<string, UnitResult>; failed: Map<string, UnitFailure> };
  return {
    ...stored,
    add(line) {
      appendFileSync(file, `${JSON.stringify(line)}\n`);
      place(stored, line);
    },
  };
}

function place({ results, failed }: { results: Map<string, UnitResult>; failed: Map<string, UnitFailure> }, line: Line): void {
  if ("result" in line) {
    results.set(keyOf(line.result), line.result);
    failed.delete(keyOf(line.result));
  } else failed.set(keyOf(line.failed), line.failed);
}

function parse(text: string, where: string): Line {
  let line: unknown;
  try {
    line = JSON.parse(text);
  } catch (error) {
    throw new CoppiceError(`${where}: cannot be read (${(error as Error).message})`);
  }
  const unit = line as { result?: Unit; failed?: Unit } | null;
  if (typeof unit?.result?.dataset === "string" || typeof unit?.failed?.dataset === "string") return line as Line;
  throw new CoppiceError(`${where}: is neither a result nor a failure`);
}
