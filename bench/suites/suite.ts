import type { Device } from "../../src/device/device.js";
import { CoppiceError } from "../../src/util/check.js";
import { type Budget, createPace, type Pace } from "../budget.js";
import type { Cell, LeftOut, MemoryRow, Mode, Roofline, Row, SuiteName } from "../record.js";
import { PATIENCE, type Patience } from "../sample.js";
import type { Summary } from "../stats.js";

/** What a suite works with, and where its results go. */
export interface Bench {
  readonly suite: SuiteName;
  readonly device: Device;
  readonly mode: Mode;
  /** Null on a device that has none measured. */
  readonly roofline: Roofline | null;
  /** Names of rows to measure; all when empty. */
  readonly only: readonly string[];
  /** Time every variant of a kernel rather than the default. */
  readonly candidates: boolean;
  readonly patience: Patience;
  readonly budget: Budget;
  readonly pace: Pace;
  /** Runs a part in a process of its own, where the platform has processes; see `Offspring`. */
  readonly offspring: Offspring | null;
  /** Other libraries, where the platform can run them. */
  readonly peers: Peers | null;
  /** Most memory that this process has held so far, in bytes; null where the platform does not tell. */
  readonly peakBytes: (() => number) | null;
  row(row: Omit<Row, "suite">): void;
  leaveOut(what: { readonly name: string; readonly cell: Cell }, reason: string): void;
  remember(row: MemoryRow): void;
}

/** What a child process measured: the rows of `coppice bench` with other options. Throws a CoppiceError when it ends without them. */
export type Offspring = (
  options: readonly string[],
) => Promise<{ readonly rows: readonly Row[]; readonly leftOut: readonly LeftOut[] }>;

/** Other libraries that train the same networks, each time in a process of its own. */
export interface Peers {
  /** Why none can run, and what to do; null when they can. */
  readonly missing: string | null;
  /** Library and backend, in two words. */
  readonly systems: readonly string[];
  /** ms of a training step. Throws a CoppiceError when the system fails. */
  run(system: string, network: "a" | "b", mode: Mode): Promise<Summary>;
}

/** Makes what a suite works with. */
export function createBench(
  parts: Pick<
    Bench,
    "suite" | "device" | "mode" | "roofline" | "only" | "candidates" | "budget" | "offspring" | "peers" | "peakBytes"
  >,
  report: { row(row: Row): void; leftOut(cell: LeftOut): void; memory(row: MemoryRow): void },
): Bench {
  const { suite } = parts;
  return {
    ...parts,
    patience: PATIENCE[parts.mode],
    pace: createPace(),
    row: (row) => report.row({ suite, ...row }),
    leaveOut: ({ name, cell }, reason) => report.leftOut({ suite, name, cell, reason }),
    remember: report.memory,
  };
}

/**
 * Runs `make`; where something does not fit on the device, or a process of its own ends without a result, lists the cell with that reason
 * and resolves with null. A wrong result still throws.
 */
export async function unlessItFits<T>(
  bench: Bench,
  cell: { name: string; cell: Cell },
  make: () => Promise<T> | T,
): Promise<T | null> {
  try {
    return await make();
  } catch (error) {
    if (!(error instanceof CoppiceError)) throw error;
    bench.leaveOut(cell, error.message);
    return null;
  }
}

/** Reports what a process of its own measured, or why it measured nothing: then `cell` stands for its rows. */
export async function measureInChild(
  bench: Bench,
  offspring: Offspring,
  cell: { name: string; cell: Cell },
  options: readonly string[],
): Promise<void> {
  const found = await unlessItFits(bench, cell, () => offspring(options));
  for (const row of found?.rows ?? []) bench.row(row);
  for (const left of found?.leftOut ?? []) bench.leaveOut(left, left.reason);
}

/** Whether rows of this name were asked for. */
export function wanted({ only }: Bench, name: string): boolean {
  return only.length === 0 || only.includes(name);
}
