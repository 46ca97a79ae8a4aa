import { expect, test } from "vitest";
import { chiSquareTail, fTail, tQuantile } from "../../../src/experiment/statistics/distributions.js";
import fixture from "../../fixtures/statistics.json" with { type: "json" };

test("tails of chi-square and F, and quantiles of t, are scipy's to a part in 10^12", () => {
  for (const [x, nu, p] of fixture.chiSquareTail)
    expect(Math.abs(chiSquareTail(x, nu) / p - 1), `chi-square ${x} ${nu}`).toBeLessThan(1e-12);
  for (const [x, a, b, p] of fixture.fTail) expect(Math.abs(fTail(x, a, b) / p - 1), `F ${x} ${a} ${b}`).toBeLessThan(1e-12);
  for (const [p, nu, t] of fixture.tQuantile) expect(Math.abs(tQuantile(p, nu) / t - 1), `t ${p} ${nu}`).toBeLessThan(1e-11);
});

test("two degrees of freedom have closed forms", () => {
  for (const x of [0, 0.01, 1, 3.9, 4.1, 60, 1000]) {
    expect(chiSquareTail(x, 2) / Math.exp(-x / 2)).toBeCloseTo(1, 12);
    expect(fTail(x, 2, 6) / (1 + x / 3) ** -3).toBeCloseTo(1, 12);
  }
});

test("F of one degree of freedom above is the square of t", () => {
  for (const nu of [1, 2, 9, 60])
    for (const p of [0.6, 0.9, 0.999]) expect(fTail(tQuantile(p, nu) ** 2, 1, nu)).toBeCloseTo(2 * (1 - p), 13);
});

test("the ends of a tail are 1 and 0, and what has no tail is refused", () => {
  expect([chiSquareTail(0, 5), fTail(0, 3, 4), fTail(Infinity, 3, 4), chiSquareTail(1e5, 3)]).toEqual([1, 1, 0, 0]);
  expect(() => chiSquareTail(-1, 3)).toThrow("chi-square tail: x: -1 is not");
  expect(() => chiSquareTail(1, 0.5)).toThrow("chi-square tail: degrees of freedom: 0.5 is not an integer");
  expect(() => fTail(Number.NaN, 1, 1)).toThrow("F tail: x: NaN");
  expect(() => fTail(1, 1, 0)).toThrow("F tail: degrees of freedom below: 0");
});
