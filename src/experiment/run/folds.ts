import type { Dataset } from "../../data/dataset.js";
import { split } from "../../data/split.js";
import { takeSamples } from "../../data/take-samples.js";
import { strataOf } from "../../tasks/strata.js";
import type { Task } from "../../tasks/task.js";
import { random } from "../../util/random.js";

/** Parts of a training part: what is fitted, and what it is tested on. */
export interface Fold {
  readonly train: Dataset;
  readonly validation: Dataset;
}

/**
 * Validation folds inside a training part: disjoint, each holding about `fraction` of its samples, stratified as the task says, with groups kept whole and
 * strata of one sample left in training (`split`). The first fold is drawn from all samples, the next from those no fold holds yet.
 * Throws what `split` throws where so few samples or groups are left that none can be taken.
 */
export function validationFolds(training: Dataset, count: number, fraction: number, seed: number, task: Task): Fold[] {
  const folds: Fold[] = [];
  let left = Uint32Array.from({ length: training.samples }, (_, i) => i);
  for (let fold = 0; fold < count; fold++) {
    const pool = takeSamples(training, left, `validation fold ${fold + 1} of ${count} of ${training.name}`);
    const test = (fraction * training.samples) / left.length;
    const { indices } = split(pool, { test, seed: random(seed, "validation fold", fold).uint32(), strata: strataOf(task, pool) });
    const held = indices.test.map((i) => left[i]);
    const taken = new Set(held);
    folds.push({
      train: takeSamples(
        training,
        Array.from({ length: training.samples }, (_, i) => i).filter((i) => !taken.has(i)),
      ),
      validation: takeSamples(training, held),
    });
    left = indices.train.map((i) => left[i]);
  }
  return folds;
}
