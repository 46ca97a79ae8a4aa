import { expect, it } from "vitest";
import { checkDataset } from "../../src/data/check-dataset.js";
import type { Dataset } from "../../src/data/dataset.js";
import { train } from "../../src/train/train.js";
import { blobs } from "../train/blobs.js";

const good = blobs({ samples: 6, features: 4 });
const sparse = {
  rows: 6,
  cols: 4,
  rowPtr: Uint32Array.of(0, 1, 2, 3, 4, 5, 6),
  colIdx: Uint32Array.of(0, 1, 2, 3, 0, 1),
  values: new Float32Array(6).fill(1),
};

/** What a program without types may hand over, and what it is told. */
const wrong: Record<string, readonly [Record<string, unknown>, RegExp]> = {
  "without features": [{ features: undefined }, /features: undefined is not an integer/],
  "without samples": [{ samples: 0 }, /samples: 0 is not an integer of at least 1/],
  "whose x is a list": [{ x: [...good.x] }, /neither a Float32Array nor sparse rows/],
  "whose x lacks a value": [{ x: good.x.subarray(1) }, /x holds 23 values, expected 24 for 6 samples of 4 features/],
  "whose sparse rows have other columns": [{ x: { ...sparse, cols: 5 } }, /x holds 6 x 5 values, expected 6 x 4/],
  "whose sparse rows are no CSR matrix": [
    { x: { ...sparse, colIdx: Uint32Array.of(0, 1, 2, 4, 0, 1) } },
    /column 4 follows -1 in sparse row 3/,
  ],
  "whose y is a list": [{ y: [...good.y] }, /y is no Uint32Array of 6 class indices/],
  "whose y lacks a sample": [{ y: good.y.subarray(1) }, /y is no Uint32Array of 6 class indices/],
  "whose classes are a count": [{ classes: 3 }, /classes is no list of labels/],
  "with a class null": [{ classes: ["0", null, "2"] }, /the label of class index 1 is null, expected a text/],
  "with a class undefined": [{ classes: ["0", "1", undefined] }, /the label of class index 2 is undefined, expected a text/],
  "with a class without a name": [{ classes: ["0", "", "2"] }, /the label of class index 1 is "", expected a text/],
  "with two classes of one name": [{ classes: ["0", "1", "1"] }, /1 classes occur more than once: 1/],
  "with a class index too far": [{ classes: ["0", "1"] }, /sample 3 is of class index 2, expected 0 to 1/],
  "with too few names": [{ featureNames: ["a", "b"] }, /featureNames: holds 2 texts, expected 4/],
  "with too many groups": [{ groups: Array.from({ length: 7 }, String) }, /groups: holds 7 texts, expected 6/],
};

it("lets datasets pass, with sparse rows and without labels too", () => {
  checkDataset(good);
  checkDataset({ ...good, x: sparse });
  checkDataset({ ...good, classes: [] });
});

it.each(Object.entries(wrong))("refuses one %s", async (_, [change, message]) => {
  const bad = { ...good, ...change } as unknown as Dataset;
  expect(() => checkDataset(bad)).toThrow(message);
  await expect(train({ train: good, test: bad }, { hidden: [4], device: "cpu" })).rejects.toThrow(message);
});
