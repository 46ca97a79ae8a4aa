import { check, checkInteger, checkText, isList } from "../util/check.js";
import { shown } from "../util/shown.js";
import { checkDataset } from "./check-dataset.js";
import type { Dataset } from "./dataset.js";
import { pickSamples } from "./pick.js";
import type { SampleMatrix } from "./sample-matrix.js";

/** The samples at `indices`, in that order, with all classes of the dataset kept. Throws on an index out of range. */
export function takeSamples<X extends SampleMatrix>(
  dataset: Dataset<X>,
  indices: ArrayLike<number>,
  name = dataset?.name,
): Dataset<X> {
  checkDataset(dataset);
  check(isList(indices), `${dataset.name}: takeSamples`, () => `${shown(indices)} is no list of indices`);
  checkText(name, `${dataset.name}: takeSamples: name`);
  const y = new Uint32Array(indices.length);
  for (let k = 0; k < indices.length; k++) {
    checkInteger(indices[k], `${dataset.name}: sample index`, 0, dataset.samples - 1);
    y[k] = dataset.y[indices[k]];
  }
  const x = pickSamples(dataset.x, dataset.features, indices);
  const { ids, groups, targets, weights } = dataset;
  const take = (names: readonly string[]) => Array.from(indices, (i) => names[i]);
  return {
    ...dataset,
    name,
    x,
    y,
    samples: indices.length,
    ...(ids && { ids: take(ids) }),
    ...(groups && { groups: take(groups) }),
    ...(weights && { weights: Float64Array.from(indices, (i) => weights[i]) }),
    ...(targets && { targets: pickSamples(targets, targets.length / dataset.samples, indices) }),
  };
}
