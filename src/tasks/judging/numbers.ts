import { mae } from "../../metrics/mae.js";
import { valueOver } from "../../metrics/metric.js";
import { r2 } from "../../metrics/r2.js";
import { rmse } from "../../metrics/rmse.js";
import { spearman } from "../../metrics/spearman.js";
import { leastWeights } from "./blend-weights.js";
import { type Heard, type Judging, joined, mixed, valuesOf } from "./judging.js";

/**
 * The root of the mean over targets of sum (z - t)^2 / sum (t - mean t)^2: errors in deviations of each target, so that units do not count. 1 is
 * what the means reach.
 */
function relativeError(folds: readonly Heard[]): number {
  const { z, targets, samples, outputs } = joined(folds);
  const mean = new Float64Array(outputs);
  for (let k = 0; k < z.length; k++) mean[k % outputs] += targets[k] / samples;
  const [off, all] = [new Float64Array(outputs), new Float64Array(outputs)];
  for (let k = 0; k < z.length; k++) {
    off[k % outputs] += (z[k] - targets[k]) ** 2;
    all[k % outputs] += (targets[k] - mean[k % outputs]) ** 2;
  }
  return Math.sqrt(off.reduce((sum, value, t) => sum + value / all[t], 0) / outputs);
}

const samplesOf = (folds: readonly Heard[]) => folds.reduce((sum, { said, outputs }) => sum + said.length / outputs, 0);

/** Outputs are numbers in the targets' own units, one for each. Weights are those of least squares: of normal errors the likeliest. */
export const judgeNumbers: Judging = {
  hear: ({ z }) => Array.from(z),
  score: { name: "relativeError", label: "error in deviations", better: "smaller", range: [0, Infinity], of: relativeError },
  beside: {
    name: rmse.name,
    label: rmse.label,
    better: "smaller",
    range: [0, Infinity],
    of: (folds) => valueOver(rmse, joined(folds)),
  },
  weigh: (models) => leastWeights((weights) => samplesOf(models[0]) * Math.log(relativeError(mixed(models, weights)))),
  baselines: ["mean"],
  metrics: [rmse, mae, r2, spearman],
  outcomes: (folds) => [joined(folds)],
  measures: (outputs) => (outputs > 1 ? [r2, spearman, rmse, mae] : [rmse, mae, r2, spearman]), // an RMSE of several units is that of the largest
  answers: ({ values }: { readonly values: Float32Array }) => values,
  pooled: (values) => values,
  measure: (answers, targets, outputs) =>
    valuesOf([rmse, mae, r2, spearman], { z: Float32Array.from(answers), targets, samples: answers.length / outputs, outputs }),
};
