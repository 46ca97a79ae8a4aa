import { expect, test } from "vitest";
import { bootstrapInterval } from "../../../src/experiment/statistics/bootstrap.js";
import { random } from "../../../src/util/random.js";

/** Every way to draw `size` of `size` with replacement. */
function draws(size: number): number[][] {
  return Array.from({ length: size ** size }, (_, code) =>
    Array.from({ length: size }, (_, i) => Math.floor(code / size ** i) % size),
  );
}

/** The means of all resamples that there are, each as likely as any other, smallest first. */
function allMeans(table: readonly (readonly number[])[]): number[] {
  const means = draws(table.length).flatMap((seeds) =>
    draws(table[0].length).map((samples) => {
      const cells = seeds.flatMap((s) => samples.map((i) => table[s][i]));
      return cells.reduce((a, b) => a + b, 0) / cells.length;
    }),
  );
  return means.sort((a, b) => a - b);
}

const TABLE = [
  [1, 0, 1.13, 0.2],
  [0.9, 0.31, 1.5, -0.4],
  [0.2, 0, 0.7, -1],
];

test("the interval is that of all resamples of seeds and samples", () => {
  const means = allMeans(TABLE);
  const at = (p: number) => means[Math.floor(p * means.length)];
  const centre = means.reduce((a, b) => a + b, 0) / means.length;
  const spread = Math.sqrt(means.reduce((sum, mean) => sum + (mean - centre) ** 2, 0) / means.length);
  for (const level of [0.5, 0.8, 0.9]) {
    const { mean, low, high, error } = bootstrapInterval(TABLE, { level, resamples: 40_000 });
    const tail = (1 - level) / 2;
    expect(mean).toBeCloseTo(centre, 12);
    expect(Math.abs(error / spread - 1)).toBeLessThan(0.02);
    // Four standard errors of a share of 40,000
    expect(low).toBeGreaterThanOrEqual(at(tail - 0.01));
    expect(low).toBeLessThanOrEqual(at(tail + 0.01));
    expect(high).toBeGreaterThanOrEqual(at(1 - tail - 0.01));
    expect(high).toBeLessThanOrEqual(at(1 - tail + 0.01));
  }
});

test("seeds that agree leave the binomial spread of the samples, samples that agree that of the seeds", () => {
  const row = Array.from({ length: 400 }, (_, i) => Number(i % 4 !== 0));
  const alike = bootstrapInterval([row, row, row]);
  expect(alike.mean).toBe(0.75);
  expect(Math.abs(alike.error / Math.sqrt((0.75 * 0.25) / 400) - 1)).toBeLessThan(0.05);
  expect(alike.low).toBeCloseTo(0.75 - 1.96 * alike.error, 2);
  expect(alike.high).toBeCloseTo(0.75 + 1.96 * alike.error, 2);
  const constant = [0.7, 0.8, 0.9, 0.8, 0.8].map((value) => new Array<number>(50).fill(value));
  expect(Math.abs(bootstrapInterval(constant).error / Math.sqrt(0.004 / 5) - 1)).toBeLessThan(0.05);
});

test("a paired interval is narrower than those of two methods that go wrong on the same samples", () => {
  const rng = random(3, "test");
  const first = Array.from({ length: 5 }, () =>
    Uint8Array.from({ length: 300 }, (_, i) => Number(i % 5 > 0 || rng.below(9) === 0)),
  );
  const second = first.map((row) => row.map((cell) => (rng.below(20) === 0 ? 1 - cell : cell)));
  const paired = bootstrapInterval(first.map((row, s) => Array.from(row, (cell, i) => cell - second[s][i])));
  const [a, b] = [bootstrapInterval(first), bootstrapInterval(second)];
  expect(paired.mean).toBeCloseTo(a.mean - b.mean, 12);
  expect(paired.high - paired.low).toBeLessThan(0.7 * (a.high - a.low));
  expect(paired.low <= paired.mean && paired.mean <= paired.high).toBe(true);
});

test("the same seed gives the same interval, another one another, and a higher level one that holds it", () => {
  expect(bootstrapInterval(TABLE, { seed: 7 })).toEqual(bootstrapInterval(TABLE, { seed: 7 }));
  expect(bootstrapInterval(TABLE, { seed: 7 })).not.toEqual(bootstrapInterval(TABLE, { seed: 8 }));
  const [narrow, wide] = [bootstrapInterval(TABLE, { level: 0.5 }), bootstrapInterval(TABLE, { level: 0.99 })];
  expect(wide.low < narrow.low && narrow.high < wide.high).toBe(true);
});

test("what cannot be resampled is refused", () => {
  expect(() => bootstrapInterval([[1, 0]])).toThrow("bootstrap: there are results of 1 seeds; at least 2");
  expect(() => bootstrapInterval([[1], [0]])).toThrow("results of 1 test samples; at least 2");
  expect(() =>
    bootstrapInterval([
      [1, 0],
      [1, 0, 1],
    ]),
  ).toThrow("a seed has results of 3 test samples, the first of 2");
  expect(() =>
    bootstrapInterval([
      [1, 0],
      [1, Number.NaN],
    ]),
  ).toThrow("cell: NaN");
  expect(() => bootstrapInterval(TABLE, { resamples: 20 })).toThrow(
    "20 resamples are too few for a level of 0.95; give at least 39",
  );
  expect(bootstrapInterval(TABLE, { resamples: 39 }).low).toBeLessThan(0.5);
});
