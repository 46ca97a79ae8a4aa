import { CoppiceError, checkOneOf } from "../src/util/check.js";
import type { Summary } from "./stats.js";

/** What can be measured, in the order in which a run does. */
export const SUITES = ["kernels", "step", "evolve", "scale"] as const;
export type SuiteName = (typeof SUITES)[number];

/** How much is measured: everything, or what a software adapter or a visitor of a page has the patience for (under 5 minutes). */
export const MODES = ["quick", "full"] as const;
export type Mode = (typeof MODES)[number];

/** What tells a measurement from its neighbours: sizes, density, batch, and the like. */
export type Cell = Readonly<Record<string, string | number>>;

/** One measurement. */
export interface Row {
  readonly suite: SuiteName;
  /** What was timed: a kernel, a system, a phase. */
  readonly name: string;
  readonly cell: Cell;
  /** "gpu": the GPU's timestamps; "wall": the host's clock. */
  readonly clock: "gpu" | "wall";
  /** ms of one run of what was timed, over the rounds. */
  readonly ms: Summary;
  /** What follows from the time, by unit: gflops, gbps, ofCopy and ofFma (fractions of the roofline), and so on. */
  readonly figures: Readonly<Record<string, number>>;
  /** What of the result was compared with the CPU twin's before timing; absent where there is no twin. */
  readonly checked?: string;
}

/** A cell that was not measured, and why. */
export interface LeftOut {
  readonly suite: SuiteName;
  readonly name: string;
  readonly cell: Cell;
  readonly reason: string;
}

/** The adapter's own peaks, measured in the same run: a vec4 copy, and multiply-adds in registers. */
export interface Roofline {
  /** Bytes read and written a second, in 1e9. */
  readonly copyGbps: number;
  /** Floating-point operations a second, in 1e9; a multiplication with its addition counts as two. */
  readonly fmaGflops: number;
  readonly clock: "gpu" | "wall";
}

/** What everything ran on. */
export interface DeviceRecord {
  readonly kind: "webgpu" | "cpu";
  /** Vendor, architecture and description of the adapter, as it tells them. */
  readonly adapter: string;
  /** True of an adapter that is a program on the CPU: its times say little about a GPU. */
  readonly software: boolean;
  readonly features: readonly string[];
  readonly limits: Readonly<Record<string, number>>;
}

/** The machine around the device; empty or null where the platform does not tell. */
export interface MachineRecord {
  readonly platform: string;
  readonly cpu: string;
  readonly cores: number;
  readonly memoryBytes: number | null;
}

/** One line of the engine's memory arithmetic: what a network takes, and on which GPUs it fits. */
export interface MemoryRow {
  readonly network: string;
  readonly connections: number;
  readonly batch: number;
  readonly bytes: number;
  readonly gpuGb: number;
  readonly fits: boolean;
  /** The widest hidden layers of the same shape that fit. */
  readonly widest: number;
}

/** bench.json. */
export interface BenchFile {
  readonly format: "coppice-bench/1";
  /** ISO 8601. */
  readonly date: string;
  /** The command that measures this again. */
  readonly command: string;
  readonly mode: Mode;
  readonly suites: readonly SuiteName[];
  readonly versions: Readonly<Record<string, string>>;
  readonly commit: string | null;
  readonly machine: MachineRecord;
  readonly device: DeviceRecord;
  readonly roofline: Roofline | null;
  readonly rows: readonly Row[];
  readonly leftOut: readonly LeftOut[];
  readonly memory: readonly MemoryRow[];
  /** Wall time of the whole run. */
  readonly seconds: number;
}

/** "spmm: rows 1024, batch 32": what names a row or a cell left out, in tables and when two runs are compared. */
export function labelOf({ name, cell }: { readonly name: string; readonly cell: Cell }): string {
  const words = Object.entries(cell).map(([key, value]) => `${key} ${value}`);
  return words.length > 0 ? `${name}: ${words.join(", ")}` : name;
}

type Kind = "string" | "number" | "boolean" | "array" | "object";

const ROW: Readonly<Record<string, Kind>> = {
  suite: "string",
  name: "string",
  cell: "object",
  clock: "string",
  ms: "object",
  figures: "object",
};
const FIELDS: Readonly<Record<string, Kind>> = {
  format: "string",
  date: "string",
  command: "string",
  mode: "string",
  suites: "array",
  versions: "object",
  machine: "object",
  device: "object",
  rows: "array",
  leftOut: "array",
  memory: "array",
  seconds: "number",
};

/** The document as a BenchFile. Throws a usage error that names the first field that is missing or of another type; `where` is the file. */
export function parseBench(text: string, where: string): BenchFile {
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch (error) {
    throw new CoppiceError(`${where}: is no JSON (${(error as Error).message}); give a bench.json`);
  }
  const file = checkFields(document, FIELDS, where);
  if (file.format !== "coppice-bench/1")
    throw new CoppiceError(`${where}: format is "${file.format}", expected "coppice-bench/1"; measure again with this version`);
  checkOneOf(file.mode as string, MODES, `${where}: mode`);
  (file.rows as unknown[]).forEach((value, i) => {
    const row = checkFields(value, ROW, `${where}: rows[${i}]`);
    checkOneOf(row.suite as string, SUITES, `${where}: rows[${i}].suite`);
    checkFields(
      row.ms,
      { min: "number", median: "number", p90: "number", rounds: "number", replays: "number" },
      `${where}: rows[${i}].ms`,
    );
  });
  for (const [i, value] of (file.leftOut as unknown[]).entries())
    checkFields(value, { suite: "string", name: "string", cell: "object", reason: "string" }, `${where}: leftOut[${i}]`);
  return document as BenchFile;
}

function checkFields(value: unknown, fields: Readonly<Record<string, Kind>>, where: string): Record<string, unknown> {
  if (kindOf(value) !== "object") throw new CoppiceError(`${where}: is ${kindOf(value)}, expected an object`);
  const object = value as Record<string, unknown>;
  for (const [name, kind] of Object.entries(fields)) {
    const found = kindOf(object[name]);
    if (found !== kind)
      throw new CoppiceError(`${where}: ${name} is ${found}, expected ${kind}; give a bench.json of coppice bench`);
  }
  return object;
}

function kindOf(value: unknown): string {
  if (value === undefined) return "missing";
  if (value === null) return "null";
  return Array.isArray(value) ? "array" : typeof value;
}
