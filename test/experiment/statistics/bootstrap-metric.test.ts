import { expect, test } from "vitest";
import { bootstrapMetric } from "../../../src/experiment/statistics/bootstrap-metric.js";
import { concordance } from "../../../src/metrics/concordance.js";
import { mae } from "../../../src/metrics/mae.js";
import { rmse } from "../../../src/metrics/rmse.js";
import { random } from "../../../src/util/random.js";

test("the interval of a mean has the standard error of a mean", () => {
  const rng = random(1, "values");
  const z = Float32Array.from({ length: 200 }, () => rng.normal());
  const mean = z.reduce((a, b) => a + b) / 200;
  const std = Math.sqrt(z.reduce((sum, value) => sum + (value - mean) ** 2, 0) / 200);
  const metric = {
    name: "mean",
    better: "larger",
    over: (of: { z: Float32Array }) => of.z.reduce((a, b) => a + b) / 200,
  } as const;
  const found = bootstrapMetric(metric, { z, targets: new Float32Array(200), samples: 200, outputs: 1 });
  expect(found?.mean).toBe(mean);
  expect(found?.error).toBeCloseTo(std / Math.sqrt(200), 2);
  expect(found?.low).toBeCloseTo(mean - (1.96 * std) / Math.sqrt(200), 1);
  expect(found?.high).toBeCloseTo(mean + (1.96 * std) / Math.sqrt(200), 1);
});

test("of metrics that the device sums it is that of the same numbers, of several targets and quantiles, too", () => {
  const rng = random(2, "values");
  const [samples, outputs] = [50, 6]; // two targets, three quantiles each
  const z = Float32Array.from({ length: samples * outputs }, () => rng.normal());
  const targets = Float32Array.from({ length: samples * 2 }, () => rng.normal());
  const errorsOf = (of: { z: Float32Array; targets: ArrayLike<number> }) =>
    Array.from(of.targets, (target, k) => of.z[3 * k + 1] - target);
  for (const metric of [rmse, mae]) {
    const root = metric === rmse;
    const over = (of: Parameters<typeof errorsOf>[0]) => {
      const sum = errorsOf(of).reduce((total, e) => total + (root ? e * e : Math.abs(e)), 0) / 100;
      return root ? Math.sqrt(sum) : sum;
    };
    const outcome = { z, targets, samples, outputs };
    const expected = bootstrapMetric({ name: "own", better: "smaller", over }, outcome);
    const found = bootstrapMetric(metric, outcome);
    for (const key of ["mean", "low", "high", "error"] as const) expect(found?.[key]).toBeCloseTo(expected?.[key] as number, 12);
  }
});

test("a metric that a resample does not define has no interval", () => {
  const few = { z: Float32Array.of(1, 2, 3), targets: [1, 1, 2, 0, 3, 0], samples: 3, outputs: 1 };
  expect(bootstrapMetric(concordance, few)).toBeNull();
  const perfect = {
    ...few,
    z: Float32Array.from({ length: 60 }, (_, i) => -i),
    targets: Array.from({ length: 120 }, (_, k) => (k % 2 ? 1 : k)),
    samples: 60,
  };
  expect(bootstrapMetric(concordance, perfect)).toMatchObject({ mean: 1, low: 1, high: 1, error: 0, level: 0.95 });
  expect(() => bootstrapMetric(concordance, few, { resamples: 10 })).toThrow("10 resamples are too few for a level of 0.95");
});
