import "./allocations.js"; // first: see there
import { parentPort, workerData } from "node:worker_threads";
import * as fc from "fast-check";
import { startCoverage } from "./coverage.js";
import type { Case } from "./target.js";

/** What the thread is told. */
export interface Task {
  readonly reader: string;
  readonly runs: number;
  readonly seed: number;
  /** Texts of the modules where coverage is to be measured, by their names; else null. */
  readonly modules: Readonly<Record<string, string>> | null;
  /** [cases begun, length of the bytes of the present one], then those bytes: read by the watchdog when the thread hangs. */
  readonly progress: SharedArrayBuffer;
}

/** What it answers. */
export interface Report {
  readonly runs: number;
  readonly read: number;
  readonly refused: number;
  readonly seconds: number;
  readonly slowestMs: number;
  readonly mostAllocated: number;
  /** What went wrong first, made small; null: nothing. */
  readonly failure: string | null;
  readonly coverage: Readonly<
    Record<string, { readonly lines: number; readonly covered: number; readonly missed: readonly string[] }>
  > | null;
}

const { reader, runs, seed, modules, progress } = workerData as Task;
const place = new Int32Array(progress, 0, 2);
const shown = new Uint8Array(progress, 8);
const counts = { read: 0, refused: 0, slowestMs: 0, mostAllocated: 0 };
let last = new Uint8Array(0);
let failing = last; // the smallest so far

const measure = modules === null ? null : await startCoverage();
// after the counting began, which else would pass over functions that are never called
const [{ judge }, { TARGETS }] = [await import("./oracle.js"), await import("./targets.js")];
const target = TARGETS[reader];
await target.prepare?.();
const started = performance.now();
const checked = await fc.check(
  fc.asyncProperty(target.cases, async (made) => {
    last = made.bytes.slice();
    shown.set(last.subarray(0, shown.length));
    Atomics.store(place, 1, last.length);
    Atomics.add(place, 0, 1);
    const { read, ms, allocated } = await judge(target, made).catch((error) => {
      failing = last;
      throw error;
    });
    counts[read ? "read" : "refused"]++;
    counts.slowestMs = Math.max(counts.slowestMs, ms);
    counts.mostAllocated = Math.max(counts.mostAllocated, allocated);
  }),
  { numRuns: runs, seed },
);
const seconds = (performance.now() - started) / 1000;
const report: Report = {
  runs,
  ...counts,
  seconds,
  failure: checked.failed ? describe(checked) : null,
  coverage: measure && modules ? await measure(pick(modules, target.sources)) : null,
};
parentPort?.postMessage(report);

/** The modules made of these sources, or of those in a folder, with a slash at the end, that no other reader names. */
function pick(modules: Readonly<Record<string, string>>, sources: readonly string[]): Record<string, string> {
  const compiled = (source: string) => source.replace(/ts$/, "mjs");
  const named = new Set(Object.values(TARGETS).flatMap((one) => (one === target ? [] : one.sources.map(compiled))));
  return Object.fromEntries(
    sources.flatMap((source) => {
      const name = compiled(source);
      const found = Object.entries(modules).filter(([module]) =>
        name.endsWith("/") ? module.startsWith(name) && !named.has(module) : module === name,
      );
      if (found.length === 0) throw new Error(`${source} is no source of reader ${reader}`);
      return found;
    }),
  );
}

function describe({ errorInstance, counterexamplePath, numRuns }: fc.RunDetails<[Case]>): string {
  const error = errorInstance as Error;
  const cause =
    error.cause instanceof Error ? `\n${error.cause.stack}` : error.cause === undefined ? "" : `\n${String(error.cause)}`;
  const hex = Array.from(failing.subarray(0, 400), (byte) => byte.toString(16).padStart(2, "0")).join("");
  return `run ${numRuns} (seed ${seed}, path ${counterexamplePath}): ${error.message}${cause}\n${failing.length} bytes: ${hex}\n${JSON.stringify(new TextDecoder("latin1").decode(failing.subarray(0, 400)))}`;
}
