import type { Dataset } from "../data/dataset.js";
import { check } from "../util/check.js";

/** The RMSE on `test` of taking the mean of each target in `train` for every sample: what any model must beat. */
export function meanError(train: Dataset, test: Dataset): number {
  const { targets = new Float64Array(0), samples } = train;
  const width = targets.length / samples;
  check(width > 0 && test.targets?.length === width * test.samples, "meanError", () => "the sets do not have the same targets");
  const mean = new Float64Array(width);
  for (let k = 0; k < targets.length; k++) mean[k % width] += targets[k] / samples;
  const squares = test.targets.reduce((sum, target, k) => sum + (target - mean[k % width]) ** 2, 0);
  return Math.sqrt(squares / test.targets.length);
}
