import { writeFileSync } from "node:fs";
import { describe, expect, it, test } from "vitest";
import {
  createCpuDevice,
  decodeCheckpoint,
  encodeCheckpoint,
  loadModel,
  makeDataset,
  type SavedModel,
  split,
  train,
} from "../../src/api/index.js";
import { encodeOnnx } from "../../src/api/io.js";
import type { Dataset } from "../../src/data/dataset.js";
import { applySteps, featuresAfter, fitSteps, spreadOut } from "../../src/data/prepare/index.js";
import { isSparse, type SampleMatrix, toDense } from "../../src/data/sample-matrix.js";
import { takeSamples } from "../../src/data/take-samples.js";
import type { StartInfo } from "../../src/train/records.js";
import { random } from "../../src/util/random.js";
import { coppice, useFolder } from "../cli/harness.js";
import fixture from "../fixtures/f-test.json";
import { readOnnx, runOnnx } from "../io/onnx-reader.js";
import { timeless } from "../train/same-runs.js";

const folder = useFolder();
const rng = random(6, "prepare");
const [samples, features] = [24, 6];
/** Counts: the first feature tells the classes, the second is largest and tells nothing. */
const labels = Array.from({ length: samples }, (_, i) => ["u", "v", "w"][i % 3]);
const counts = Float32Array.from({ length: samples * features }, (_, k) => {
  const [i, j] = [Math.floor(k / features), k % features];
  return j === 0 ? 3 * (i % 3) + rng.below(2) : j === 1 ? rng.below(500) : j === 2 ? 4 : rng.below(7);
});
const names = ["a", "b", "c", "d", "e", "f"];
const data = makeDataset({ name: "cells", x: counts, features, labels, featureNames: names });
const rowsOf = (x: SampleMatrix, width = features) => {
  const all = toDense(x);
  return Array.from({ length: all.length / width }, (_, i) => Array.from(all.subarray(i * width, (i + 1) * width)));
};
const columnOf = (j: number) => rowsOf(counts).map((row) => row[j]);
const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
const run = (asked: string[], set: Dataset = data) => applySteps(set, fitSteps(asked, set));

/** One-way analysis of variance by its definition, in f64. */
function fOf(values: readonly number[]): number {
  const groups = ["u", "v", "w"].map((label) => values.filter((_, i) => labels[i] === label));
  const between = groups.reduce((sum, group) => sum + group.length * (mean(group) - mean(values)) ** 2, 0) / 2;
  const within = groups.reduce((sum, group) => sum + group.reduce((s, value) => s + (value - mean(group)) ** 2, 0), 0);
  return within === 0 ? 0 : between / (within / (values.length - 3));
}

/** Indices of the largest scores, ascending. */
const top = (scores: readonly number[], count: number) =>
  [...scores.keys()]
    .sort((p, q) => scores[q] - scores[p] || p - q)
    .slice(0, count)
    .sort((p, q) => p - q);

describe("a step", () => {
  it("is counts per 10,000, and a logarithm, also of sparse rows", () => {
    const expected = rowsOf(counts).map((row) => {
      const sum = row.reduce((total, value) => total + value, 0);
      return row.map((value) => Math.log2((10_000 * value) / sum + 1));
    });
    for (const [i, row] of rowsOf(run(["library-size", "log2"]).x).entries())
      for (const [j, value] of row.entries()) expect(value).toBeCloseTo(expected[i][j], 4);
    const places = Array.from(counts.keys()).filter((k) => counts[k] !== 0);
    const rowPtr = Uint32Array.from({ length: samples + 1 }, (_, i) => places.filter((k) => k < i * features).length);
    const values = Float32Array.from(places, (k) => counts[k]);
    const sparse = { rows: samples, cols: features, rowPtr, colIdx: Uint32Array.from(places, (k) => k % features), values };
    const made = run(["library-size", "log2", "variance:3"], { ...data, x: sparse });
    expect(isSparse(made.x)).toBe(true);
    expect(rowsOf(made.x, 3)).toEqual(rowsOf(run(["library-size", "log2", "variance:3"]).x, 3));
    expect(() => run(["quantile"], { ...data, x: sparse })).toThrow("gives every cell a value: 144 x 4 = 576 bytes");
  });

  it("keeps the features that vary most, or differ most between classes, in their order", () => {
    const variances = names.map((_, j) => mean(columnOf(j).map((value) => (value - mean(columnOf(j))) ** 2)));
    expect(run(["variance:3"]).featureNames).toEqual(top(variances, 3).map((j) => names[j]));
    const scores = names.map((_, j) => fOf(columnOf(j)));
    for (const count of [1, 3, 5]) expect(run([`f-test:${count}`]).featureNames).toEqual(top(scores, count).map((j) => names[j]));
    expect(run(["variance:4", "f-test:1"]).featureNames).toEqual(["a"]);
  });

  it("keeps the features that go most with numbers to learn, as scikit-learn's f_regression", () => {
    const { features: width, single, both, known } = fixture;
    const x = Float32Array.from(fixture.x);
    const first = Float64Array.from(fixture.y).filter((_, k) => k % 2 === 0);
    const kept = (given: Dataset, asked: number) => fitSteps([`f-test:${asked}`], given).steps[0].kept;
    const one = makeDataset({ name: "numbers", x, features: width, targets: first });
    const two = makeDataset({ name: "numbers", x, features: width, targets: fixture.y, targetNames: ["p", "q"] });
    const gaps = makeDataset({
      name: "gaps",
      x: Float32Array.from(fixture.gaps, (value) => value ?? Number.NaN),
      features: width,
      targets: first,
      missing: "median",
    });
    for (const [k, expected] of single.entries()) {
      expect(kept(one, k + 1)).toEqual(expected);
      expect(kept(two, k + 1)).toEqual(both[k]);
      expect(kept(gaps, k + 1)).toEqual(known[k]);
    }
  });

  it("gives all samples one distribution, equal values the mean of their ranks", () => {
    const sorted = rowsOf(counts).map((row) => row.toSorted((p, q) => p - q));
    const reference = names.map((_, r) => mean(sorted.map((row) => row[r])));
    const expected = rowsOf(counts).map((row) =>
      row.map((value) => mean(reference.filter((_, r) => row.toSorted((p, q) => p - q)[r] === value))),
    );
    for (const [i, row] of rowsOf(run(["quantile"]).x).entries())
      for (const [j, value] of row.entries()) expect(value).toBeCloseTo(expected[i][j], 4);
  });

  it("tells no samples to be alike that were not before", async () => {
    const device = createCpuDevice({ threads: 1 });
    const notes: string[] = [];
    const options = {
      method: "linear",
      epochs: 1,
      device,
      onStart: (info: StartInfo) => void notes.push(...info.notes, "started"),
    } as const;
    await train(split(data, { test: 0.4, seed: 1 }), { ...options, prepare: ["variance:2", "quantile"] }); // 0 and 1, or 1 and 0
    expect(notes.at(-1)).toBe("started");
    expect(notes.join()).not.toContain("have the values of a training sample");
  });

  it("refuses what it is not for", () => {
    expect(() => run(["log"])).toThrow('prepare: "log" is no step; did you mean "log2"?');
    expect(() => run(["variance"])).toThrow('"variance" does not say how many features stay; give e.g. variance:1000');
    expect(() => run(["log2:3"])).toThrow("step log2 takes no number");
    expect(() => run(["variance:7"])).toThrow("7 features are to stay, and there are 6");
    expect(() => run(["log2"], { ...data, x: counts.map((value) => value - 1) })).toThrow("step log2 takes values of at least 0");
    expect(() => run(["f-test:2"], makeDataset({ name: "n", x: counts, features, labels: null }))).toThrow("compares classes");
    expect([featuresAfter(["log2", "variance:4", "f-test:2"], 9), featuresAfter(["log2"], 9)]).toEqual([2, 9]);
    expect(spreadOut({ prepared: fitSteps(["variance:4", "f-test:1"], data) }, Float64Array.of(7))).toEqual(
      Float64Array.of(7, 0, 0, 0, 0, 0),
    );
  });
});

test("steps learn of the training part alone", async () => {
  // the labels of 40 samples tell nothing, 2,000 features of chance: those chosen by all samples would seem to tell them
  const noise = Float32Array.from({ length: 40 * 2000 }, () => rng.normal());
  const chance = makeDataset({ name: "noise", x: noise, features: 2000, labels: Array.from({ length: 40 }, (_, i) => i % 2) });
  const device = createCpuDevice({ threads: 1 });
  const options = { method: "linear", epochs: 30, lr: 0.05, optimizer: { decay: 0.01 }, device } as const;
  let [honest, leaking] = [0, 0];
  for (const seed of [1, 2, 3, 4]) {
    const parts = split(chance, { test: 0.5, seed });
    const model = await train(parts, { ...options, prepare: ["f-test:20"] });
    const { prepared } = await model.save();
    expect(prepared).toEqual(fitSteps(["f-test:20"], parts.train));
    honest += (model.history[29].testAccuracy as number) / 4;
    const all = applySteps(chance, fitSteps(["f-test:20"], chance));
    const leak = {
      train: takeSamples(all, [...parts.indices.train], "train"),
      test: takeSamples(all, [...parts.indices.test], "test"),
    };
    leaking += ((await train(leak, options)).history[29].testAccuracy as number) / 4;
  }
  expect(honest).toBeLessThan(0.68);
  expect(leaking).toBeGreaterThan(0.8);
});

test("a model keeps its steps: saved, resumed to the same bits, started from, used on raw samples", async () => {
  const device = createCpuDevice({ threads: 1 });
  const parts = split(data, { test: 0.3, seed: 1 });
  const options = { method: "set", hidden: [5], epsilon: 3, epochs: 4, prepare: ["library-size", "log2", "f-test:4"] } as const;
  let bytes = new Uint8Array(0);
  const onCheckpoint = (saved: SavedModel) => {
    if (saved.training?.epoch === 2) bytes = encodeCheckpoint(saved);
  };
  const model = await train(parts, { ...options, device, onCheckpoint });
  const saved = decodeCheckpoint(encodeCheckpoint(await model.save()));
  expect([saved.features, saved.prepared?.features, saved.prepared?.featureNames]).toEqual([4, 6, names]);
  const found = await model.predict(counts);
  expect(await loadModel(device, saved).predict(counts)).toEqual(found);
  const onnx = runOnnx(readOnnx(encodeOnnx(saved)), counts, features);
  for (const [k, p] of onnx.probabilities.entries()) expect(found.probabilities[k]).toBeCloseTo(p, 5);
  expect(() => encodeOnnx({ ...saved, prepared: { ...fitSteps(["quantile", "f-test:4"], data) } })).toThrow(
    "step quantile of the model has no ONNX",
  );
  expect((await model.evaluate(parts.test)).accuracy).toBe(model.history[3].testAccuracy);
  const resumed = await train(parts, { ...options, device, resume: decodeCheckpoint(bytes) });
  expect(timeless(resumed.history)).toEqual(timeless(model.history));
  const more = await train(parts, { device, method: "dense", epochs: 1, start: saved });
  expect((await more.save()).prepared).toEqual(saved.prepared);
  await expect(train(parts, { device, method: "dense", prepare: ["log2"], start: saved })).rejects.toThrow("it brings the steps");
  const broken = { ...saved, prepared: { ...(saved.prepared as NonNullable<typeof saved.prepared>), features: 3 } };
  expect(() => loadModel(device, broken)).toThrow("does not say which of 3 features stay");
});

it("the command line names them in order, and its model takes tables as they were", async () => {
  const lines = rowsOf(counts).map((row, i) => [...row, labels[i]].join());
  writeFileSync(folder.path("t.csv"), `${names.join()},class\n${lines.join("\n")}\n`);
  const options = `--prepare library-size,log2,variance:4 --method dense --hidden 4 --epochs 2 --device cpu --out ${folder.path("run")}`;
  const trained = await coppice(`train --data ${folder.path("t.csv")} ${options}`);
  expect(trained.code, trained.err).toBe(0);
  expect(trained.err).toContain("goes through library-size, log2, variance:4, learnt of the training part; 4 of 6 features stay");
  const model = folder.path("run/model.safetensors");
  expect((await coppice(`eval ${model} --data ${folder.path("t.csv")} --device cpu`)).out).toContain("on 24 samples");
  expect((await coppice(`inspect ${model}`)).out).toContain(
    "inputs through library-size, log2, variance:4 (of 6 features), standardised",
  );
  expect((await coppice(`predict ${model} --data ${folder.path("t.csv")} --device cpu`)).out.split("\n")).toHaveLength(26);
});
