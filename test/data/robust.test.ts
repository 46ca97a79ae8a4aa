import fc from "fast-check";
import { expect, test } from "vitest";
import { makeDataset } from "../../src/data/make-dataset.js";
import { fitRobust } from "../../src/data/robust.js";
import type { SparseRows } from "../../src/data/sample-matrix.js";
import { type Standardizer, standardize } from "../../src/data/standardize.js";
import { unlikeNotes } from "../../src/data/unlike.js";
import { createCpuDevice } from "../../src/device/cpu/device.js";
import { decodeCheckpoint, encodeCheckpoint } from "../../src/io/formats/checkpoint/checkpoint.js";
import { loadModel } from "../../src/train/model.js";
import { train } from "../../src/train/train.js";
import sklearn from "../fixtures/robust.json";
import { numRuns } from "../matrix.js";
import { blobs } from "../train/blobs.js";

const dataset = (x: Float64Array, features: number) =>
  makeDataset({ name: "toy", x, labels: Array.from({ length: x.length / features }, (_, i) => i % 2), features });

test("medians and ranges of quartiles are scikit-learn's, and values are clipped as RealMLP does", () => {
  for (const { x, center, scale, clipped } of sklearn.columns) {
    const column = Float64Array.from(x);
    const fitted = fitRobust(column, x.length, 1);
    const constant = column.every((value) => value === column[0]);
    expect(fitted.mean[0]).toBeCloseTo(center, 12);
    if (fitted.std[0] === scale || constant) continue;
    expect(Math.abs(fitted.std[0] / scale - 1)).toBeLessThan(1e-12);
    const found = standardize(dataset(column, 1), fitted).x;
    for (const [i, value] of clipped.entries()) expect(Math.abs(found[i] - value)).toBeLessThan(1e-6);
  }
});

test("equal quartiles make room for half of the range of all values, and a constant feature maps to exact zeros", () => {
  const x = Float64Array.of(0, 0.1, 0, 0.1, 0, 0.1, 0, 0.1, 0, 0.1, 8, 0.1); // two features of six samples
  const fitted = fitRobust(x, 6, 2);
  expect([...fitted.mean, ...fitted.std, fitted.clip]).toEqual([0, 0.1, 4, 1, 3]);
  const found = standardize(dataset(x, 2), fitted).x;
  expect(found.filter((_, k) => k !== 10)).toEqual(new Float32Array(11));
  expect(found[10]).toBe(Math.fround(2 / Math.sqrt(1 + (2 / 3) ** 2)));
});

test("sparse rows have the bits of the same samples in full", () => {
  const cell = fc.oneof(fc.constant(0), fc.constant(0), fc.float({ noNaN: true, min: -100, max: 100 }));
  fc.assert(
    fc.property(fc.array(fc.tuple(cell, cell, cell), { minLength: 1, maxLength: 9 }), (rows) => {
      const full = Float32Array.from(rows.flat());
      const kept = rows.map((row) => row.flatMap((value, j) => (value === 0 ? [] : [j])));
      const ends = kept.map((_, i) => kept.slice(0, i + 1).flat().length);
      const sparse: SparseRows = {
        rows: rows.length,
        cols: 3,
        rowPtr: Uint32Array.of(0, ...ends),
        colIdx: Uint32Array.from(kept.flat()),
        values: full.filter((value) => value !== 0),
      };
      const plain = (values: Float64Array) => Array.from(values, (value) => value + 0); // -0 is 0
      const [a, b] = [fitRobust(full, rows.length, 3), fitRobust(sparse, rows.length, 3)];
      expect(plain(b.mean as Float64Array)).toEqual(plain(a.mean as Float64Array));
      expect(b.std).toEqual(a.std);
    }),
    numRuns(100),
  );
});

test("samples far from those of training are told of, though none is beyond the clip", () => {
  const of = (shift: number) => Float64Array.from({ length: 40 }, (_, k) => Math.sin(k) + shift);
  const fitted = fitRobust(of(0), 20, 2);
  for (const [shift, told] of [
    [0, 0],
    [5, 0],
    [50, 1],
  ]) {
    const set = dataset(of(shift), 2);
    const { x } = standardize(set, fitted);
    expect(Math.max(...x.map(Math.abs))).toBeLessThanOrEqual(3);
    expect(unlikeNotes(set, x, fitted).length, `${shift}`).toBe(told);
  }
});

test("a value that no network takes is refused as it is without a clip", () => {
  const fitted = fitRobust(Float64Array.of(1, 2, 3, 4), 4, 1);
  expect(() => standardize(dataset(Float64Array.of(1, 1e30), 1), fitted)).toThrow("sample 2: feature 1 is 1e+30");
  expect(() => standardize(dataset(Float64Array.of(1, 2), 1), { ...fitted, clip: 0 })).toThrow("standardize: clip");
});

test("a model keeps the statistics of its training part, and what reads it scales and clips alike", async () => {
  const data = { train: blobs({ samples: 30 }), test: blobs({ samples: 12, seed: 2 }) };
  data.test.x[5] = 1e6;
  const [device, options] = [createCpuDevice(), { hidden: [6], epsilon: 4, epochs: 2 }];
  const model = await train(data, { ...options, inputs: "robust", device });
  expect(model.config.inputs).toBe("robust");
  const saved = decodeCheckpoint(encodeCheckpoint(await model.save()));
  expect(saved.input).toEqual(fitRobust(data.train.x, 30, 12));
  const scaled = standardize(data.test, saved.input as Standardizer).x;
  const raw = loadModel(device, { ...saved, input: null });
  expect(await loadModel(device, saved).predict(data.test.x)).toEqual(await raw.predict(scaled));
  expect((await loadModel(device, saved).evaluate(data.test)).loss).toBeCloseTo(model.history[1].testLoss ?? 0, 6);
  const resumed = await train(data, { ...options, inputs: "robust", device, resume: await model.save() });
  expect((await resumed.save()).input).toEqual(saved.input);
  for (const one of [model, resumed]) await one.dispose();
});
