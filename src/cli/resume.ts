import { trainConfig } from "../train/options.js";
import type { StartShape } from "../train/start.js";
import { check } from "../util/check.js";
import { DEFAULT_SPLIT, type LoadedData } from "./load-data.js";
import type { RunConfig } from "./run-folder.js";
import { type TrainValues, trainOptions } from "./train-values.js";

/** Options that say where data or results are, or how to run, and not what the run is. Data are compared by content. */
const FREE = [
  "data",
  "test",
  "label",
  "header",
  "orientation",
  "id",
  "labels",
  "group",
  "ignore",
  "missing",
  "x",
  "y",
  "image",
  "out",
  "resume",
  "start", // see readStart
  "keep",
  "force",
  "json",
  "device",
  "memory",
  "dataMemory",
  "plan",
  "tune",
  "jsonl",
  "tensorboard",
];
const DEFAULTS: Readonly<Record<string, unknown>> = { split: DEFAULT_SPLIT };

/** Throws a usage error naming the first option given now that contradicts those the run was started with. */
export function checkContradictions(
  given: Readonly<Record<string, unknown>>,
  { options: recorded, data: { sha256 } }: RunConfig,
  data: LoadedData,
  start: StartShape | undefined,
): void {
  const shape = { features: data.train.features, classes: data.train.classes.length, samples: data.train.samples };
  const configOf = (values: object) => JSON.stringify(trainConfig(trainOptions(values as TrainValues), shape, start));
  const before = configOf(recorded);
  for (const [key, value] of Object.entries(given)) {
    if (FREE.includes(key) || JSON.stringify(value) === JSON.stringify(recorded[key] ?? DEFAULTS[key])) continue;
    const option = `--${key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
    const splits = key === "split" || key === "validation";
    check(!splits && configOf({ ...recorded, [key]: value }) === before, option, () => {
      return `${value} contradicts the run, which was started with ${recorded[key] ?? "the default"}; leave it out, or start a new run`;
    });
  }
  check(
    data.description.sha256 === sha256 || data.sha256Rounded() === sha256,
    "--data",
    () => "the data are not those the run was started with; --resume needs the same",
  );
}
