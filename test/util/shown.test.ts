import { expect, it } from "vitest";
import { cut, shown } from "../../src/util/shown.js";

it.each<[unknown, string]>([
  [5, "5"],
  [-0.5, "-0.5"],
  [null, "null"],
  [undefined, "undefined"],
  [true, "true"],
  ['a "b"', '"a \\"b\\""'],
  [[], "[]"],
  [[1, "a", [2, [3]]], '[1, "a", [2, [...]]]'],
  [{ a: 1, toString: 2 }, "{a, toString}"],
  [[1, 2, 3, 4, 5, 6, 7, 8, 9], "[1, 2, 3, 4, 5, 6, 7, 8, ...]"],
])("shows %j as %s", (value, text) => {
  expect(shown(value)).toBe(text);
});

it("is short however long, wide or deep a value is", () => {
  let deep: unknown = 1;
  for (let k = 0; k < 100_000; k++) deep = k % 2 ? [deep] : { a: deep };
  const long = "x".repeat(1000);
  const wide = Array.from({ length: 1000 }, () => Array.from({ length: 1000 }, () => long));
  for (const value of [deep, wide, "x".repeat(1e6), { ["k".repeat(1e6)]: 1 }])
    expect(shown(value).length).toBeLessThan(8 * 8 * 100);
  expect(cut("x".repeat(81))).toBe(`${"x".repeat(80)}...`);
  expect(cut("x".repeat(80))).toBe("x".repeat(80));
});
