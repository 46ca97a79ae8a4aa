import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Dataset } from "../../src/data/dataset.js";
import { makeDataset } from "../../src/data/make-dataset.js";
import { repeatedNameNotes } from "../../src/data/names.js";
import { separatingFeatures, separatingNotes } from "../../src/data/separating.js";

const dataset = (rows: readonly (readonly number[])[], labels: readonly (number | string)[], featureNames?: string[]): Dataset =>
  makeDataset({
    name: "d",
    x: Float64Array.from(rows.flat()),
    labels,
    features: rows[0].length,
    featureNames,
    missing: "median",
  });

describe("features that alone tell the classes apart", () => {
  const noise = (i: number) => Math.sin(9 * i + 1);
  const labels = Array.from({ length: 60 }, (_, i) => "abc"[Math.floor(i / 20)]);

  it("are found whatever the order of classes, samples and values, and named", () => {
    const rows = labels.map((label, i) => [noise(i), i, { a: 5, b: -1, c: 2 }[label] ?? 0, label === "a" ? 0 : 1]);
    const found = dataset(rows, labels, ["noise", "row", "code", "half"]);
    expect(separatingFeatures(found)).toEqual([1, 2]);
    expect(separatingNotes(found)).toEqual([
      "2 of 4 features alone each tell all classes of the training part apart: row, code; leave out what is known only with the class, or numbers the rows (option ignore)",
    ]);
  });

  it("are those whose classes have no values between those of others, as brute force finds", () => {
    const feature = fc.constantFrom<(i: number, y: number) => number>(
      (i) => noise(i),
      (i, y) => 10 * y + noise(i),
      (i, y) => (y === 1 ? -1 : 1) * (2 + noise(i)),
      (i, y) => (i === 17 ? 0 : y),
      (_, y) => y,
    );
    fc.assert(
      fc.property(fc.array(feature, { minLength: 1, maxLength: 4 }), fc.integer({ min: 30, max: 200 }), (made, samples) => {
        const y = Array.from({ length: samples }, (_, i) => ((i * 7) % 3) % 2);
        const rows = y.map((c, i) => made.map((value) => value(i, c)));
        const brute = made.flatMap((_, j) => {
          const of = (c: number) => rows.filter((_, i) => y[i] === c).map((row) => row[j]);
          const [zeros, ones] = [of(0), of(1)];
          return Math.max(...zeros) < Math.min(...ones) || Math.max(...ones) < Math.min(...zeros) ? [j] : [];
        });
        expect(separatingFeatures(dataset(rows, y))).toEqual(brute);
      }),
    );
  });

  it("are not pointed out where one of so many would by luck", () => {
    const y = Array.from({ length: 20 }, (_, i) => i % 2);
    const rows = (features: number) => y.map((c) => Array.from({ length: features }, (_, j) => (j === 0 ? c : noise(j + c))));
    expect(separatingNotes(dataset(rows(5), y)).length).toBe(1);
    expect(separatingNotes(dataset(rows(7000), y))).toEqual([]);
  });

  it("may have missing values, but of no class only", () => {
    const y = Array.from({ length: 40 }, (_, i) => i % 2);
    const rows = y.map((c, i) => [i === 3 ? Number.NaN : c, c ? Number.NaN : i]);
    expect(separatingFeatures(dataset(rows, y))).toEqual([0]);
  });
});

it("tells names that several features have", () => {
  const rows = [0, 1].map((i) => [i, 2, 3]);
  expect(repeatedNameNotes(dataset(rows, [0, 1], ["MARCH1", "TP53", "MARCH1"]))).toEqual([
    "1 feature names occur more than once: MARCH1; data for this model must have its features in the same order, as these cannot be told apart by name",
  ]);
  expect(repeatedNameNotes(dataset(rows, [0, 1], ["a", "b", "c"]))).toEqual([]);
  expect(repeatedNameNotes(dataset(rows, [0, 1]))).toEqual([]);
});
