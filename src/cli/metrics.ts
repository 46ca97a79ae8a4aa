import type { EpochRecord } from "../train/records.js";
import { csvLine } from "../util/csv.js";

const COLUMNS = [
  "epoch",
  "trainLoss",
  "trainAccuracy",
  "testLoss",
  "testAccuracy",
  "validationLoss",
  "validationAccuracy",
  "runningLoss",
  "runningAccuracy",
  "nnz",
  "lr",
  "steps",
] as const;

/** The first line of metrics.csv, for a network of `layers` layers of neurons. */
export function metricsHeader(layers: number): string {
  const neurons = Array.from({ length: layers }, (_, i) => `neurons${i}`);
  return csvLine([...COLUMNS, ...neurons, "seconds", "secondsTrain", "secondsEvolve", "secondsEvaluate"]);
}

/** An epoch's line of metrics.csv; empty cells where there was no evaluation. */
export function metricsLine(record: EpochRecord): string {
  const { total, train, evolve, evaluate } = record.seconds;
  return csvLine([...COLUMNS.map((key) => record[key]), ...record.neurons, total, train, evolve, evaluate]);
}

/** An epoch's record as programs get it: `seconds` are its total, `time` splits them. */
export function epochDocument({ seconds: { total, ...time }, ...record }: EpochRecord) {
  return { ...record, seconds: total, time };
}

/** An epoch's line of metrics.jsonl: what the history of `train --json` has of it; null where there was no evaluation. */
export function metricsJson(record: EpochRecord): string {
  return `${JSON.stringify(epochDocument(record))}\n`;
}
