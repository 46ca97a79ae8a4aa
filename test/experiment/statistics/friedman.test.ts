import fc from "fast-check";
import { expect, test } from "vitest";
import { friedman } from "../../../src/experiment/statistics/friedman.js";
import fixture from "../../fixtures/statistics.json" with { type: "json" };

test("mean ranks, statistics and p-values are scipy's, with and without ties", () => {
  for (const { scores, meanRanks, ...numbers } of fixture.friedman) {
    const found = friedman(scores);
    meanRanks.forEach((rank, j) => {
      expect(found.meanRanks[j]).toBeCloseTo(rank, 12);
    });
    for (const name of ["chiSquare", "p", "f", "pF"] as const)
      expect(Math.abs(found[name] / numbers[name] - 1), name).toBeLessThan(1e-11);
  }
});

test("the best method has rank 1, and ties share their ranks", () => {
  const { meanRanks } = friedman([
    [0.9, 0.8, 0.7],
    [0.5, 0.5, 0.4],
    [0.3 - 0.2, 0.2 - 0.1, 0.2],
  ]);
  expect(meanRanks).toEqual([(1 + 1.5 + 2.5) / 3, (2 + 1.5 + 2.5) / 3, (3 + 3 + 1) / 3]);
});

test("full agreement has the largest statistic, full ties the smallest", () => {
  const agreeing = friedman([1, 2, 3, 4].map((shift) => [3 * shift, 2 * shift, shift]));
  expect(agreeing).toMatchObject({ meanRanks: [1, 2, 3], chiSquare: 8, f: Infinity, pF: 0 });
  expect(agreeing.p).toBeCloseTo(Math.exp(-4), 13);
  expect(
    friedman([
      [1, 1, 1],
      [2, 2, 2],
    ]),
  ).toEqual({ meanRanks: [2, 2, 2], chiSquare: 0, p: 1, f: 0, pF: 1 });
});

test("scores count by their order within a dataset alone, and exchanged methods exchange their ranks", () => {
  const row = fc.array(fc.integer({ min: 0, max: 9 }), { minLength: 4, maxLength: 4 });
  fc.assert(
    fc.property(fc.array(row, { minLength: 2, maxLength: 12 }), (scores) => {
      const found = friedman(scores);
      expect(friedman(scores.map((r, i) => r.map((v) => Math.exp(v) + 100 * i)))).toEqual(found);
      const turned = friedman(scores.map((r) => r.toReversed()));
      expect(turned).toEqual({ ...found, meanRanks: found.meanRanks.toReversed() });
      expect(found.meanRanks.reduce((a, b) => a + b, 0)).toBeCloseTo(10, 12);
      for (const p of [found.p, found.pF]) expect(p >= 0 && p <= 1).toBe(true);
    }),
  );
});

test("scores that cannot be ranked are refused", () => {
  expect(() => friedman([[1, 2]])).toThrow("Friedman test: there are scores of 1 datasets; at least 2");
  expect(() => friedman([[1], [2]])).toThrow("scores of 1 methods; at least 2");
  expect(() =>
    friedman([
      [1, 2],
      [1, 2, 3],
    ]),
  ).toThrow("a dataset has scores of 3 methods, the first of 2");
  expect(() =>
    friedman([
      [1, 2],
      [1, Number.NaN],
    ]),
  ).toThrow("score: NaN");
});
