import fc from "fast-check";
import { expect, test } from "vitest";
import { tQuantile } from "../../src/experiment/statistics/distributions.js";
import { correctedInterval } from "../../src/experiment/statistics/interval.js";

// Expected values: scipy 1.10, stats.t.ppf(p, nu), which has about 9 digits right.
const QUANTILES: readonly (readonly [p: number, nu: number, t: number])[] = [
  [0.6, 1, 0.32491969623407446],
  [0.975, 1, 12.706204736432095],
  [0.99995, 1, 6366.1976656379375],
  [0.95, 2, 2.919985580355516],
  [0.975, 2, 4.302652729911275],
  [0.995, 3, 5.84090929975643],
  [0.975, 4, 2.7764451051977987],
  [0.99995, 4, 15.54410060550041],
  [0.6, 9, 0.26095533647391045],
  [0.975, 9, 2.2621571627409915],
  [0.995, 9, 3.2498355440153697],
  [0.99995, 10, 6.211050891607064],
  [0.975, 29, 2.045229642132703],
  [0.6, 99, 0.2540290121505094],
  [0.975, 99, 1.9842169515086827],
  [0.95, 500, 1.6479068539295045],
  [0.99995, 500, 3.922209231874851],
];

test.each(QUANTILES)("the %f quantile of Student's t with %i degrees of freedom is scipy's", (p, nu, t) => {
  expect(tQuantile(p, nu) / t).toBeCloseTo(1, 8);
  expect(tQuantile(1 - p, nu) / -t).toBeCloseTo(1, 8);
});

test("the quantiles of one and two degrees of freedom are those of their closed forms, and the median is 0", () => {
  for (const p of [0.01, 0.3, 0.7, 0.975, 0.9999]) {
    expect(tQuantile(p, 1) / Math.tan(Math.PI * (p - 0.5))).toBeCloseTo(1, 11);
    expect(tQuantile(p, 2) / ((2 * p - 1) * Math.sqrt(2 / (4 * p * (1 - p))))).toBeCloseTo(1, 11);
  }
  for (const nu of [1, 2, 3, 50]) expect(tQuantile(0.5, nu)).toBeCloseTo(0, 15);
});

test("a quantile is refused outside of its range", () => {
  expect(() => tQuantile(1, 4)).toThrow("t quantile: probability: 1 is not");
  expect(() => tQuantile(0.9, 0)).toThrow("t quantile: degrees of freedom: 0");
  expect(() => tQuantile(0.9, 2.5)).toThrow("2.5 is not an integer");
});

test("a worked case of the corrected interval", () => {
  // By hand: mean 0.85834; squared deviations sum to 0.009029, s^2 = 0.002257; sqrt((1/5 + 24/49) s^2) = 0.039459; t_4 = 2.776445
  const { mean, low, high, error, level } = correctedInterval([0.875, 0.9167, 0.7917, 0.8333, 0.875], 49, 24);
  expect(level).toBe(0.95);
  expect(mean).toBeCloseTo(0.85834, 12);
  expect(error).toBeCloseTo(0.03945913344518475, 12);
  expect(low).toBeCloseTo(0.7487838820907701, 10);
  expect(high).toBeCloseTo(0.9678961179092299, 10);
  const narrow = correctedInterval([0.875, 0.9167, 0.7917, 0.8333, 0.875], 49, 24, 0.9);
  expect(narrow.high - narrow.mean).toBeCloseTo(0.08412082662943625, 9);
});

test("equal values have an interval without width; what has no variance is refused", () => {
  expect(correctedInterval([0.5, 0.5, 0.5], 10, 5)).toMatchObject({ mean: 0.5, low: 0.5, high: 0.5, error: 0 });
  expect(() => correctedInterval([0.9], 10, 5)).toThrow("1 values have no variance; give those of at least two splits");
  expect(() => correctedInterval([0.9, Number.NaN], 10, 5)).toThrow("corrected interval: value: NaN");
  expect(() => correctedInterval([0.9, 0.8], 0, 5)).toThrow("training samples: 0");
  expect(() => correctedInterval([0.9, 0.8], 10, 5, 95)).toThrow("level: 95");
});

test("an interval of a measure with bounds ends at them, and is the same else", () => {
  const free = correctedInterval([0.98, 1], 40, 10);
  expect(free.high).toBeGreaterThan(1);
  expect(correctedInterval([0.98, 1], 40, 10, 0.95, [-Infinity, 1])).toEqual({ ...free, high: 1 });
  const wide = correctedInterval([0.1, 0.3], 40, 10);
  expect(wide.low).toBeLessThan(0);
  expect(correctedInterval([0.1, 0.3], 40, 10, 0.95, [0, Infinity])).toEqual({ ...wide, low: 0 });
  expect(correctedInterval([-0.9, 0.9], 40, 10, 0.95, [-1, 1])).toMatchObject({ low: -1, high: 1 });
});

test("intervals hold their mean, stay within bounds, and are those without bounds where they do not reach them", () => {
  const measure = fc.double({ min: 0, max: 1, noNaN: true });
  fc.assert(
    fc.property(fc.array(measure, { minLength: 2, maxLength: 12 }), (values) => {
      const { mean, low, high } = correctedInterval(values, 3, 1, 0.95, [0, 1]);
      expect(low).toBeGreaterThanOrEqual(0);
      expect(high).toBeLessThanOrEqual(1);
      expect(low - 1e-12).toBeLessThanOrEqual(mean);
      expect(high + 1e-12).toBeGreaterThanOrEqual(mean);
    }),
  );
  const narrow = [0.7, 0.7001, 0.6999];
  const [bound, free] = [correctedInterval(narrow, 3, 1, 0.95, [0, 1]), correctedInterval(narrow, 3, 1)];
  expect(bound).toEqual(free);
  expect(correctedInterval([1, 1, 1], 3, 1, 0.95, [0, 1])).toMatchObject({ low: 1, high: 1 });
  expect(() => correctedInterval([0.5, 1.5], 3, 1, 0.95, [0, 1])).toThrow("value: 1.5 is not a finite number from 0 to 1");
  expect(() => correctedInterval([0.5, 0.6], 3, 1, 0.95, [1, 0])).toThrow("range: ");
});
