import { alignFeatures } from "../data/align.js";
import type { Dataset } from "../data/dataset.js";
import type { ReadOptions } from "../data/read-dataset.js";
import { findData, readSource, type Source } from "../files/datasets.js";
import { type ReadingValues, readOptions } from "../files/reading.js";
import type { SavedModel } from "../io/saved-model.js";
import { checkNotRead } from "./check-out.js";
import { checkGiven } from "./load-data.js";
import { missingOf, readAnyModel } from "./model-file.js";
import { loadOwn } from "./own-pieces.js";
import type { Terminal } from "./terminal.js";

/** A model, and samples in the order of its features. */
export interface ModelSamples {
  readonly saved: SavedModel;
  readonly source: Source;
  readonly dataset: Dataset;
}

/** Reads a model, and the samples that a command uses it on, which `out` may not replace; `more` says what the readers take besides. */
export async function readModelSamples(
  path: string,
  values: ReadingValues & { readonly pieces?: string; readonly out?: string },
  { env }: Terminal,
  more: (saved: SavedModel) => ReadOptions,
): Promise<ModelSamples> {
  checkGiven(values.data);
  const source = findData(values.data, env.COPPICE_DATA, "--data");
  const { pieces, out } = values;
  checkNotRead(out, { "the model": [path], "the file of data": source.files, "the file of pieces": [pieces] });
  const { saved } = await readAnyModel(path, await loadOwn(pieces));
  const { featureNames, layout } = saved;
  const part = values.x === undefined ? ({ part: "test" } as const) : {};
  const options = { missing: missingOf(saved), ...readOptions(values), ...part, ...more(saved), featureNames, layout };
  return { saved, source, dataset: alignFeatures(await readSource(source, options), featureNames) };
}
