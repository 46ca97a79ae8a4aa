import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { candidatesOf, defaultVariants, TUNED_KERNELS } from "../../src/kernels/candidates.js";
import { cutLongRows, LONGEST_WALK, mostSegments } from "../../src/kernels/segments.js";
import { numRuns } from "../matrix.js";
import { expectEqual } from "./harness.js";

/** Row starts of rows with so many connections. */
function startsOf(counts: readonly number[]): Uint32Array {
  const starts = new Uint32Array(counts.length + 1);
  counts.forEach((count, row) => {
    starts[row + 1] = starts[row] + count;
  });
  return starts;
}

describe("cutting long rows", () => {
  test("leaves rows of up to 1,024 connections alone", () => {
    const starts = startsOf([0, 1024, 3, 1000]);
    expect(cutLongRows(starts)).toEqual({ starts, segments: 0, joins: 0 });
  });

  test("cuts a longer row in equal segments of at most 512, listed behind the row starts with the long row", () => {
    const { starts, segments, joins } = cutLongRows(startsOf([7, 1025, 1]));
    expect([segments, joins]).toEqual([3, 1]);
    expect([...starts]).toEqual([0, 7, 1032, 1033, ...[1, 7, 348], ...[1, 348, 690], ...[1, 690, 1032], ...[1, 0, 3]]);
  });

  test("takes more rows than a call takes arguments", () => {
    const starts = startsOf(Array.from({ length: 200_000 }, (_, row) => (row === 7 ? 1025 : 1)));
    const cut = cutLongRows(starts);
    expect([cut.segments, cut.joins, cut.starts.length]).toEqual([3, 1, 200_001 + 3 * 4]);
    expect([...cut.starts.subarray(200_001)]).toEqual([...[7, 7, 348], ...[7, 348, 690], ...[7, 690, 1032], ...[7, 0, 3]]);
    expectEqual(cut.starts.subarray(0, 200_001), starts, "row starts");
  });

  test("segments are the long rows' connections in order, each once, none longer than a walk, and as few as memory is planned for", () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(fc.nat(2000), fc.nat(60_000)), { maxLength: 20 }), (counts) => {
        const starts = startsOf(counts);
        const cut = cutLongRows(starts);
        const table = cut.starts.subarray(starts.length);
        const at = (i: number) => Array.from(table.subarray(3 * i, 3 * i + 3));
        const covered: number[][] = [];
        for (let j = 0; j < cut.joins; j++) {
          const [row, first, last] = at(cut.segments + j);
          let next = starts[row];
          for (let s = first; s < last; s++) {
            const [of, begin, end] = at(s);
            expect([of, begin]).toEqual([row, next]);
            expect(end - begin).toBeLessThanOrEqual(LONGEST_WALK);
            next = end;
          }
          expect(next).toBe(starts[row + 1]);
          covered.push([row, last - first]);
        }
        expect(covered.map(([row]) => row)).toEqual(counts.flatMap((count, row) => (count > LONGEST_WALK ? [row] : [])));
        expect(covered.reduce((sum, [, pieces]) => sum + pieces, 0)).toBe(cut.segments);
        if (cut.segments > 0) expect(cut.segments).toBeLessThanOrEqual(mostSegments(starts[counts.length]));
      }),
      numRuns(100),
    );
  });
});

describe("candidates", () => {
  const shapes = [true, false].flatMap((software) =>
    [1, 2, 8, 32, 33, 128].flatMap((quads) =>
      [
        { rows: 0, cols: 5, nnz: 0 },
        { rows: 10, cols: 1000, nnz: 10_000 },
        { rows: 3000, cols: 3312, nnz: 126_240 },
        { rows: 18, cols: 500_000, nnz: 5_000_180 },
      ].map((size) => ({ ...size, quads, software })),
    ),
  );

  test.each(TUNED_KERNELS)("of %s: each once, the first the default, sizes that divide the work", (kernel) => {
    for (const shape of shapes) {
      const candidates = candidatesOf(kernel, shape);
      expect(candidates.length).toBeGreaterThan(0);
      expect(new Set(candidates.map((variant) => JSON.stringify(variant))).size).toBe(candidates.length);
      expect(defaultVariants(kernel, shape)).toEqual(candidates[0]);
      for (const { WG = 64, LANES = 1, PARTS = 1, VECS = 1 } of candidates) {
        expect([WG, LANES, PARTS, VECS].every((value) => Number.isInteger(value) && value > 0)).toBe(true);
        expect(LANES * PARTS).toBeLessThanOrEqual(WG);
      }
    }
  });

  test("several invocations share a row on GPUs, as many as its connections occupy, fewer where there are many", () => {
    const parts = (rows: number, nnz: number, quads: number, software = false) =>
      candidatesOf("spmm", { rows, cols: 1000, nnz, quads, software })[0].PARTS;
    expect(parts(10, 10_000, 32)).toBe(4);
    expect(parts(1000, 40_000, 1)).toBe(8);
    expect(parts(3000, 120_000, 8)).toBe(8);
    expect(parts(3000, 9_000, 8)).toBe(2);
    expect(parts(3000, 3_000, 8)).toBe(1);
    expect(parts(100_000, 4_000_000, 8)).toBe(1);
    expect(parts(1000, 40_000, 1, true)).toBe(1);
  });
});
