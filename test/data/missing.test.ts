import fc from "fast-check";
import { expect, it } from "vitest";
import { makeDataset } from "../../src/data/make-dataset.js";
import { countMissing, fillMissing, fitMedians } from "../../src/data/missing.js";
import { toDense } from "../../src/data/sample-matrix.js";
import { split } from "../../src/data/split.js";
import { standardize } from "../../src/data/standardize.js";
import { decodeCheckpoint, encodeCheckpoint } from "../../src/io/formats/checkpoint/checkpoint.js";
import { train } from "../../src/train/train.js";

const cell = fc.oneof({ weight: 3, arbitrary: fc.integer({ min: -50, max: 50 }) }, fc.constant(Number.NaN));
const matrix = fc
  .integer({ min: 1, max: 4 })
  .chain((features) => fc.array(fc.array(cell, { minLength: features, maxLength: features }), { minLength: 8, maxLength: 14 }));

/** The median of a list, from its definition: as many below as above. */
function median(values: number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return (sorted[Math.ceil(sorted.length / 2) - 1] + sorted[Math.floor(sorted.length / 2)]) / 2;
}

const there = (rows: number[][], j: number) => rows.map((row) => row[j]).filter((value) => !Number.isNaN(value));

it("counts by feature and sample, and fills in each feature's median, as brute force does", () => {
  fc.assert(
    fc.property(matrix, (rows) => {
      const features = rows[0].length;
      fc.pre(rows[0].every((_, j) => there(rows, j).length > 0));
      const x = Float32Array.from(rows.flat());
      const counts = countMissing(x, features);
      expect([...counts.byFeature]).toEqual(rows[0].map((_, j) => rows.length - there(rows, j).length));
      expect(counts.samples).toBe(rows.filter((row) => row.some(Number.isNaN)).length);
      const medians = fitMedians(x, features, String);
      expect([...medians]).toEqual(rows[0].map((_, j) => median(there(rows, j)) + 0));
      const filled = rows.map((row) => row.map((value, j) => (Number.isNaN(value) ? median(there(rows, j)) : value)));
      expect([...toDense(fillMissing(x, medians))]).toEqual(filled.flat());
    }),
  );
});

it("refuses a feature without any value", () => {
  expect(() => fitMedians(Float32Array.of(1, Number.NaN, 2, Number.NaN), 2, (j) => `gene ${j}`)).toThrow(
    "gene 1 has no value in any of the 2 training samples",
  );
});

const options = { hidden: [4], epsilon: 5, epochs: 1, device: "cpu", batch: 4 } as const;

it("trains on the training part's medians alone, and keeps them in the model", async () => {
  await fc.assert(
    fc.asyncProperty(matrix, fc.nat(), async (drawn, seed) => {
      const rows = drawn.map((row, i) => [...row, i]); // no test sample is one of training, which would be refused
      const features = rows[0].length;
      const data = makeDataset({
        name: "toy",
        x: Float32Array.from(rows.flat()),
        labels: rows.map((_, i) => i % 2),
        features,
        missing: "median",
      });
      const parts = split(data, { test: 0.4, seed });
      const kept = Array.from(parts.indices.train, (i) => rows[i]);
      fc.pre(rows[0].every((_, j) => there(kept, j).length > 0));
      await using model = await train(parts, options);
      const saved = decodeCheckpoint(encodeCheckpoint(await model.save()));
      const medians = rows[0].map((_, j) => median(there(kept, j)) + 0);
      expect([...(saved.input?.median ?? [])]).toEqual(medians);
      // mean and deviation are those of the filled-in training part
      const filled = kept.map((row) => row.map((value, j) => (Number.isNaN(value) ? medians[j] : value)));
      for (let j = 0; j < features; j++) {
        const mean = filled.reduce((sum, row) => sum + row[j], 0) / filled.length;
        expect(saved.input?.mean[j]).toBeCloseTo(mean, 4);
      }
      const holes = await model.predict(parts.test.x);
      const whole = await model.predict(fillMissing(parts.test.x, Float32Array.from(medians)));
      expect(holes.probabilities).toEqual(whole.probabilities);
    }),
    { numRuns: 10 },
  );
});

it("uses no missing value where the model has no medians: it says so, raw inputs too", async () => {
  const data = makeDataset({ name: "toy", x: Float32Array.of(1, 2, 3, 4), labels: [0, 1, 0, 1], features: 1 });
  const holes = makeDataset({ name: "holes", x: Float32Array.of(1, Number.NaN), labels: [0, 1], features: 1, missing: "median" });
  for (const inputs of ["standardize", "raw"] as const) {
    await using model = await train({ train: data }, { ...options, inputs });
    await expect(model.evaluate(holes)).rejects.toThrow("1 value is missing in 1 of 1 features");
    await expect(model.predict(Float32Array.of(Number.NaN))).rejects.toThrow("1 value is missing");
    await expect(train({ train: data, test: holes }, { ...options, inputs })).rejects.toThrow("holes: 1 value is missing");
    await using filled = await train({ train: { ...data, missing: "median" }, test: holes }, { ...options, inputs });
    expect((await filled.evaluate(holes)).samples).toBe(2);
  }
  expect(() => standardize(holes, { mean: Float32Array.of(0), std: Float32Array.of(1) })).toThrow("1 value is missing");
});

it("keeps names of features in the model and finds them in other data by name", async () => {
  const x = Float32Array.from({ length: 24 }, (_, k) => Math.sin(k));
  const labels = Array.from({ length: 8 }, (_, i) => i % 2);
  const data = makeDataset({ name: "toy", x, labels, features: 3, featureNames: ["a", "b", "c"] });
  await using model = await train({ train: data }, options);
  const saved = decodeCheckpoint(encodeCheckpoint(await model.save()));
  expect(saved.featureNames).toEqual(["a", "b", "c"]);
  const moved = Float32Array.from(x, (_, k) => x[3 * Math.floor(k / 3) + [2, 0, 1][k % 3]]);
  const other = makeDataset({ name: "moved", x: moved, labels, features: 3, featureNames: ["c", "a", "b"] });
  const notes = ["its features are put into the model's order, by name"];
  expect(await model.evaluate(other)).toEqual({ ...(await model.evaluate(data)), notes });
});
