import { existsSync, mkdirSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { appendTo, createNew } from "../files/write.js";
import { membersOf } from "../io/saved-model.js";
import { encodeEvent, encodeEventStart, histogram, type TensorboardEvent } from "../io/tensorboard.js";
import type { Metric } from "../metrics/metric.js";
import { hiddenNeurons } from "../report/format.js";
import { measureKey, measureNames } from "../train/measures.js";
import type { EpochRecord } from "../train/records.js";
import { TOLD } from "./metrics.js";
import type { RunLog } from "./run-log.js";

/** Epochs of a run whose weights are told of as histograms, about: every one of 50, every tenth of 500. */
const HISTOGRAMS = 50;

/** What parameters are called; others, such as what members scale by, by their own names. */
const CALLED: Readonly<Record<string, string>> = { values: "weights", bias: "biases" };

/**
 * Tells an event file in `folder` of a run of so many epochs with these metrics: steps are epochs, and weights, biases and other parameters are told of as histograms of every layer.
 * Files of earlier sessions stay, as TensorBoard reads them in turn.
 */
export function tensorboardLog(folder: string, epochs: number, metrics: readonly Metric[]): RunLog {
  const every = Math.max(1, Math.round(epochs / HISTOGRAMS));
  const now = () => Date.now() / 1000;
  let path = "";
  const tell = (event: TensorboardEvent) => appendTo(path, encodeEvent(event));
  return {
    start(history) {
      // read in the order of their names: by the second, then by epoch
      const name = `events.out.tfevents.${String(Math.floor(now())).padStart(10, "0")}.coppice.${String(history.length).padStart(8, "0")}`;
      path = join(folder, name);
      mkdirSync(folder, { recursive: true });
      path = createNew(path, encodeEventStart(now(), history.length + 1));
    },
    epoch: (record) => tell({ wallTime: now(), step: record.epoch, scalars: scalarsOf(record, metrics) }),
    weights(saved) {
      const { training, members } = saved;
      const epoch = training?.epoch ?? 0;
      if (epoch % every !== 0 && epoch !== epochs) return;
      const histograms = membersOf(saved).flatMap(({ layers }, j) =>
        layers.flatMap(({ params }, i) => {
          const at = `${members ? `members.${j}.` : ""}layers.${i}`;
          const known = Object.entries(params).filter(([, { length }]) => length > 0);
          return known.map(([name, values]) => [`${at}/${CALLED[name] ?? name}`, histogram(values)] as const);
        }),
      );
      tell({ wallTime: now(), step: epoch, histograms: Object.fromEntries(histograms) });
    },
  };
}

/** Whether a folder holds event files of runs. */
export function holdsEvents(folder: string): boolean {
  return existsSync(folder) && readdirSync(folder).some((name) => /^events\.out\.tfevents\.\d+\.coppice\.\d+/.test(name));
}

/** An epoch's numbers by tag; what was not evaluated is left out. */
function scalarsOf(record: EpochRecord, metrics: readonly Metric[]): Record<string, number> {
  const { seconds } = record;
  const measures = measureNames("train", metrics).flatMap((name) =>
    TOLD.filter((part) => measureNames(part, metrics).includes(name)).map(
      (part) => [`${name}/${part}`, record[measureKey(part, name)]] as const,
    ),
  );
  const numbers: Record<string, number | null> = {
    ...Object.fromEntries(measures),
    "network/connections": record.nnz,
    "network/hidden neurons": hiddenNeurons(record.neurons),
    "training/learning rate": record.lr,
    "seconds/total": seconds.total,
    "seconds/train": seconds.train,
    "seconds/evolve": seconds.evolve,
    "seconds/evaluate": seconds.evaluate,
  };
  return Object.fromEntries(Object.entries(numbers).filter((entry): entry is [string, number] => entry[1] !== null));
}
