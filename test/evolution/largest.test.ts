import fc from "fast-check";
import { expect, test } from "vitest";
import { type GradientCells, keepLargest, largestCells, largestPlaces } from "../../src/evolution/largest.js";
import { numRuns } from "../matrix.js";
import { cellList, topologyOf } from "../sparse/cells.js";

/** Values of which many have one magnitude, among them zeros of both signs and the smallest there are. */
const anyValues = fc.array(
  fc.oneof(
    fc.integer({ min: -3, max: 3 }),
    fc.constantFrom(-0, 1e-45, -1e-45, 3e38),
    fc.float({ noNaN: true, noDefaultInfinity: true }),
  ),
  { maxLength: 60 },
);

/** The places of the `count` largest, by a sort. */
function bySort(values: Float32Array, count: number): number[] {
  const places = [...values.keys()].sort((a, b) => Math.abs(values[b]) - Math.abs(values[a]) || a - b);
  return places.slice(0, count).sort((a, b) => a - b);
}

test("the largest magnitudes are those of a sort, of equal ones the first", () => {
  fc.assert(
    fc.property(anyValues, fc.nat(70), (list, count) => {
      const values = Float32Array.from(list);
      expect([...largestPlaces(values, count)]).toEqual(bySort(values, count));
    }),
    numRuns(400),
  );
});

test("rows that come one after another leave the largest of all", () => {
  const rows = fc.array(
    fc.tuple(fc.array(fc.boolean(), { minLength: 7, maxLength: 7 }), fc.array(fc.nat(5), { minLength: 7, maxLength: 7 })),
    { minLength: 1, maxLength: 9 },
  );
  fc.assert(
    fc.property(rows, fc.nat(20), (list, count) => {
      let best: GradientCells = { rowIdx: new Uint32Array(0), colIdx: new Uint32Array(0), gradients: new Float32Array(0) };
      const all = topologyOf(list.map(([taken]) => taken));
      const gradients = Float32Array.from(list.flatMap(([taken, own]) => own.filter((_, col) => taken[col])));
      for (const [row, [taken, own]] of list.entries())
        best = keepLargest(best, topologyOf([taken]), row, Float32Array.from(own.filter((_, col) => taken[col])), count);
      const expected = bySort(gradients, count).map((place) => cellList(all)[place]);
      expect([...best.rowIdx].map((row, k) => [row, best.colIdx[k]])).toEqual(expected);
      expect(cellList(largestCells(all, gradients, count))).toEqual(expected);
    }),
    numRuns(200),
  );
});

test.each([Number.NaN, Infinity, -Infinity])("a gradient of %s is refused", (value) => {
  expect(() => largestPlaces(Float32Array.of(1, value, 2), 1)).toThrow("growth: 1 gradients are not finite");
});
