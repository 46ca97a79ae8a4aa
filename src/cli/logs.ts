import { lstatSync } from "node:fs";
import { join } from "node:path";
import type { SavedModel } from "../io/saved-model.js";
import type { EpochRecord } from "../train/records.js";
import { check } from "../util/check.js";
import { appendTo, checkWritableFolder, writeAtomically } from "./files.js";
import { metricsJson } from "./metrics.js";
import type { RunFolder } from "./run-folder.js";
import { tensorboardLog } from "./tensorboard.js";

/** What the user asked for; `tensorboard` true is its place in the run's folder. */
export interface LogValues {
  readonly jsonl?: boolean;
  readonly tensorboard?: string | true;
}

/** What a run tells other programs while it goes on, besides metrics.csv. */
export interface RunLog {
  /** The run goes on after the epochs of `history`: what was told of later ones is taken back. */
  start(history: readonly EpochRecord[]): void;
  epoch(record: EpochRecord): void;
  /** The network after an epoch. */
  weights(saved: SavedModel): void;
}

/** The logs that were asked for, as one. Throws a usage error when one cannot be written; nothing is written before `start`. */
export function openLogs({ jsonl, tensorboard }: LogValues, folder: RunFolder): (epochs: number) => RunLog {
  const place = tensorboard === true ? join(folder.path, "tensorboard") : tensorboard;
  const linked = tensorboard === true && lstatSync(join(folder.path, "tensorboard"), { throwIfNoEntry: false })?.isSymbolicLink();
  check(!linked, "--tensorboard", () => `${place} is a link, which may lead anywhere; give the folder: --tensorboard DIR`);
  if (place !== undefined) checkWritableFolder(place, "--tensorboard");
  return (epochs) => {
    const logs = [...(jsonl ? [jsonLog(folder.file("records"))] : []), ...(place ? [tensorboardLog(place, epochs)] : [])];
    return {
      start(history) {
        for (const log of logs) log.start(history);
      },
      epoch(record) {
        for (const log of logs) log.epoch(record);
      },
      weights(saved) {
        for (const log of logs) log.weights(saved);
      },
    };
  };
}

/** metrics.jsonl: a line an epoch. */
function jsonLog(path: string): RunLog {
  return {
    start: (history) => writeAtomically(path, history.map(metricsJson).join("")),
    epoch: (record) => appendTo(path, metricsJson(record)),
    weights() {},
  };
}
