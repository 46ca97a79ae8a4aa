import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createPace, startBudget } from "../../bench/budget.js";
import { quantile, summarize } from "../../bench/stats.js";
import { mergeTurns } from "../../bench/suites/step.js";

describe("quantile", () => {
  // numpy.quantile([7, 1, 4, 10, 2], q), q = 0, .1, .5, .9, 1
  it("agrees with numpy's default", () => {
    const values = [7, 1, 4, 10, 2];
    const expected = [1, 1.4, 4, 8.8, 10];
    [0, 0.1, 0.5, 0.9, 1].forEach((q, i) => {
      expect(quantile(values, q)).toBeCloseTo(expected[i], 12);
    });
  });

  it("lies between neighbours in order, whatever the order of the values", () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: 0, max: 1e6, noNaN: true }), { minLength: 1, maxLength: 40 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (values, q) => {
          const found = quantile(values, q);
          const below = values.filter((value) => value <= found).length;
          const above = values.filter((value) => value >= found).length;
          expect(below).toBeGreaterThanOrEqual(Math.floor(q * (values.length - 1)));
          expect(above).toBeGreaterThanOrEqual(Math.floor((1 - q) * (values.length - 1)));
          expect(quantile([...values].reverse(), q)).toBe(found);
        },
      ),
    );
  });

  it("of nothing is refused", () => {
    expect(() => quantile([], 0.5)).toThrow(/no values/);
  });
});

it("a summary holds least, median, 90 % quantile and how they came about", () => {
  expect(summarize([3, 1, 2], 7)).toEqual({ min: 1, median: 2, p90: expect.closeTo(2.8, 12), rounds: 3, replays: 7 });
});

it("turns merge into the least, the median of medians and the worst 90 % quantile", () => {
  const turn = (min: number, median: number, p90: number) => ({ min, median, p90, rounds: 3, replays: 4 });
  expect(mergeTurns([turn(1, 5, 9), turn(2, 3, 4), turn(3, 4, 20)])).toEqual({
    min: 1,
    median: 4,
    p90: 20,
    rounds: 9,
    replays: 4,
  });
  expect(mergeTurns([turn(1, 2, 3), turn(1, 4, 5)]).median).toBe(3);
});

describe("a budget", () => {
  it("refuses what does not fit into what is left, and everything when nothing is", () => {
    let now = 1000;
    const budget = startBudget(10, () => now);
    expect(budget.refuses(9999)).toBeNull();
    expect(budget.refuses(10_001)).toMatch(/about 10.0 s, 10.0 s are left of the 10 s/);
    now += 9000;
    expect(budget.left()).toBe(1000);
    expect(budget.refuses(1001)).toMatch(/1.0 s are left/);
    expect(budget.refuses(0)).toBeNull();
    now += 2000;
    expect(budget.left()).toBe(0);
    expect(budget.refuses(0)).toMatch(/10 s of this part of the suite are spent/);
  });

  it("shares out a fraction, and never more than is left", () => {
    let now = 0;
    const budget = startBudget(10, () => now);
    expect(budget.share(0.3).left()).toBe(3000);
    now = 9000;
    expect(budget.share(0.3).left()).toBe(1000);
  });
});

describe("the pace of work", () => {
  it("is unknown without a smaller piece under the same name", () => {
    const pace = createPace();
    pace.learn("spmm", 100, 10);
    expect(pace.predict("sddmm", 200)).toBeNull();
    expect(pace.predict("spmm", 50)).toBeNull();
    expect(pace.predict("spmm", 200, 2)).toBeNull();
  });

  it("is in proportion after one piece, and a line with its fixed part after two", () => {
    const pace = createPace();
    pace.learn("spmm", 100, 10);
    expect(pace.predict("spmm", 200)).toBe(20);
    pace.learn("spmm", 200, 15); // 5 + 0.05 work
    expect(pace.predict("spmm", 1000, 2)).toBeCloseTo(55, 9);
  });

  it("never predicts less than a smaller piece took", () => {
    const pace = createPace();
    pace.learn("spmm", 100, 30);
    pace.learn("spmm", 200, 20);
    expect(pace.predict("spmm", 400)).toBe(20);
  });
});
