import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { hodgesLehmann } from "../../../src/experiment/statistics/hodges-lehmann.js";
import { wilcoxonSignedRank } from "../../../src/experiment/statistics/wilcoxon.js";
import { signAssignments } from "./signs.js";

const whole = fc.integer({ min: -1000, max: 1000 });
const values = fc.array(whole, { minLength: 1, maxLength: 20 });

/** The median of all pairs' averages, a difference with itself among them. */
function medianOfPairs(d: readonly number[]): number {
  const all = d.flatMap((a, i) => d.slice(i).map((b) => (a + b) / 2)).sort((a, b) => a - b);
  const half = all.length / 2;
  return Number.isInteger(half) ? (all[half - 1] + all[half]) / 2 : all[Math.floor(half)];
}

describe("the Hodges-Lehmann estimate", () => {
  test("is the median of the averages of all pairs", () => {
    expect(hodgesLehmann([1, 2, 6]).estimate).toBe(2.75); // of 1 1.5 2 3.5 4 6
    expect(hodgesLehmann([7]).estimate).toBe(7);
    fc.assert(
      fc.property(values, (d) => {
        expect(hodgesLehmann(d).estimate).toBe(medianOfPairs(d));
      }),
    );
  });

  test("moves with its differences, turns with them, and does not depend on their order", () => {
    fc.assert(
      fc.property(values, whole, (d, shift) => {
        const { estimate, interval } = hodgesLehmann(d, 0.8);
        const moved = hodgesLehmann(d.map((v) => v + shift).reverse(), 0.8);
        const turned = hodgesLehmann(
          d.map((v) => 0 - v),
          0.8,
        );
        expect(moved.estimate).toBe(estimate + shift);
        expect(turned.estimate).toBe(0 - estimate);
        if (interval === null) {
          expect([moved.interval, turned.interval]).toEqual([null, null]);
          return;
        }
        const { low, high, coverage } = interval;
        expect(low <= estimate && estimate <= high).toBe(true);
        expect(moved.interval).toEqual({ low: low + shift, high: high + shift, coverage });
        expect(turned.interval).toEqual({ low: 0 - high, high: 0 - low, coverage });
      }),
    );
  });

  test("has an interval that holds 0 for exactly `coverage` of all signs of distinct differences, the least that is the level or more", () => {
    for (const n of [4, 6, 8, 10]) {
      const size = Array.from({ length: n }, (_, i) => 1 + i * Math.SQRT2 + i ** 3 / 7);
      const signs = signAssignments(n);
      for (const level of [0.5, 0.8, 0.875]) {
        const holding = signs.filter((positive) => {
          const { interval } = hodgesLehmann(
            size.map((v, i) => (positive[i] ? v : -v)),
            level,
          );
          return interval !== null && interval.low <= 0 && interval.high >= 0;
        });
        const coverage = hodgesLehmann(size, level).interval?.coverage;
        expect(coverage).toBeGreaterThanOrEqual(level);
        expect(holding.length / signs.length).toBe(coverage);
      }
    }
  });

  test("has an interval that holds 0 at least as often where differences tie or are 0", () => {
    for (const size of [
      [0, 1, 1, 2, 2, 2, 3, 5],
      [1, 1, 1, 1, 1, 1, 1],
      [0, 0, 0, 4, 4, 5, 6],
    ]) {
      const signs = signAssignments(size.length);
      const holding = signs.filter((positive) => {
        const { interval } = hodgesLehmann(
          size.map((v, i) => (positive[i] ? v : -v)),
          0.8,
        );
        return interval !== null && interval.low <= 0 && interval.high >= 0;
      });
      expect(holding.length / signs.length).toBeGreaterThanOrEqual(hodgesLehmann(size, 0.8).interval?.coverage ?? 1);
    }
  });

  test("leaves 0 out of its interval exactly where the two-sided test rejects", () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.integer({ min: -40, max: 60 }), { minLength: 6, maxLength: 15, selector: Math.abs }), (d) => {
        fc.pre(!d.includes(0));
        const { interval } = hodgesLehmann(d);
        const outside = interval !== null && (interval.low > 0 || interval.high < 0);
        expect(outside).toBe(wilcoxonSignedRank(d, "two-sided").p <= 0.05);
      }),
    );
  });

  test("says what its interval really covers, and that fewer than six differences have none at 95 %", () => {
    const ranks = (n: number) => Array.from({ length: n }, (_, i) => i + 1);
    expect(hodgesLehmann(ranks(5)).interval).toBeNull();
    expect(hodgesLehmann(ranks(5), 0.9).interval).toEqual({ low: 1, high: 5, coverage: 1 - 2 / 32 });
    expect(hodgesLehmann(ranks(6)).interval).toEqual({ low: 1, high: 6, coverage: 1 - 2 / 64 });
    // Tables of the signed-rank test: critical values at 5 %, two-sided, are 8 for n = 10, 17 for n = 13 and 25 for n = 15
    const positions: [number, number][] = [
      [10, 9],
      [13, 18],
      [15, 26],
    ];
    for (const [n, k] of positions) {
      const sorted = ranks(n)
        .flatMap((a) =>
          ranks(n)
            .filter((b) => b >= a)
            .map((b) => (a + b) / 2),
        )
        .sort((a, b) => a - b);
      expect(hodgesLehmann(ranks(n)).interval).toMatchObject({ low: sorted[k - 1], high: sorted[sorted.length - k] });
    }
    expect(hodgesLehmann(ranks(13)).interval?.coverage).toBeCloseTo(0.9521, 4);
  });

  test("refuses what has no centre", () => {
    expect(() => hodgesLehmann([])).toThrow("Hodges-Lehmann estimate: no differences are given");
    expect(() => hodgesLehmann([1, Infinity])).toThrow("difference: Infinity");
    expect(() => hodgesLehmann([1, 2], 95)).toThrow("level: 95");
  });
});
