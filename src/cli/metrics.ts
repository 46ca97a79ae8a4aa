import type { Metric } from "../metrics/metric.js";
import { measured } from "../report/format.js";
import { measureKey, measureNames } from "../train/measures.js";
import type { EpochRecord } from "../train/records.js";
import { isRecord } from "../util/check.js";
import { csvLine } from "../util/csv.js";

/** The parts of a record, in the order that people are told of them. */
export const TOLD = ["train", "test", "validation", "running"] as const;

/** metrics.csv of a run with these metrics, and with the explored share of the connections where that is told. */
export function metricsTable(metrics: readonly Metric[], explores = false) {
  const measures = TOLD.flatMap((part) => measureNames(part, metrics).map((name) => measureKey(part, name)));
  return {
    /** The first line, for a network of `layers` layers of neurons. */
    header(layers: number): string {
      const neurons = Array.from({ length: layers }, (_, i) => `neurons${i}`);
      const seconds = ["seconds", "secondsTrain", "secondsEvolve", "secondsEvaluate"];
      return csvLine(["epoch", ...measures, "nnz", ...(explores ? ["explored"] : []), "lr", "steps", ...neurons, ...seconds]);
    },
    /** An epoch's line; empty cells where there was no evaluation. */
    line(record: EpochRecord): string {
      const { epoch, nnz, lr, steps, neurons, seconds } = record;
      const { total, train, evolve, evaluate } = seconds;
      const values = measures.map((key) => record[key]);
      return csvLine([
        epoch,
        ...values,
        nnz,
        ...(explores ? [record.explored ?? null] : []),
        lr,
        steps,
        ...neurons,
        total,
        train,
        evolve,
        evaluate,
      ]);
    },
  };
}

/** Loss and metrics on the training and test set, as a record has them. */
export interface SetMeasures {
  readonly trainLoss: number | null;
  readonly testLoss: number | null;
  readonly [metric: `train${string}` | `test${string}`]: number | null;
}

/** Loss and metrics on the training and test set, by the names that a record has them under; null where it has none. */
export function measuresIn(metrics: readonly Metric[], record: unknown): SetMeasures {
  const keys = (["train", "test"] as const).flatMap((part) => measureNames(part, metrics).map((name) => measureKey(part, name)));
  const fields = keys.map((key) => {
    const value = isRecord(record) ? record[key] : undefined;
    return [key, typeof value === "number" ? value : null];
  });
  return Object.fromEntries(fields) as unknown as SetMeasures;
}

/** A metric of them, for people: "train 98.21 %, test 97.22 %". */
export function trainAndTest(metric: Metric, measures: SetMeasures): string {
  return (["train", "test"] as const)
    .map((part) => `${part} ${measured(metric, measures[measureKey(part, metric.name)], 2)}`)
    .join(", ");
}

/** An epoch's record as programs get it: `seconds` are its total, `time` splits them. */
export function epochDocument({ seconds: { total, ...time }, ...record }: EpochRecord) {
  return { ...record, seconds: total, time };
}

/** An epoch's line of metrics.jsonl: what the history of `train --json` has of it; null where there was no evaluation. */
export function metricsJson(record: EpochRecord): string {
  return `${JSON.stringify(epochDocument(record))}\n`;
}
