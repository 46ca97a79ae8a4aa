import * as fc from "fast-check";
import { expect, it } from "vitest";
import { fitTemperature } from "../../src/api/metrics.js";
import { fitOutputs } from "../../src/metrics/classes/temperature.js";
import { numRuns } from "../matrix.js";

/** Rows of outputs of three classes, a label each. */
const outputs = fc.array(fc.tuple(fc.nat(2), fc.array(fc.integer({ min: -40, max: 40 }), { minLength: 3, maxLength: 3 })), {
  minLength: 1,
  maxLength: 12,
});

/** Mean of -ln of the label's part of softmax(z / T). */
const lossAt = (rows: readonly (readonly [number, readonly number[]])[], temperature: number) =>
  rows.reduce((total, [label, z]) => {
    const most = Math.max(...z);
    const sum = z.reduce((all, value) => all + Math.exp((value - most) / temperature), 0);
    return total + Math.log(sum) + (most - z[label]) / temperature;
  }, 0) / rows.length;

it("the temperature makes the log loss least of all that are tried", () => {
  const tried = Array.from({ length: 401 }, (_, k) => 20 ** (k / 200 - 1));
  fc.assert(
    fc.property(outputs, (drawn) => {
      const rows = drawn.map(([label, z]) => [label, z.map((value) => value / 4)] as const);
      const p = rows.flatMap(([, z]) => z.map((value) => Math.exp(value) / z.reduce((all, other) => all + Math.exp(other), 0)));
      const { temperature, before, after } = fitTemperature(
        Float64Array.from(p),
        rows.map(([label]) => label),
        3,
      );
      const least = Math.min(...tried.map((other) => lossAt(rows, other)));
      expect(temperature).toBeGreaterThanOrEqual(1 / 20);
      expect(temperature).toBeLessThanOrEqual(20);
      expect(before).toBeCloseTo(lossAt(rows, 1), 9);
      expect(lossAt(rows, temperature)).toBeLessThan(least + 1e-9 * (1 + least));
      expect(after).toBeCloseTo(lossAt(rows, temperature), 9);
    }),
    numRuns(100),
  );
});

it("of samples that are all right, or all wrong, it is the least or the most that is tried", () => {
  const p = Float64Array.of(0.9, 0.1, 0.8, 0.2);
  expect([fitTemperature(p, [0, 0], 2).temperature, fitTemperature(p, [1, 1], 2).temperature]).toEqual([1 / 20, 20]);
  expect(fitTemperature(Float64Array.of(0.5, 0.5), [0], 2).after).toBeCloseTo(Math.LN2, 12);
});

it("of outputs that lie far apart it is theirs, where probabilities are too small to tell", () => {
  const rows = Array.from({ length: 40 }, (_, i) => [i % 4 === 0 ? 1 : 0, [300, 0, -90000]] as const); // a quarter are wrong
  const z = Float64Array.from(rows.flatMap(([, own]) => own));
  const labels = rows.map(([label]) => label);
  const { temperature, after } = fitOutputs(z, labels, 3);
  expect(temperature).toBe(20); // 300 / ln 3 would be best
  expect(after).toBeCloseTo(lossAt(rows, 20), 9);
  const nearer = rows.map(([label, own]) => [label, own.map((value) => value / 15)] as const);
  const found = fitOutputs(Float64Array.from(nearer.flatMap(([, own]) => own)), labels, 3);
  expect(found.temperature).toBeCloseTo(20 / Math.log(3), 6);
  expect(found.before).toBeCloseTo(lossAt(nearer, 1), 9);
});
