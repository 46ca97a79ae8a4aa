import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { printJson, say, type Terminal } from "../src/cli/terminal.js";
import { checkWritableFolder, writeAtomically } from "../src/files/write.js";
import { CoppiceError } from "../src/util/check.js";
import { nodePlatform } from "./node/platform.js";
import { type Comparison, compareRuns, comparisonLines } from "./output/compare.js";
import { resultsDocument } from "./output/markdown.js";
import { textReport } from "./output/text.js";
import { type BenchFile, labelOf, type Mode, parseBench, SUITES, type SuiteName } from "./record.js";
import { checkNames, measureAll, type Platform, type Progress } from "./run.js";

export { MODES, SUITES } from "./record.js";

/** What `coppice bench` was asked for. */
export interface BenchRequest {
  /** All when empty. */
  readonly suites: readonly SuiteName[];
  readonly mode?: Mode;
  readonly device?: "webgpu" | "cpu";
  readonly only?: readonly string[];
  /** Time every variant of a kernel. */
  readonly candidates?: boolean;
  /** Folder for bench.json and bench.html. */
  readonly out?: string;
  readonly json?: boolean;
  /** The words of the command, for measuring again. */
  readonly command: readonly string[];
}

/**
 * Measures and prints a table (or, with `json`, the document); writes bench.json and bench.html where `out` says. Throws what ended the run
 * before its end, after it printed and wrote what had been measured.
 */
export async function bench(
  request: BenchRequest,
  terminal: Terminal,
  platform: Platform = nodePlatform(request.command),
): Promise<void> {
  const { out, json, only = [] } = request;
  const suites = request.suites.length > 0 ? request.suites : SUITES;
  checkNames({ suites, only });
  if (out !== undefined) checkWritableFolder(out, "--out");
  const options = { suites, mode: request.mode, device: request.device ?? "webgpu", only, candidates: request.candidates };
  const { file, failure } = await measureAll(options, platform, progressOf(terminal));
  if (out !== undefined) await save(out, file, terminal);
  if (json) printJson(terminal, file);
  else terminal.out(`${textReport(file).join("\n")}\n`);
  if (failure instanceof CoppiceError) throw new CoppiceError(failure.message, "failure"); // whatever it was, the request was right
  if (failure) throw failure;
}

async function save(folder: string, file: BenchFile, terminal: Terminal): Promise<void> {
  mkdirSync(folder, { recursive: true });
  const path = join(folder, "bench.json");
  writeAtomically(path, `${JSON.stringify(file, null, 1)}\n`);
  const { htmlReport } = await import("./output/html.js"); // with the library that draws its charts
  const page = join(folder, "bench.html");
  writeAtomically(page, htmlReport(file));
  say(terminal, `written: ${path}, ${page}`);
}

function progressOf(terminal: Terminal): Progress {
  return {
    start: (device, mode) => say(terminal, `${mode} run on ${device.kind}: ${device.adapter || "unnamed adapter"}`),
    suite: (name, seconds) => say(terminal, `${name}: at most about ${seconds} s`),
    row: (row) => say(terminal, `  ${labelOf(row)}: ${row.ms.median.toPrecision(3)} ms`),
    leftOut: (cell) => say(terminal, `  ${labelOf(cell)}: left out, ${cell.reason}`),
  };
}

/** A bench.json. Throws a usage error when it is none. */
export function readBench(path: string): BenchFile {
  return parseBench(readFileSync(path, "utf8"), path);
}

/** What got slower between two files; see `compareRuns`. */
export function compareFiles(older: string, newer: string): Comparison {
  return compareRuns(readBench(older), readBench(newer));
}

/** A comparison as the text that --compare prints. */
export function comparisonText(comparison: Comparison): string {
  return `${comparisonLines(comparison).join("\n")}\n`;
}

/** The runs of these files as one document: bench/RESULTS.md. */
export function markdownOf(paths: readonly string[]): string {
  return resultsDocument(paths.map(readBench));
}
