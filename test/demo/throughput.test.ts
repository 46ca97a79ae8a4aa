import fc from "fast-check";
import { expect, test } from "vitest";
import { lossDifference, planWork, ratioText, spread } from "../../demo/throughput.js";

// What the throughput panel plans and says.

test("a repetition takes about its seconds on all sides together, or the least there is: a warming pass and one more over a batch", () => {
  const rate = fc.double({ min: 1, max: 1e7, noNaN: true });
  fc.assert(
    fc.property(
      fc.array(rate, { minLength: 1, maxLength: 2 }),
      fc.double({ min: 0.5, max: 3, noNaN: true }),
      fc.integer({ min: 1, max: 100_000 }),
      fc.integer({ min: 1, max: 512 }),
      (rates, seconds, all, batch) => {
        const { samples, epochs } = planWork(rates, seconds, all, batch);
        expect(samples === all || samples % batch === 0).toBe(true);
        expect(samples).toBeLessThanOrEqual(all);
        expect(Math.min(samples, epochs)).toBeGreaterThanOrEqual(1);
        if (epochs > 1) expect(samples).toBe(all);
        const taken = rates.reduce((sum, r) => sum + ((epochs + 1) * samples) / r, 0);
        const least = Math.min(batch, all);
        if (samples > least) expect(taken).toBeLessThanOrEqual(seconds * 1.0001);
        const more = samples < all ? Math.min(all, samples + batch) * 2 : samples * (epochs + 2);
        expect(rates.reduce((sum, r) => sum + more / r, 0)).toBeGreaterThan(seconds * 0.9999);
      },
    ),
  );
});

test.each([
  [3.123, 1, 8, "The GPU is 3.1 times as fast as this CPU, with 1 of 8 cores"],
  [118.7, 8, 8, "The GPU is 120 times as fast as this CPU, with 8 of 8 cores"],
  [1, 1, 1, "The GPU is 1 times as fast as this CPU, with 1 of 1 core"],
  [0.4321, 1, 2, "This CPU, with 1 of 2 cores, is 2.3 times as fast as the GPU"],
])("a ratio of %f against %i of %i cores is told as it is", (ratio, threads, cores, text) => {
  expect(ratioText(ratio, threads, cores)).toBe(text);
});

test("a spread holds the median of odd and the lower middle of even numbers of values, whatever their order", () => {
  expect(spread([9, 100, 11])).toEqual({ median: 11, least: 9, most: 100 });
  expect(spread([4, 1, 3, 2])).toEqual({ median: 2, least: 1, most: 4 });
});

test("losses differ relative to the larger one, and two of nothing do not", () => {
  expect(lossDifference(0.5, 0.4)).toBeCloseTo(0.2, 12);
  expect(lossDifference(0.4, 0.5)).toBeCloseTo(0.2, 12);
  expect(lossDifference(0, 0)).toBe(0);
});
