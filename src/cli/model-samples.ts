import { fillAbsent } from "../data/absent.js";
import { alignFeatures, checkFeatures } from "../data/align.js";
import type { Dataset } from "../data/dataset.js";
import { rawFeatures } from "../data/prepare/index.js";
import type { ReadOptions } from "../data/read-dataset.js";
import { findData, readSource, type Source } from "../files/datasets.js";
import { type ReadingValues, readOptions } from "../files/reading.js";
import { checkWritableFile } from "../files/write.js";
import type { SavedModel } from "../io/saved-model.js";
import type { Flat } from "../options/option.js";
import { check } from "../util/check.js";
import { counted } from "../util/counted.js";
import { checkNotRead } from "./check-out.js";
import { checkGiven } from "./load-data.js";
import { missingOf, readAnyModel } from "./model-file.js";
import type { ABSENT, DeviceValues } from "./options.js";
import { loadOwn } from "./own-pieces.js";
import { type ReceiveValues, receiveData } from "./receive.js";
import { say, type Terminal } from "./terminal.js";

/** A model, and samples in the order of its features. */
export interface ModelSamples {
  readonly saved: SavedModel;
  readonly source: Source;
  readonly dataset: Dataset;
  /** Features of the model that the data lack, filled in. */
  readonly absent: readonly string[];
}

/** What every command that uses a model on samples is told. */
export type ModelValues = ReadingValues &
  ReceiveValues &
  DeviceValues &
  Flat<typeof ABSENT> & { readonly pieces?: string; readonly out?: string; readonly json?: boolean };

/**
 * Reads a model, and the samples that a command uses it on, which `out` may not replace, and tells the notes on them; `more` says what the readers
 * take besides, and may refuse the model before data are read.
 */
export async function readModelSamples(
  path: string,
  values: ModelValues,
  terminal: Terminal,
  more: (saved: SavedModel) => ReadOptions,
): Promise<ModelSamples> {
  const { pieces, out } = values;
  if (out !== undefined) checkWritableFile(out, "--out");
  checkGiven(values.data);
  const fill = values.absent === "median";
  check(fill || values.absentAtMost === undefined, "--absent-at-most", () => {
    return "says how many --absent median may fill in: give both";
  });
  await receiveData(values, terminal);
  const source = findData(values.data, terminal.env.COPPICE_DATA, "--data");
  checkNotRead(out, { "the model": [path], "the file of data": source.files, "the file of pieces": [pieces] });
  const { saved } = await readAnyModel(path, await loadOwn(pieces));
  const { features, featureNames } = rawFeatures(saved);
  const { layout } = saved;
  const part = values.x === undefined ? ({ part: "test" } as const) : {};
  const options = { missing: missingOf(saved), ...readOptions(values), ...part, ...more(saved), featureNames, layout };
  const read = await readSource(source, fill ? { ...options, absent: true } : options);
  const samples = fill
    ? fillAbsent(read, saved, values.absentAtMost ?? 0.1)
    : { dataset: alignFeatures(read, featureNames), absent: [] };
  checkModelFeatures(samples.dataset, features, Boolean(options.ignoreLabels));
  say(terminal, ...(samples.dataset.notes ?? []).map((note) => `note: ${note}`));
  return { saved, source, ...samples };
}

/** Throws unless samples have the model's features. A column of labels may have been left out that is a feature. */
function checkModelFeatures(dataset: Dataset, features: number, ignoreLabels: boolean): void {
  check(!ignoreLabels || dataset.features !== features - 1, dataset.name, () => {
    return `its samples have ${counted(dataset.features, "feature")}, but the model was trained on ${features}; if the data have no label column, say so with --no-label`;
  });
  checkFeatures(dataset, features);
}
