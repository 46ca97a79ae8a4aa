import { lstatSync } from "node:fs";
import { join } from "node:path";
import { checkWritableFolder } from "../files/write.js";
import type { Flat } from "../options/option.js";
import { custom } from "../options/schema.js";
import { metricsOf } from "../train/measures.js";
import type { TrainConfig } from "../train/options.js";
import { check } from "../util/check.js";
import { setting, turn } from "./options.js";
import type { RunFolder } from "./run-folder.js";
import { jsonLog, type RunLog } from "./run-log.js";
import { tensorboardLog } from "./tensorboard.js";

const PLACE = custom<string | true>((value) => value === true || typeof value === "string", "a folder");

/** What a run tells other programs, if asked to; `tensorboard` true is its place in the run's folder. */
export const LOGS = {
  jsonl: turn("also write metrics.jsonl: each epoch's record as a line of JSON"),
  tensorboard: setting({ ...PLACE, kind: "text" }, "also write event files for TensorBoard, to DIR", {
    unit: "[DIR]",
    otherwise: "tensorboard in the run's folder",
  }),
};

/** The logs that were asked for, as one. Throws a usage error when one cannot be written; nothing is written before `start`. */
export function openLogs({ jsonl, tensorboard }: Flat<typeof LOGS>, folder: RunFolder): (config: TrainConfig) => RunLog {
  const place = tensorboard === true ? join(folder.path, "tensorboard") : tensorboard;
  const linked = tensorboard === true && lstatSync(join(folder.path, "tensorboard"), { throwIfNoEntry: false })?.isSymbolicLink();
  check(!linked, "--tensorboard", () => `${place} is a link, which may lead anywhere; give the folder: --tensorboard DIR`);
  if (place !== undefined) checkWritableFolder(place, "--tensorboard");
  return (config) => {
    const board = place ? [tensorboardLog(place, config.epochs, metricsOf(config))] : [];
    const logs = [...(jsonl ? [jsonLog(folder.file("records"))] : []), ...board];
    return {
      start: (history) => logs.forEach((log) => void log.start(history)),
      epoch: (record) => logs.forEach((log) => void log.epoch(record)),
      weights: (saved) => logs.forEach((log) => void log.weights(saved)),
    };
  };
}
