import type { Metric } from "../metrics/metric.js";
import { grouped, hiddenNeurons, measured, msPerStep, short } from "../report/format.js";
import { measureKey } from "../train/measures.js";
import type { EpochRecord } from "../train/records.js";
import { counted } from "../util/counted.js";
import { openBar } from "./bar.js";
import { say, type Terminal } from "./terminal.js";

/** Live progress of a run. */
export interface Progress {
  epoch(record: EpochRecord): void;
  stop(): void;
}

/** Runs of at most so many epochs print each of them; longer ones at most a line every LINE_MS, and the first and last. */
const FEW_EPOCHS = 100;
const LINE_MS = 2000;

/** A bar that is redrawn where the terminal can, else a line an epoch; `metric` is the one that is told of. */
export function createProgress(terminal: Terminal, epochs: number, done: number, metric: Metric): Progress {
  const describe = (record: EpochRecord) => describeEpoch(record, metric);
  return terminal.live ? bar(terminal.live, epochs, done, describe) : lines(terminal, epochs, describe);
}

type Describe = (record: EpochRecord) => string;

function bar(stream: NodeJS.WriteStream, epochs: number, done: number, describe: Describe): Progress {
  const single = openBar(stream, "epoch {value}/{total} [{bar}] {eta_formatted} left | {text}", epochs, done, "first epoch ...");
  return { epoch: (record) => single.update(record.epoch, { text: describe(record) }), stop: () => single.stop() };
}

function lines(terminal: Terminal, epochs: number, describe: Describe): Progress {
  let last = Number.NEGATIVE_INFINITY;
  return {
    epoch(record) {
      const now = performance.now();
      if (epochs > FEW_EPOCHS && record.epoch !== epochs && now - last < LINE_MS) return;
      last = now;
      say(terminal, `epoch ${record.epoch}/${epochs}: ${describe(record)}`);
    },
    stop() {},
  };
}

/** A fraction is known by its sign; any other metric is named. */
function describeEpoch(record: EpochRecord, metric: Metric): string {
  const { trainLoss, runningLoss, nnz, neurons } = record;
  const [test, validation] = (["test", "validation"] as const).map((part) => record[measureKey(part, metric.name)]);
  const told = (value: number | null) => `${metric.fraction ? "" : `${metric.name} `}${measured(metric, value)}`;
  return [
    `loss ${short(trainLoss ?? runningLoss)}`,
    `test ${told(test)}`,
    ...(validation === null ? [] : [`validation ${told(validation)}`]),
    `${counted(grouped(nnz), "connection")}`,
    `${grouped(hiddenNeurons(neurons))} hidden neurons`,
    `${short(msPerStep(record))} ms/step`,
  ].join(", ");
}
