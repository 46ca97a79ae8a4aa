import { existsSync, statSync } from "node:fs";
import { resolve } from "node:path";
import { isWithin } from "../files/read.js";
import type { OwnPiece } from "../methods/pieces.js";
import { checkedOutputs } from "../tasks/checked.js";
import type { Task } from "../tasks/task.js";
import { trainConfig } from "../train/config.js";
import { FLAT } from "../train/flat-options.js";
import type { StartRecord } from "../train/options.js";
import { ELSEWHERE, goesBeyond } from "../train/resume.js";
import { check, isRecord } from "../util/check.js";
import { shown } from "../util/shown.js";
import { flagName } from "./command.js";
import { DEFAULT_SPLIT, type LoadedData } from "./load-data.js";
import type { RunConfig } from "./run-folder.js";
import { holdsEvents } from "./tensorboard.js";
import { type TrainValues, trainOptions } from "./train-values.js";

/** Options that say what a run is; the others say where data or results are, or how to run. Data are compared by content. */
const OF_NETWORK = [...FLAT.map(({ name }) => name), "preset"];
const OF_SPLIT = ["split", "validation"];
const DEFAULTS: Readonly<Record<string, unknown>> = { split: DEFAULT_SPLIT };

/** Options that name what is read. */
const READ = ["data", "test", "labels", "start"] as const;
/** Options of a command that are no part of its run: config.json has none of them. */
const OF_COMMAND = ["out", "resume", "force", "json", "plan", "tune", "pieces"];

/** The options of a command that its run is made of. */
export function ofRun(values: object): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(values).filter(([key]) => !OF_COMMAND.includes(key)));
}

/**
 * The options of a run's config.json for going on with it, and what to tell of them. The file may come from anyone: outside of the folder it decides
 * no place to write to but one where runs have written before, what it names to be read is told, and is read only where it is a plain file.
 */
export function recordedValues(
  folder: string,
  { options }: RunConfig,
  given: Readonly<Record<string, unknown>>,
): { values: Readonly<Record<string, unknown>>; notes: string[] } {
  const values = ofRun(Object.fromEntries(Object.entries(options).filter(([key]) => !(key in given))));
  const where = `${folder}/config.json`;
  const { tensorboard, image, ignore } = values;
  check(tensorboard === undefined || tensorboard === true || typeof tensorboard === "string", where, () => {
    return "tensorboard is no folder";
  });
  const outside = typeof tensorboard === "string" && !isWithin(folder, tensorboard) ? tensorboard : undefined;
  check(outside === undefined || holdsEvents(outside), "--tensorboard", () => {
    return `${where} says ${outside}, which is outside of ${folder} and holds no event files of a run; to write there, say so: --tensorboard ${outside}`;
  });
  for (const [key, list] of Object.entries({ image, ignore }))
    check(list === undefined || Array.isArray(list), where, () => `${key} is no list`);
  const written =
    outside === undefined ? [] : [`tensorboard: writing to ${resolve(outside)}, outside of ${folder}, as its config.json says`];
  const read = READ.flatMap((key) => {
    const value = values[key];
    if (value === undefined) return [];
    check(typeof value === "string", where, () => `${key} is ${shown(value)}, expected a text`);
    const paths = existsSync(value) ? [value] : value.split(",").filter((part) => existsSync(part));
    const odd = paths.find((path) => !statSync(path).isFile() && !statSync(path).isDirectory());
    check(odd === undefined, `--${key}`, () => {
      return `${where} says ${odd}, which is no plain file; to read it, say so: --${key} ${value}`;
    });
    return paths
      .filter((path) => !isWithin(folder, path))
      .map((path) => `${key}: reading ${resolve(path)}, outside of ${folder}, as its config.json says`);
  });
  return { values, notes: [...written, ...read] };
}

/** Throws a usage error naming the first option given now that contradicts those the run was started with. */
export function checkContradictions(
  given: Readonly<Record<string, unknown>>,
  { options: recorded, data: { sha256 } }: RunConfig,
  data: LoadedData,
  start: StartRecord | undefined,
  pieces: readonly OwnPiece[],
  task: Task,
): void {
  const { features, samples } = data.train;
  const sizes = { features, classes: checkedOutputs(task, data.train).length, samples };
  const settled = (values: object) => trainConfig(trainOptions(values as TrainValues, pieces), sizes, start);
  const configOf = (values: object) => JSON.stringify(settled(values));
  const before = configOf(recorded);
  /** Whether the run may go on beyond its epochs: nothing else hangs on these. */
  const beyond = (key: string, value: unknown) => {
    const [now, then] = [settled({ ...recorded, [key]: value }), settled(recorded)];
    return (
      key === "epochs" && goesBeyond(now, then.epochs, then.epochs) && JSON.stringify({ ...now, epochs: then.epochs }) === before
    );
  };
  for (const [key, value] of Object.entries(given)) {
    const splits = OF_SPLIT.includes(key);
    if (!(splits || OF_NETWORK.includes(key)) || JSON.stringify(value) === JSON.stringify(recorded[key] ?? DEFAULTS[key]))
      continue;
    check(!splits && (configOf({ ...recorded, [key]: value }) === before || beyond(key, value)), flagName(key), () => {
      const [now, before] = [value, recorded[key] ?? "the default"].map((one) => (isRecord(one) ? shown(one) : one));
      const instead = key === "epochs" && Number(value) > settled(recorded).epochs ? ELSEWHERE : "start a new run";
      return `${now} contradicts the run, which was started with ${before}; leave it out, or ${instead}`;
    });
  }
  check(data.description.sha256 === sha256 || data.sha256Rounded() === sha256, "--data", () => {
    return "the data are not those the run was started with; --resume needs the same";
  });
}
