import cliProgress from "cli-progress";
import { grouped, hiddenNeurons, msPerStep, percent, short } from "../report/format.js";
import type { EpochRecord } from "../train/records.js";
import { say, type Terminal } from "./terminal.js";

/** Live progress of a run. */
export interface Progress {
  epoch(record: EpochRecord): void;
  stop(): void;
}

/** Runs of at most so many epochs print each of them; longer ones at most a line every LINE_MS, and the first and last. */
const FEW_EPOCHS = 100;
const LINE_MS = 2000;

/** A bar that is redrawn where the terminal can, else a line an epoch. */
export function createProgress(terminal: Terminal, epochs: number, done: number): Progress {
  return terminal.live ? bar(terminal.live, epochs, done) : lines(terminal, epochs);
}

function bar(stream: NodeJS.WriteStream, epochs: number, done: number): Progress {
  const single = new cliProgress.SingleBar({
    stream,
    format: "epoch {value}/{total} [{bar}] {eta_formatted} left | {text}",
    hideCursor: true,
    barsize: 20,
    etaBuffer: 20,
  });
  single.start(epochs, done, { text: "first epoch ..." });
  return { epoch: (record) => single.update(record.epoch, { text: describe(record) }), stop: () => single.stop() };
}

function lines(terminal: Terminal, epochs: number): Progress {
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

function describe(record: EpochRecord): string {
  const { trainLoss, runningLoss, testAccuracy, validationAccuracy, nnz, neurons } = record;
  return [
    `loss ${short(trainLoss ?? runningLoss)}`,
    `test ${percent(testAccuracy)}`,
    ...(validationAccuracy === null ? [] : [`validation ${percent(validationAccuracy)}`]),
    `${grouped(nnz)} connections`,
    `${grouped(hiddenNeurons(neurons))} hidden neurons`,
    `${short(msPerStep(record))} ms/step`,
  ].join(", ");
}
