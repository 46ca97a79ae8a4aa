import { describe, expect, it } from "vitest";
import { alignClasses, checkFeatures } from "../../src/data/align.js";
import { makeDataset } from "../../src/data/make-dataset.js";
import { takeSamples } from "../../src/data/take-samples.js";

const table = (labels: (number | string)[], features = 1) => ({
  name: "toy",
  x: Float32Array.from({ length: labels.length * features }, (_, k) => k),
  labels,
  features,
});

describe("makeDataset", () => {
  it("orders numeric labels as numbers", () => {
    const { y, classes } = makeDataset(table([10, -1, 2, 10]));
    expect(classes).toEqual(["-1", "2", "10"]);
    expect([...y]).toEqual([2, 0, 1, 2]);
  });

  it("orders strings by code unit and keeps numbers among them as text", () => {
    const { y, classes } = makeDataset(table(["b", "Z", "a", "b", 7]));
    expect(classes).toEqual(["7", "Z", "a", "b"]);
    expect([...y]).toEqual([3, 1, 2, 3, 0]);
  });

  it("keeps a Float32Array, and a Float64Array where 32 bits do not hold it", () => {
    const x = new Float32Array(2);
    expect(makeDataset({ ...table([0, 1]), x }).x).toBe(x);
    const wide = Float64Array.of(0.1, 1);
    expect(makeDataset({ ...table([0, 1]), x: wide }).x).toBe(wide);
    const exact = Float64Array.of(2 ** -149, Number.NaN);
    expect(makeDataset({ ...table([0, 1]), x: exact, missing: "median" }).x).toEqual(Float32Array.from(exact));
  });

  it("names row, column and value of a feature that is not finite or overflows", () => {
    const bad = (value: number, Type: typeof Float32Array | typeof Float64Array = Float64Array) =>
      makeDataset({ ...table([0, 1], 2), x: Type.of(1, 2, 3, value) });
    expect(() => bad(Number.NaN)).toThrow(
      "toy: 1 value is missing in 1 of 2 features and 1 of 2 samples (feature 2: 1; the first in sample 2)",
    );
    expect(() => bad(-Infinity, Float32Array)).toThrow("toy: row 2, column 2 holds -Infinity");
    expect(() => bad(1e39)).toThrow("toy: row 2, column 2 holds 1e+39, beyond the range of 32-bit floats");
    expect(bad(3.4e38).x[3]).toBe(3.4e38);
  });

  it("refuses tables that are empty, of one class, or of lengths that disagree", () => {
    expect(() => makeDataset(table([]))).toThrow("toy: it holds no samples");
    expect(() => makeDataset(table([1, 2], 0))).toThrow("toy: features: 0 is not an integer of at least 1");
    expect(() => makeDataset(table([3, 3]))).toThrow('every label is "3"; at least two classes');
    expect(() => makeDataset({ ...table([1, 2]), features: 2 })).toThrow("2 values for 2 labels of 2 features each; expected 4");
    expect(() => makeDataset({ ...table([1, 2], 6), imageShape: [2, 2] })).toThrow("pictures of 2 x 2 do not have 6 features");
    expect(() => makeDataset(table([1, Number.NaN]))).toThrow("the label of row 2 is NaN");
    expect(() => makeDataset(table(["a", ""]))).toThrow("the label of row 2 is empty");
  });

  it("maps onto given classes, of which a single one may occur", () => {
    const dataset = makeDataset({ ...table([5, 5]), classes: ["1", "5"] });
    expect(dataset.classes).toEqual(["1", "5"]);
    expect([...dataset.y]).toEqual([1, 1]);
  });
});

describe("alignClasses and checkFeatures", () => {
  it("map a test set onto the train set's classes or name the label that is unknown", () => {
    const test = makeDataset(table(["c", "a"]));
    expect([...alignClasses(test, ["a", "b", "c"]).y]).toEqual([2, 0]);
    expect(() => alignClasses(test, ["a", "b"])).toThrow('toy: label "c" (row 1) is not among the 2 classes trained on: a, b');
  });

  it("ignore classes without samples", () => {
    const part = takeSamples(makeDataset(table(["c", "a", "b"])), [1, 2]);
    expect([...alignClasses(part, ["b", "a"]).y]).toEqual([1, 0]);
  });

  it("give both numbers of features that differ", () => {
    expect(() => checkFeatures(makeDataset(table([0, 1], 3)), 4)).toThrow("have 3 features, but the model was trained on 4");
  });
});

describe("takeSamples", () => {
  it("copies the rows in the order asked for and keeps all classes", () => {
    const part = takeSamples(makeDataset(table([0, 1, 2], 2)), [2, 0, 2]);
    expect([...part.x]).toEqual([4, 5, 0, 1, 4, 5]);
    expect([...part.y]).toEqual([2, 0, 2]);
    expect(part).toMatchObject({ samples: 3, classes: ["0", "1", "2"] });
  });

  it("refuses an index out of range", () => {
    expect(() => takeSamples(makeDataset(table([0, 1])), [2])).toThrow("2 is not an integer from 0 to 1");
  });
});
