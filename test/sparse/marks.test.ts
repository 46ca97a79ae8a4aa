import fc from "fast-check";
import { expect, test } from "vitest";
import { allMarked, countMarked } from "../../src/sparse/marks.js";

test("counts the bits of the slots there are, and no bit past them", () => {
  fc.assert(
    fc.property(fc.uint32Array({ maxLength: 6 }), fc.double({ min: 0, max: 1, noNaN: true }), (marks, part) => {
      const slots = Math.floor(part * 32 * marks.length);
      const bits = Array.from(marks, (word) => [...word.toString(2).padStart(32, "0")].reverse()).flat();
      expect(countMarked(marks, slots)).toBe(bits.slice(0, slots).filter((bit) => bit === "1").length);
    }),
  );
});

test.each([0, 1, 31, 32, 33, 64, 1000])("marks all of %d slots", (slots) => {
  expect(countMarked(allMarked(slots), slots)).toBe(slots);
});

test("refuses marks that are too few", () => {
  expect(() => countMarked(new Uint32Array(1), 33)).toThrow("1 words mark 32 slots; 33 connections take 2 words");
});
