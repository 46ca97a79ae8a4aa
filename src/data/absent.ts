import { check, checkNumber, checkObject, checkTexts } from "../util/check.js";
import { isExact32, zerosLike } from "../util/floats.js";
import type { FloatArray } from "../util/types.js";
import { alignFeatures } from "./align.js";
import { checkDataset } from "./check-dataset.js";
import type { Dataset } from "./dataset.js";
import { list } from "./names.js";
import { joinRows } from "./pick.js";
import type { Preparation } from "./prepare/index.js";
import { isSparse, type SampleMatrix } from "./sample-matrix.js";
import type { Standardizer } from "./standardize.js";

/** What `fillAbsent` takes of a model: what `model.save()` gives has all of it. */
export interface KnownFeatures {
  /** The features that it was trained on. */
  readonly featureNames?: readonly string[];
  readonly input: Standardizer | null;
  /** What samples go through first: then its features are those that may be absent, and its medians are filled in. */
  readonly prepared?: Preparation;
}

/**
 * `dataset` with every feature of a model, in its order: those that are absent have the model's median in every sample. `absent` names them, and
 * so does a note. Sparse rows stay sparse. Where none is absent this is `alignFeatures`.
 *
 * Throws
 * - when a share above `atMost` of the model's features is absent, which is between 0 and 1;
 * - when features are absent and the model knows no medians: it does if it was trained with `missing: "median"`, or with robust inputs.
 */
export function fillAbsent(
  dataset: Dataset,
  model: KnownFeatures,
  atMost: number,
): { dataset: Dataset; absent: readonly string[] } {
  checkDataset(dataset);
  checkObject(model, "fillAbsent: model", "model that was saved");
  checkNumber(atMost, "fillAbsent: atMost", 0, 1);
  const { input, prepared } = model;
  const { featureNames: wanted } = prepared ?? model;
  const { featureNames: found, name } = dataset;
  if (wanted !== undefined) checkTexts(wanted, "fillAbsent: featureNames of the model");
  const known = new Set(found);
  const absent = found && wanted ? wanted.filter((one) => !known.has(one)) : [];
  if (!wanted || absent.length === 0) return { dataset: alignFeatures(dataset, wanted), absent: [] };
  const what = `${absent.length} of the ${wanted.length} features that the model was trained on ${absent.length === 1 ? "is" : "are"} absent: ${list(absent)}`;
  const share = absent.length / wanted.length;
  check(share <= atMost && share < 1, name, () => {
    return `${what}; that is a share of ${share.toPrecision(3)}, and at most ${atMost} may be filled in (option absentAtMost, --absent-at-most)`;
  });
  const ofInputs = input?.median ?? (input?.clip === undefined ? undefined : input.mean); // of robust inputs the mean is the median
  const medians = prepared ? prepared.medians && Float64Array.from(prepared.medians) : ofInputs;
  check(medians !== undefined, name, () => {
    const how = `train it with missing: median (--missing median)${prepared ? "" : " or with inputs: robust"}`;
    return `${what}; the model knows no medians to fill in: ${how}`;
  });
  const named = alignFeatures(
    dataset,
    wanted.filter((one) => known.has(one)),
  );
  const { imageShape: _ofOtherFeatures, ...rest } = named;
  const notes = [...(named.notes ?? []), `${what}; the model's medians are filled in`];
  const x = withColumns(named.x, wanted, known, medians);
  return { dataset: { ...rest, x, features: wanted.length, featureNames: wanted, notes }, absent };
}

/** x [samples, those of `wanted` that are known] with the other columns between them, each of one value. */
function withColumns(x: SampleMatrix, wanted: readonly string[], known: ReadonlySet<string>, fill: FloatArray): SampleMatrix {
  const cols = wanted.length;
  const places = Uint32Array.from(wanted.keys()).filter((j) => known.has(wanted[j]));
  const like = isExact32(fill) ? (isSparse(x) ? x.values : x) : new Float64Array();
  const row = zerosLike(like, cols);
  row.set(fill);
  if (isSparse(x)) {
    for (const [k, j] of places.entries()) row[j] = x.background?.[k] ?? 0;
    const { values, ...rows } = joinRows([x], (k) => places[k]);
    const kept = zerosLike(like, values.length);
    kept.set(values);
    return { ...rows, cols, values: kept, background: row };
  }
  const filled = zerosLike(like, (x.length / places.length) * cols);
  for (let at = 0, from = 0; at < filled.length; at += cols, from += places.length) {
    filled.set(row, at);
    for (let k = 0; k < places.length; k++) filled[at + places[k]] = x[from + k];
  }
  return filled;
}
