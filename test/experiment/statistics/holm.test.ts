import fc from "fast-check";
import { expect, test } from "vitest";
import { holm } from "../../../src/experiment/statistics/holm.js";

const pValues = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 12 });

test("p-values adjusted by hand", () => {
  // sorted .005 .01 .03 .04: x4 .02, x3 .03, x2 .06, x1 .04 raised to .06
  expect(holm([0.01, 0.04, 0.03, 0.005])).toEqual([0.03, 0.06, 0.06, 0.02]);
  // six: .001 x6, .012 x5, .013 x4 = .052 raised to .06, .2 x3, .45 x2, .9
  const six = holm([0.9, 0.012, 0.2, 0.001, 0.013, 0.45]);
  [0.9, 0.06, 0.6, 0.006, 0.06, 0.9].forEach((p, i) => {
    expect(six[i]).toBeCloseTo(p, 14);
  });
  expect(holm([0.02, 0.02, 0.6])).toEqual([0.06, 0.06, 0.6]);
  expect(holm([0.3, 0.4])).toEqual([0.6, 0.6]);
  expect(holm([0.7, 0.8, 0])).toEqual([1, 1, 0]);
  expect(holm([0.03])).toEqual([0.03]);
  expect(holm([])).toEqual([]);
});

test("rejecting by adjusted p-values is Holm's step-down procedure", () => {
  fc.assert(
    fc.property(pValues, fc.constantFrom(0.01, 0.05, 0.3), (p, alpha) => {
      const sorted = p.toSorted((a, b) => a - b);
      const kept = sorted.findIndex((value, i) => (p.length - i) * value > alpha); // the first not rejected; all behind it are kept too
      const bound = kept === -1 ? Infinity : sorted[kept];
      expect(holm(p).map((adjusted) => adjusted <= alpha)).toEqual(p.map((value) => value < bound));
    }),
  );
});

test("adjusted p-values are at least the given ones and at most 1, in the same order, and rise with them", () => {
  fc.assert(
    fc.property(pValues, fc.nat(), (p, at) => {
      const adjusted = holm(p);
      adjusted.forEach((value, i) => {
        expect(value >= p[i] && value <= 1).toBe(true);
        for (let j = 0; j < p.length; j++) if (p[j] <= p[i]) expect(adjusted[j]).toBeLessThanOrEqual(value);
      });
      if (p.length === 0) return;
      const raised = holm(p.with(at % p.length, 1));
      raised.forEach((value, i) => {
        expect(value).toBeGreaterThanOrEqual(adjusted[i]);
      });
    }),
  );
});

test("what is not a probability is refused", () => {
  expect(() => holm([0.1, 1.5])).toThrow("Holm's adjustment: p-value: 1.5");
  expect(() => holm([Number.NaN])).toThrow("p-value: NaN");
});
