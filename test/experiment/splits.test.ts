import { expect, test } from "vitest";
import { toDense } from "../../src/data/sample-matrix.js";
import { split } from "../../src/data/split.js";
import { suiteConfig } from "../../src/experiment/plan/check-config.js";
import type { DatasetOptions } from "../../src/experiment/plan/config.js";
import { drawSplits, partsOf, splitOf } from "../../src/experiment/plan/splits.js";
import { classification } from "../../src/tasks/classification.js";
import { blobs } from "../train/blobs.js";

const whole = blobs({ samples: 60, features: 3 });
const testSet = blobs({ samples: 30, features: 3, seed: 2 });
const read = { whole, testSet: null, sha256: "s" };
const config = (options: Partial<DatasetOptions> = {}) =>
  suiteConfig({ datasets: [{ data: "blobs", ...options }] }, "s").datasets[0];

test("random splits are those of split() by seed + s", () => {
  const record = drawSplits(config({ splits: 3 }), read, 7, classification);
  expect(record.splits.length).toBe(3);
  for (const s of [0, 1, 2]) {
    const { indices } = split(whole, { test: 1 / 3, seed: 7 + s });
    expect(splitOf(record, s)).toEqual({ train: [...indices.train], test: [...indices.test] });
  }
});

test("a fixed split is shared by all seeds", () => {
  const record = drawSplits(config({ fixed: { first: 40 } }), read, 1, classification);
  expect(splitOf(record, 4)).toEqual({
    train: Array.from({ length: 40 }, (_, i) => i),
    test: Array.from({ length: 20 }, (_, i) => 40 + i),
  });
});

test("a drawn split has so many of each part, stratified, disjoint, and from the test set where there is one", () => {
  const one = splitOf(drawSplits(config({ fixed: { drawn: [30, 15] } }), read, 1, classification), 0);
  expect([one.train.length, one.test.length]).toEqual([30, 15]);
  expect(new Set([...one.train, ...one.test]).size).toBe(45);
  const data = { ...read, testSet };
  const two = splitOf(drawSplits(config({ testData: "t", fixed: { drawn: [30, 15] } }), data, 1, classification), 0);
  const parts = partsOf(data, two, classification);
  expect([parts.train.samples, parts.test.samples]).toEqual([30, 15]);
  for (const c of [0, 1, 2]) expect(parts.train.y.filter((y) => y === c).length).toBe(10);
  expect([...toDense(parts.test.x).subarray(0, 3)]).toEqual([...testSet.x.subarray(3 * two.test[0], 3 * two.test[0] + 3)]);
});

test("listed indices are taken as they are", () => {
  const fixed = { train: [5, 1, 3, 0, 2, 4], test: [10, 8, 9] };
  const record = drawSplits(config({ fixed }), read, 1, classification);
  expect(splitOf(record, 0)).toEqual(fixed);
  expect([...partsOf(read, fixed, classification).train.y]).toEqual([2, 1, 0, 0, 2, 1]);
});

test("what cannot be split is refused in a sentence", () => {
  const lonely = { ...whole, y: whole.y.map((label, i) => (i === 0 ? 2 : label === 2 ? 1 : label)) };
  const draw =
    (options: Partial<DatasetOptions>, data = read) =>
    () =>
      drawSplits(config(options), data, 1, classification);
  expect(draw({}, { ...read, whole: lonely })).toThrow(
    'dataset blobs: class "2" has 1 sample, a split needs 2 or more of a class',
  );
  expect(draw({ fixed: { first: 60 } })).toThrow("dataset blobs: fixed split: 60 is not an integer from 1 to 59");
  expect(draw({ fixed: { train: [0, 1, 2], test: [2] } })).toThrow("sample 2 is in both parts");
  expect(draw({ fixed: { train: [0, 1, 1], test: [2] } })).toThrow("a sample is listed twice");
  expect(draw({ fixed: { train: [0, 1], test: [60] } })).toThrow("60 is not an integer from 0 to 59");
  expect(draw({ fixed: { train: [0, 1], test: [2] } })).toThrow('class "2" is in the test part but not in the training part');
  expect(draw({ fixed: { drawn: [80, 20] } })).toThrow("80 is not an integer from 3 to 39");
});
