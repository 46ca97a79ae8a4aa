import { formatBytes } from "../nn/memory.js";
import type { EpochRecord } from "../train/records.js";
import type { Model } from "../train/train.js";
import { duration, grouped, hiddenNeurons, percent, short } from "./format.js";

/** Scores of the last epoch; null where nothing was evaluated. */
export function finalScores(history: readonly EpochRecord[]) {
  const last = history.at(-1);
  return {
    trainLoss: last?.trainLoss ?? null,
    trainAccuracy: last?.trainAccuracy ?? null,
    testLoss: last?.testLoss ?? null,
    testAccuracy: last?.testAccuracy ?? null,
  };
}

/** What `train --json` prints. Accuracies are fractions; `seconds` of an epoch are its total, `time` splits them. */
export function trainDocument(
  { config, device, plan, history, evolutions, layers, neurons, seconds }: Model,
  files: Record<string, string>,
) {
  return {
    device: device.kind,
    adapter: [device.vendor, device.architecture, device.description].filter(Boolean).join(" "),
    software: device.software,
    method: config.method,
    seed: config.seed,
    epochs: history.length,
    layers: layers.map(({ in: inputs, out, nnz, density }) => ({ in: inputs, out, nnz, density })),
    neurons,
    final: finalScores(history),
    seconds,
    history: history.map(({ seconds: { total, ...time }, ...record }) => ({ ...record, seconds: total, time })),
    evolutions,
    plan,
    files,
  };
}

/** The summary of a run, for people. */
export function summaryLines({ history, evolutions, layers, neurons, seconds }: Model): string[] {
  const { trainLoss, trainAccuracy, testLoss, testAccuracy } = finalScores(history);
  const nnz = layers.reduce((sum, layer) => sum + layer.nnz, 0);
  const steps = history.reduce((sum, { steps }) => sum + steps, 0);
  const [before, after] = [evolutions[0]?.bytesBefore, evolutions.at(-1)?.bytesAfter];
  const shrunk =
    before !== undefined && after !== undefined && before !== after
      ? `, device memory of the layers ${formatBytes(before)} -> ${formatBytes(after)}`
      : "";
  return [
    `accuracy   train ${percent(trainAccuracy, 2)}, test ${percent(testAccuracy, 2)}   (loss ${short(trainLoss)}, ${short(testLoss)})`,
    `network    ${neurons.initial.join("-")} -> ${neurons.final.join("-")}, ${grouped(nnz)} connections; hidden neurons ${grouped(hiddenNeurons(neurons.initial))} -> ${grouped(hiddenNeurons(neurons.final))}${shrunk}`,
    `time       ${duration(seconds.total)}: training ${duration(seconds.train)} (${short((1000 * seconds.train) / Math.max(1, steps))} ms/step), evolution ${duration(seconds.evolve)}, evaluation ${duration(seconds.evaluate)}`,
  ];
}
