import { existsSync, readdirSync, rmSync } from "node:fs";
import { basename, join } from "node:path";
import { writeAtomically } from "../files/write.js";
import type { SavedModel, TrainingState } from "../io/saved-model.js";
import type { OwnPiece } from "../methods/pieces.js";
import { CoppiceError, check } from "../util/check.js";
import { readModel } from "./model-file.js";

/** The last checkpoint of a run's folder; earlier ones are called checkpoint-EPOCH.safetensors. */
export const LAST_CHECKPOINT = "checkpoint.safetensors";
const EARLIER = /^checkpoint-(\d+)\.safetensors$/;

/** A model that training can go on from. */
export type Checkpoint = SavedModel & { readonly training: TrainingState };

/** A checkpoint that is whole, where it was, and why newer ones were passed over. */
export interface FoundCheckpoint {
  readonly saved: Checkpoint;
  readonly path: string;
  readonly damaged: readonly string[];
}

/** The paths of a folder's checkpoints, newest first. */
export function checkpointPaths(folder: string): string[] {
  const names = existsSync(folder) ? readdirSync(folder) : [];
  const earlier = names.filter((name) => EARLIER.test(name)).sort((a, b) => epochOf(b) - epochOf(a));
  return [...names.filter((name) => name === LAST_CHECKPOINT), ...earlier].map((name) => join(folder, name));
}

/** The newest checkpoint that is whole; undefined when there is no checkpoint. Throws a usage error when there are some and all are damaged. */
export function findCheckpoint(folder: string, pieces: readonly OwnPiece[] = []): FoundCheckpoint | undefined {
  const damaged: string[] = [];
  for (const path of checkpointPaths(folder)) {
    try {
      return { saved: readCheckpoint(path, pieces), path, damaged };
    } catch (error) {
      if (!(error instanceof CoppiceError)) throw error;
      damaged.push(error.message);
    }
  }
  check(damaged.length === 0, "--resume", () => `no checkpoint is whole: ${damaged.join("; ")}; start again with --force`);
  return undefined;
}

function readCheckpoint(path: string, pieces: readonly OwnPiece[]): Checkpoint {
  const { training, ...model } = readModel(path, pieces);
  check(training !== undefined, path, () => "it has no training state, so it is no checkpoint");
  return { ...model, training };
}

/**
 * Makes a model in parts the folder's last checkpoint, atomically, and keeps `keep` of them, this one included. `last` is the epoch of the one
 * that is the last so far, undefined where there is none worth keeping.
 */
export function saveCheckpoint(folder: string, parts: readonly Uint8Array[], keep: number, last: number | undefined): void {
  const path = join(folder, LAST_CHECKPOINT);
  const keepAs = last !== undefined && keep > 1 && existsSync(path) ? join(folder, `checkpoint-${last}.safetensors`) : undefined;
  writeAtomically(path, parts, keepAs);
  for (const old of checkpointPaths(folder).slice(keep)) rmSync(old, { force: true });
}

function epochOf(name: string): number {
  return Number(EARLIER.exec(basename(name))?.[1]);
}
