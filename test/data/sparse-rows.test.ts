import * as fc from "fast-check";
import { expect, test } from "vitest";
import { alignFeatures } from "../../src/data/align.js";
import { keepRows } from "../../src/data/formats/sparse-rows.js";
import { makeDataset } from "../../src/data/make-dataset.js";
import { countMissing, fillMissing, fitMedians, isComplete, MISSING } from "../../src/data/missing.js";
import { checkSparse, isSparse, type SparseRows, toDense } from "../../src/data/sample-matrix.js";
import { split } from "../../src/data/split.js";
import { fitStandardizer, standardize } from "../../src/data/standardize.js";
import { suggestOptions } from "../../src/data/suggest.js";
import { takeSamples } from "../../src/data/take-samples.js";
import { numRuns } from "../matrix.js";

// Whatever is done with sparse rows, against the same done with all cells, bit for bit.

const FEATURES = 7;
const value = fc.oneof(
  { weight: 6, arbitrary: fc.constant(0) },
  { weight: 3, arbitrary: fc.float({ noNaN: true, min: -100, max: 100 }).map((v) => v + 0) },
  { weight: 1, arbitrary: fc.constant(Number.NaN) },
);
const cells = (holes: boolean) =>
  fc
    .array(fc.tuple(...Array.from({ length: FEATURES }, () => (holes ? value : value.map((v) => v || 0)))), {
      minLength: 8,
      maxLength: 12,
    })
    .map((rows) => Float32Array.from(rows.flat()));

/** The cells of x that are not 0, gathered one by one. */
function sparse(x: Float32Array): SparseRows {
  const found = Array.from(x, (v, k) => ({ v, row: Math.floor(k / FEATURES), column: k % FEATURES })).filter(({ v }) => v !== 0);
  const rows = x.length / FEATURES;
  return {
    rows,
    cols: FEATURES,
    rowPtr: Uint32Array.from({ length: rows + 1 }, (_, i) => found.filter(({ row }) => row < i).length),
    colIdx: Uint32Array.from(found, ({ column }) => column),
    values: Float32Array.from(found, ({ v }) => v),
  };
}

const table = (x: Float32Array | SparseRows, rows: number) => ({
  name: "toy",
  x,
  features: FEATURES,
  labels: Array.from({ length: rows }, (_, i) => i % 2),
  featureNames: [..."abcdefg"],
});
const both = (x: Float32Array, more = {}) => {
  const rows = x.length / FEATURES;
  return [makeDataset({ ...table(x, rows), ...more }), makeDataset({ ...table(sparse(x), rows), ...more })];
};

/** What became of a dataset, with all cells; `toEqual` tells -0 from 0. */
const whole = (dataset: ReturnType<typeof makeDataset>) => ({ ...dataset, x: toDense(dataset.x) });

/** The result, or the message of the error. */
function outcome<T>(run: () => T): T | string {
  try {
    return run();
  } catch (error) {
    return (error as Error).message;
  }
}

test("splits, picked samples and features, statistics and suggestions are those of all cells", () => {
  fc.assert(
    fc.property(cells(false), fc.shuffledSubarray([..."abcdefg"], { minLength: 1 }), fc.nat(99), (x, wanted, seed) => {
      const [dense, rows] = both(x);
      expect(isSparse(rows.x)).toBe(true);
      expect(whole(rows)).toEqual(dense);
      const parts = split(rows, { test: 0.4, validation: 0.4, seed });
      const expected = split(dense, { test: 0.4, validation: 0.4, seed });
      for (const part of ["train", "test"] as const) expect(whole(parts[part])).toEqual(expected[part]);
      expect(isSparse(parts.train.x)).toBe(true);
      expect(whole(takeSamples(rows, [2, 0, 2]))).toEqual(takeSamples(dense, [2, 0, 2]));
      expect(whole(alignFeatures(rows, wanted))).toEqual(alignFeatures(dense, wanted));
      const picked = alignFeatures(rows, wanted).x as SparseRows;
      expect(() => checkSparse(picked, "picked")).not.toThrow();
      const few = x.map((v, k) => (k % 12 === 0 ? v : 0)); // over 90 % zeros
      for (const [all, some] of [[dense, rows], both(few)]) expect(suggestOptions(some)).toEqual(suggestOptions(all));

      const statistics = fitStandardizer(dense.x, dense.samples, FEATURES);
      expect(fitStandardizer(rows.x, rows.samples, FEATURES)).toEqual(statistics);
      const standardised = standardize(rows, statistics);
      expect(isSparse(standardised.x)).toBe(true);
      expect(whole(standardised)).toEqual(standardize(dense, statistics));
      // rows that are standardised already are samples like any other
      const again = standardize(dense, statistics);
      expect(whole(alignFeatures(standardised, wanted))).toEqual(alignFeatures(again, wanted));
      expect(fitStandardizer(standardised.x, rows.samples, FEATURES)).toEqual(fitStandardizer(again.x, rows.samples, FEATURES));
      expect(fitMedians(standardised.x, FEATURES, String)).toEqual(fitMedians(again.x, FEATURES, String));
      expect(outcome(() => whole(standardize(standardised, statistics)))).toEqual(outcome(() => standardize(again, statistics)));
    }),
    numRuns(100),
  );
});

test("missing values are counted, left out and filled in as those of all cells", () => {
  fc.assert(
    fc.property(cells(true), (x) => {
      const rows = x.length / FEATURES;
      expect(countMissing(sparse(x), FEATURES)).toEqual(countMissing(x, FEATURES));
      for (let i = 0; i < rows; i++) expect(isComplete(sparse(x), FEATURES, i)).toBe(isComplete(x, FEATURES, i));
      for (const missing of MISSING) {
        const made = outcome(() => whole(makeDataset({ ...table(sparse(x), rows), missing })));
        expect(made).toEqual(outcome(() => makeDataset({ ...table(x, rows), missing })));
      }
      const median = outcome(() => fitMedians(x, FEATURES, String));
      expect(outcome(() => fitMedians(sparse(x), FEATURES, String))).toEqual(median);
      if (typeof median === "string") return;
      expect(toDense(fillMissing(sparse(x), median))).toEqual(fillMissing(x, median));
      const [dense, holes] = both(x, { missing: "median" });
      const statistics = { ...fitStandardizer(fillMissing(x, median), rows, FEATURES), median };
      expect(whole(standardize(holes, statistics))).toEqual(standardize(dense, statistics));
    }),
    numRuns(100),
  );
});

test("rows of a file are joined: columns sorted, equal ones summed in f32, zeros dropped, others left out", () => {
  const entry = fc.tuple(fc.nat(FEATURES), fc.constantFrom(-0, 0, 0.1, -0.1, 3, 1e8));
  fc.assert(
    fc.property(
      fc.array(fc.array(fc.array(entry, { maxLength: 3 }), { maxLength: 4 }), { minLength: 1, maxLength: 3 }),
      (chunks) => {
        const parts = chunks.map((rows) => ({
          rows: rows.length,
          rowPtr: Uint32Array.from([0, ...rows.map((_, i) => rows.slice(0, i + 1).flat().length)]),
          colIdx: Uint32Array.from(rows.flat(), ([column]) => column),
          values: Float32Array.from(rows.flat(), ([, v]) => v),
        }));
        const expected = new Float32Array(chunks.flat().length * FEATURES);
        for (const [i, row] of chunks.flat().entries())
          for (const [column, v] of row) if (column > 0) expected[i * FEATURES + FEATURES - column] += Math.fround(v);
        const notes: string[] = [];
        const kept = keepRows(parts, FEATURES, "toy", 1e6, notes, (column) => (column === 0 ? -1 : FEATURES - column));
        expect(toDense(kept)).toEqual(expected);
        if (!isSparse(kept)) return;
        expect(kept).toEqual(sparse(expected)); // which has no zeros, and columns in order
        expect(notes).toEqual([expect.stringMatching(/^kept sparse in memory: .* % of its cells are not 0$/)]);
      },
    ),
    numRuns(200),
  );
});

test("a file stays sparse where that takes less than half the bytes of all cells", () => {
  // 8 bytes a value and 4 for each of 3 row pointers, of 2 samples
  const kept = (values: number, features: number, maxBytes = 1e6) => {
    const colIdx = Uint32Array.from({ length: values }, (_, k) => k);
    const rows = { rows: 2, rowPtr: Uint32Array.of(0, values, values), colIdx, values: new Float32Array(values).fill(1) };
    return isSparse(keepRows([rows], features, "toy", maxBytes, []));
  };
  expect([kept(1, 5), kept(1, 6), kept(5, 13), kept(5, 14)]).toEqual([false, true, false, true]);
  expect(kept(5, 14, 52 + 14 * 64)).toBe(true);
  expect(() => kept(5, 14, 51 + 14 * 64)).toThrow(/2 samples of 14 features with 5 values take 948 bytes .* limit of 947/);
});

test("what is no CSR matrix, or not finite, is refused by its place", () => {
  const rows = sparse(Float32Array.from({ length: 2 * FEATURES }, (_, k) => k % 3));
  const made = (more: Partial<SparseRows>) => makeDataset({ ...table({ ...rows, ...more }, 2) });
  expect(made({}).samples).toBe(2);
  expect(() => made({ cols: 6 })).toThrow(
    "toy: column 6 follows 4 in sparse row 1; columns increase within a row and are below 6",
  );
  expect(() => made({ cols: 8 })).toThrow("toy: the sparse rows have 8 columns, expected 7 features");
  expect(() => made({ rows: 1 })).toThrow(
    "toy: rowPtr of 1 sparse rows has 3 elements, from 0 to 4; expected 2, from 0 to the 9 values",
  );
  expect(() => made({ rowPtr: Uint32Array.of(0, 10, 9) })).toThrow("toy: rowPtr goes from 0 to 10 at sparse row 0");
  expect(() => made({ colIdx: rows.colIdx.map(() => 3) })).toThrow("toy: column 3 follows 3 in sparse row 0");
  expect(() => made({ background: new Float32Array(3) })).toThrow("toy: 3 background values for 7 columns");
  const infinite = rows.values.slice();
  infinite[5] = Infinity;
  const place = rows.colIdx[5] + 1;
  expect(() => made({ values: infinite })).toThrow(
    `toy: row 2, column ${place} holds Infinity; every feature must be a finite number`,
  );
  const tiny = { mean: new Float32Array(FEATURES).fill(3e38), std: new Float32Array(FEATURES).fill(1e-3) };
  expect(() => standardize(made({}), tiny)).toThrow('toy: sample 1: feature "a" is 0, which standardises to (0 - ');
  expect(() => fitStandardizer(rows, 3, FEATURES)).toThrow("x holds 14 values; 3 samples of 7 features are 21");
});
