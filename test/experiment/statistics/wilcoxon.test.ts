import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { nonInferiority } from "../../../bench/studies/generalization/non-inferiority.js";
import { wilcoxonSignedRank } from "../../../src/experiment/statistics/wilcoxon.js";
import fixture from "../../fixtures/statistics.json" with { type: "json" };
import { signAssignments } from "./signs.js";

const ALTERNATIVES = ["greater", "less", "two-sided"] as const;
const tenths = fc.integer({ min: -6, max: 6 }); // whole numbers, so that there are ties and zeros
const few = fc.array(tenths, { minLength: 1, maxLength: 9 });

test.each(fixture.wilcoxon)(
  "$n differences (case %#) have scipy's statistic and exact p-values",
  ({ differences, n, statistic, p }) => {
    for (const alternative of ALTERNATIVES) {
      const found = wilcoxonSignedRank(differences, alternative);
      expect(found).toMatchObject({ statistic, n, zeros: differences.length - n });
      expect(Math.abs(found.p - p[alternative])).toBeLessThan(1e-12 * p[alternative]);
    }
  },
);

/** p by going through all signs; ranks by counting: (smaller) + (equal + 1) / 2. */
function bruteForce(differences: readonly number[]): Record<(typeof ALTERNATIVES)[number], number> {
  const ranked = differences.filter((d) => d !== 0);
  const size = ranked.map(Math.abs);
  const ranks = size.map((a) => size.filter((b) => b < a).length + (size.filter((b) => b === a).length + 1) / 2);
  const sumOf = (positive: readonly boolean[]) => ranks.reduce((sum, rank, i) => sum + (positive[i] ? rank : 0), 0);
  const observed = sumOf(ranked.map((d) => d > 0));
  const sums = signAssignments(ranked.length).map(sumOf);
  const greater = sums.filter((sum) => sum >= observed).length / sums.length;
  const less = sums.filter((sum) => sum <= observed).length / sums.length;
  return { greater, less, "two-sided": Math.min(1, 2 * Math.min(greater, less)) };
}

describe("the signed-rank test", () => {
  test("has the p-value of all 2^n signs, with ties and zeros", () => {
    fc.assert(
      fc.property(few, (differences) => {
        const all = bruteForce(differences);
        for (const alternative of ALTERNATIVES) expect(wilcoxonSignedRank(differences, alternative).p).toBe(all[alternative]);
      }),
    );
    const twelve = [3, -1, 4, 1, -5, 9, 2, 6, 0, 5, 3, -5];
    expect(wilcoxonSignedRank(twelve, "greater").p).toBe(bruteForce(twelve).greater);
  });

  test("turns around with its differences, whatever their number", () => {
    fc.assert(
      fc.property(fc.array(tenths, { minLength: 1, maxLength: 50 }), (differences) => {
        const turned = differences.map((d) => -d);
        const greater = wilcoxonSignedRank(differences, "greater").p;
        expect(greater).toBe(wilcoxonSignedRank(turned, "less").p);
        expect(wilcoxonSignedRank(differences, "two-sided").p).toBe(wilcoxonSignedRank(turned, "two-sided").p);
        expect(greater).toBeGreaterThan(0);
        expect(greater).toBeLessThanOrEqual(1);
      }),
    );
  });

  test("gives less for a difference that rises, as long as no rank changes hands", () => {
    expect(wilcoxonSignedRank([1, 2, 3, 4, 5], "greater").p).toBe(1 / 32);
    expect(wilcoxonSignedRank([-1, 2, 3, 4, 5], "greater").p).toBe(2 / 32);
    expect(wilcoxonSignedRank([1, -2, 3, 4, 5], "greater").p).toBe(3 / 32);
  });

  test("takes what differs by rounding alone for tied, and leaves out what is 0 but for rounding", () => {
    const rounded = [0.3 - 0.2, 0.1 - 0.2, 0.1 + 0.2 - 0.3, 0.7 - 0.4];
    expect(wilcoxonSignedRank(rounded, "greater")).toEqual(wilcoxonSignedRank([1, -1, 0, 3], "greater"));
    expect(wilcoxonSignedRank(rounded, "greater")).toEqual({ statistic: 4.5, n: 3, zeros: 1, p: 3 / 8 });
    expect(wilcoxonSignedRank(rounded, "greater", 0)).toMatchObject({ n: 4, zeros: 0 });
  });

  test("finds nothing where nothing differs", () => {
    for (const alternative of ALTERNATIVES) {
      expect(wilcoxonSignedRank([0, 0], alternative)).toEqual({ statistic: 0, n: 0, zeros: 2, p: 1 });
    }
  });

  test("is close to the normal distribution at the most differences it takes", () => {
    const differences = Array.from({ length: 500 }, (_, i) => (i % 9 < 4 ? -1 : 1) * (i + 1));
    const { statistic, p } = wilcoxonSignedRank(differences, "greater");
    const z = (statistic - 0.5 - (500 * 501) / 4) / Math.sqrt((500 * 501 * 1001) / 24);
    // 1 - Phi(z) by the trapezoidal rule
    let tail = 0;
    for (let x = z; x < 12; x += 1e-3) tail += (1e-3 * (Math.exp(-(x ** 2) / 2) + Math.exp(-((x + 1e-3) ** 2) / 2))) / 2;
    expect(p / (tail / Math.sqrt(2 * Math.PI))).toBeCloseTo(1, 2);
  });

  test("refuses what it cannot rank", () => {
    expect(() => wilcoxonSignedRank([], "greater")).toThrow("signed-rank test: no differences are given");
    expect(() => wilcoxonSignedRank([1, Number.NaN], "less")).toThrow("signed-rank test: difference: NaN");
    expect(() => wilcoxonSignedRank(new Array(501).fill(1), "less")).toThrow("501 differences are more than the 500");
    expect(() => wilcoxonSignedRank([1], "grater" as "greater")).toThrow('did you mean "greater"?');
    expect(() => wilcoxonSignedRank([1], "greater", -1)).toThrow("resolution: -1");
  });
});

test("non-inferiority moves the differences by the margin, which makes a small loss count for the method", () => {
  const losses = [-0.01, -0.005, 0, 0.002, -0.014, -0.012];
  expect(wilcoxonSignedRank(losses, "greater").p).toBeGreaterThan(0.9);
  expect(nonInferiority(losses, 0.015)).toMatchObject({ n: 6, zeros: 0, statistic: 21, p: 1 / 64 });
  expect(nonInferiority([-0.015, -0.03, 0.01], 0.015)).toMatchObject({ n: 2, zeros: 1, statistic: 2, p: 0.5 });
  expect(() => nonInferiority(losses, 0)).toThrow("non-inferiority: margin: 0");
});
