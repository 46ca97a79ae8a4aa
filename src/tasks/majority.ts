import type { Dataset } from "../data/dataset.js";
import { checkObject, checkTexts, checkTyped } from "../util/check.js";
import { maximum } from "../util/extremes.js";

/** The accuracy on `test` of taking every sample for the most frequent class of `train` (of equals the first): what any model must beat. */
export function majorityAccuracy(train: Dataset, test: Dataset): number {
  for (const set of [train, test]) {
    checkObject(set, "majorityAccuracy", "dataset");
    checkTyped(set.y, Uint32Array, "majorityAccuracy: y", set.samples);
    checkTexts(set.classes, "majorityAccuracy: classes");
  }
  const counts = train.classes.map(() => 0);
  for (const c of train.y) counts[c]++;
  const most = counts.indexOf(maximum(counts));
  return test.y.reduce((right, c) => right + Number(c === most), 0) / test.samples;
}
