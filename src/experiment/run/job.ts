import { number, oneOf, record, type ValueOf } from "../../options/schema.js";
import { CoppiceError } from "../../util/check.js";
import type { DatasetConfig } from "../plan/config.js";
import type { PlannedRun } from "../plan/planned-runs.js";
import type { SplitIndices } from "../plan/splits.js";
import type { LegTask } from "./leg.js";
import type { RunOrigin, RunTask } from "./run.js";

/** What is handed to a process, here or elsewhere: JSON, and all that the result depends on. */
interface Handed {
  readonly origin: Pick<RunOrigin, "version" | "data">;
  readonly data: DatasetConfig;
  /** Folder that the dataset's files are looked up in first. */
  readonly base: string;
  /** Folders, free of links, outside which no file may be read: of a job that came from elsewhere. */
  readonly within?: readonly string[];
  readonly split: SplitIndices;
  readonly device: JobDevice;
}

/** A run of a suite. */
export interface Job extends Handed {
  readonly task: RunTask;
  readonly origin: RunOrigin;
}

/** A leg of a training that `fit` makes; nothing is tested where it is the last training. */
export interface LegJob extends Handed {
  readonly task: LegTask;
  /** [train] class indices, or numbers to learn [train, targets], in the place of the data's, or null. */
  readonly labels: readonly number[] | null;
  /** The checkpoint that it goes on from, in base64, or null. */
  readonly from: string | null;
}

/** What processes are given. */
export type AnyJob = Job | LegJob;

export const JOB_DEVICES = ["cpu", "webgpu"] as const;
export type JobDevice = (typeof JOB_DEVICES)[number];

/** The schema of a device. */
export const device = oneOf(JOB_DEVICES);

const ms = number({ min: 0 });
/** What a few epochs of a network took: see `timeNetwork`. msSetup: of a training, before its first step and after its last. */
export const TIMING = record({ msPerStep: ms, msPerEvaluatedSample: ms, msPerEvolution: ms, msSetup: ms });
export type Timing = ValueOf<typeof TIMING>;

/** What is asked of a process that runs jobs, and what it answers. */
export type Request = { readonly kind: "run" | "time"; readonly job: Job } | { readonly kind: "leg"; readonly job: LegJob };
export type Reply =
  | { readonly kind: "result"; readonly value: unknown }
  | { readonly kind: "training"; readonly done: number; readonly of: number }
  | { readonly kind: "failed"; readonly reason: string }
  | { readonly kind: "refused"; readonly reason: string; readonly told: string };

/**
 * A job that cannot be done here, for what this machine has or is, and may be done elsewhere: nothing was computed. `told` is what others may know
 * of it, who need not have this machine's data: nothing of a file's content.
 */
export class Refusal extends CoppiceError {
  constructor(
    message: string,
    kind: CoppiceError["kind"],
    readonly told = message,
  ) {
    super(message, kind);
  }
}

/** A job that was taken back before anyone had started it: neither done nor failed. */
export class NotStarted extends Error {}

/** Runs of the same network on the same data take the same time: what is timed once. */
export function networkKey({ data, config }: PlannedRun): string {
  return JSON.stringify([data.name, config.method, config.layout, config.batch, config.members]);
}

/** The message of an error, of one that nobody foresaw with the place. */
export function reasonOf(error: unknown): string {
  if (error instanceof CoppiceError) return error.message;
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return `internal error: ${text.replace(/\s*\n\s*/g, " ").slice(0, 500)}`;
}
