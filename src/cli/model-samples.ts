import { fillAbsent } from "../data/absent.js";
import { alignFeatures } from "../data/align.js";
import type { Dataset } from "../data/dataset.js";
import { rawFeatures } from "../data/prepare/index.js";
import type { ReadOptions } from "../data/read-dataset.js";
import { findData, readSource, type Source } from "../files/datasets.js";
import { type ReadingValues, readOptions } from "../files/reading.js";
import type { SavedModel } from "../io/saved-model.js";
import type { Flat } from "../options/option.js";
import { check } from "../util/check.js";
import { checkNotRead } from "./check-out.js";
import { checkGiven } from "./load-data.js";
import { missingOf, readAnyModel } from "./model-file.js";
import type { ABSENT } from "./options.js";
import { loadOwn } from "./own-pieces.js";
import { type ReceiveValues, receiveData } from "./receive.js";
import type { Terminal } from "./terminal.js";

/** A model, and samples in the order of its features. */
export interface ModelSamples {
  readonly saved: SavedModel;
  readonly source: Source;
  readonly dataset: Dataset;
  /** Features of the model that the data lack, filled in. */
  readonly absent: readonly string[];
}

type Values = ReadingValues & ReceiveValues & Flat<typeof ABSENT> & { readonly pieces?: string; readonly out?: string };

/** Reads a model, and the samples that a command uses it on, which `out` may not replace; `more` says what the readers take besides. */
export async function readModelSamples(
  path: string,
  values: Values,
  terminal: Terminal,
  more: (saved: SavedModel) => ReadOptions,
): Promise<ModelSamples> {
  checkGiven(values.data);
  const fill = values.absent === "median";
  check(
    fill || values.absentAtMost === undefined,
    "--absent-at-most",
    () => "says how many --absent median may fill in: give both",
  );
  await receiveData(values, terminal);
  const source = findData(values.data, terminal.env.COPPICE_DATA, "--data");
  const { pieces, out } = values;
  checkNotRead(out, { "the model": [path], "the file of data": source.files, "the file of pieces": [pieces] });
  const { saved } = await readAnyModel(path, await loadOwn(pieces));
  const { featureNames } = rawFeatures(saved);
  const { layout } = saved;
  const part = values.x === undefined ? ({ part: "test" } as const) : {};
  const options = { missing: missingOf(saved), ...readOptions(values), ...part, ...more(saved), featureNames, layout };
  if (!fill) return { saved, source, dataset: alignFeatures(await readSource(source, options), featureNames), absent: [] };
  check(
    !saved.prepared,
    "--absent",
    () => "the model knows medians of what its steps make, and none of the data's own features; leave it out",
  );
  const read = await readSource(source, { ...options, absent: true });
  return { saved, source, ...fillAbsent(read, saved, values.absentAtMost ?? 0.1) };
}
