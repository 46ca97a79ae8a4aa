import { dirname, resolve } from "node:path";
import type { SavedModel } from "../io/saved-model.js";
import type { StartRecord } from "../train/options.js";
import { alignToModel, recordedStart, recordStart } from "../train/start.js";
import { check } from "../util/check.js";
import type { LoadedData } from "./load-data.js";
import { readAnyModel } from "./model-file.js";
import type { Own } from "./own-pieces.js";
import type { PreviousRun, RunFolder } from "./run-folder.js";

/** The model that a run starts from. */
export interface Start {
  readonly path: string;
  readonly record: StartRecord;
  /** What says how data are to be put in order: the model, or the checkpoint of a run that began with it. */
  readonly order: SavedModel;
  /** The model; undefined where a checkpoint holds all that is needed of it. */
  readonly model?: SavedModel;
}

/** The model that `--start` names, now or when the run began; undefined where none is. Throws a usage error where it is another than the run began with. */
export async function readStart(
  { start: path, force }: { readonly start?: string; readonly force?: boolean },
  folder: RunFolder,
  previous: PreviousRun | undefined,
  own: Own,
): Promise<Start | undefined> {
  if (previous) {
    const recorded = previous.config.options.start;
    check(path === recorded, "--start", () => {
      return `${path} contradicts the run, which was started ${recorded ? `from ${recorded}` : "without it"}; leave it out, or start a new run`;
    });
  }
  if (path === undefined) return undefined;
  const checkpoint = previous?.checkpoint?.saved;
  const taken = checkpoint && recordedStart(checkpoint);
  if (taken) return { path, record: taken, order: checkpoint };
  check(!(force && resolve(dirname(path)) === resolve(folder.path)), "--start", () => {
    return `${path} is in the folder that --force empties; name another --out, or move the model`;
  });
  const { saved: model } = await readAnyModel(path, own);
  const record = recordStart(model);
  const before = previous?.config.train.start?.checksum;
  const same = before === undefined || before === record.checksum;
  check(same, "--start", () => `${path} is not the model any more that the run began with; start again with --force`);
  return { path, record, order: model, model };
}

/** The data as the model takes them, and what is to be known of it. */
export function startData(data: LoadedData, { path, record, order }: Start): LoadedData {
  const train = alignToModel(data.train, order);
  const more = (train.notes ?? []).slice(data.train.notes?.length ?? 0);
  const inputs = record.standardised ? "the statistics of its inputs" : "raw inputs, as it has no statistics";
  return {
    ...data,
    train,
    notes: [...data.notes, ...more, `starting from ${path}: its connections and weights, with ${inputs}`],
  };
}
