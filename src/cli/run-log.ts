import { appendTo, writeAtomically } from "../files/write.js";
import type { SavedModel } from "../io/saved-model.js";
import type { EpochRecord } from "../train/records.js";
import { metricsJson } from "./metrics.js";

/** What a run tells other programs while it goes on, besides metrics.csv. */
export interface RunLog {
  /** The run goes on after the epochs of `history`: what was told of later ones is taken back. */
  start(history: readonly EpochRecord[]): void;
  epoch(record: EpochRecord): void;
  /** The network after an epoch. */
  weights(saved: SavedModel): void;
}

/** metrics.jsonl: a line an epoch. */
export function jsonLog(path: string): RunLog {
  return {
    start: (history) => writeAtomically(path, history.map(metricsJson).join("")),
    epoch: (record) => appendTo(path, metricsJson(record)),
    weights() {},
  };
}
