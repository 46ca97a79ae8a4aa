import { type Metric, type Outcome, valueOver } from "../../metrics/metric.js";
import { check, checkInteger, checkKeys, checkObject, checkTyped, isList } from "../../util/check.js";
import { random } from "../../util/random.js";
import { type BootstrapOptions, checkLevel, percentileInterval } from "./bootstrap.js";
import type { Interval } from "./interval.js";

/**
 * A percentile interval of a metric: what it may be off by because of these samples (Efron and Tibshirani
 * 1993). Each of `resamples` (default 1,000) draws as many samples with replacement. `mean` is the number itself. `low` and `high` are the k-th
 * smallest and largest of its values, with k = floor((resamples + 1) (1 - level) / 2). `error` is their standard deviation.
 * Null where the metric is not defined in every resample: then there are too few samples, or events.
 *
 * Throws unless 0 < level < 1 and there are resamples enough for k >= 1.
 */
export function bootstrapMetric(metric: Metric, outcome: Outcome, options: BootstrapOptions = {}): Interval | null {
  const where = "bootstrapMetric";
  checkKeys<BootstrapOptions>(options, { level: true, resamples: true, seed: true }, `${where}: option`);
  const { level = 0.95, resamples = 1000, seed = 1 } = options;
  checkObject(metric, `${where}: metric`, "metric");
  checkObject(outcome, `${where}: outcome`);
  checkTyped(outcome.z, Float32Array, `${where}: z`);
  checkInteger(outcome.samples, `${where}: samples`, 1);
  checkInteger(outcome.outputs, `${where}: outputs`, 1);
  const whole = isList(outcome.targets) && outcome.targets.length % outcome.samples === 0;
  check(whole && outcome.z.length === outcome.samples * outcome.outputs, where, () => {
    return `z and targets are not of ${outcome.samples} samples`;
  });
  check(metric.over !== undefined || metric.measure !== undefined, where, () => "the metric has neither measure nor over");
  checkLevel(level, resamples, where);
  const { z, targets, samples, outputs } = outcome;
  const width = targets.length / samples;
  const rng = random(seed, "bootstrap");
  const drawn = new Uint32Array(samples);
  const values: number[] = [];
  for (let r = 0; r < resamples; r++) {
    rng.fillBelow(samples, drawn);
    const own = {
      z: Float32Array.from({ length: z.length }, (_, i) => z[drawn[Math.floor(i / outputs)] * outputs + (i % outputs)]),
      targets: Float64Array.from(
        { length: targets.length },
        (_, i) => targets[drawn[Math.floor(i / width)] * width + (i % width)],
      ),
      samples,
      outputs,
    };
    if (metric.unfit?.(own.targets, own) !== undefined) return null;
    values.push(valueOver(metric, own));
  }
  return percentileInterval(valueOver(metric, outcome), values, level);
}
