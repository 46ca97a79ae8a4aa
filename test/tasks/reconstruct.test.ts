import { writeFileSync } from "node:fs";
import { expect, test } from "vitest";
import {
  createCpuDevice,
  decodeCheckpoint,
  encodeCheckpoint,
  loadModel,
  makeDataset,
  type Prediction,
  type SavedModel,
  split,
  train,
} from "../../src/api/index.js";
import { encodeOnnx } from "../../src/api/io.js";
import { isSparse, type SparseRows, toDense } from "../../src/data/sample-matrix.js";
import { standardize } from "../../src/data/standardize.js";
import type { Device } from "../../src/device/device.js";
import { networkConfig } from "../../src/nn/config.js";
import { createNetwork } from "../../src/nn/network.js";
import { createResidentData } from "../../src/nn/resident.js";
import { createRunner } from "../../src/nn/runner.js";
import { initialState } from "../../src/nn/state.js";
import type { ReconstructionReport } from "../../src/tasks/reconstruct.js";
import { coppice, useFolder } from "../cli/harness.js";
import { onnxValues, readOnnx } from "../io/onnx-reader.js";
import { matrixTest } from "../matrix.js";
import { sharedGpu } from "../one-gpu.js";
import { expectSameState, timeless } from "../train/same-runs.js";
import { data, features, names, options, parts, rows, samples } from "./plane.js";

const folder = useFolder();

const errorOf = (prediction: Prediction) => (prediction as unknown as { error: Float32Array }).error;

/** Per sample the root of the mean squared difference between outputs and standardised inputs, in f64. */
function define(set: typeof data, saved: SavedModel, z: Float32Array): number[] {
  const x = toDense(standardize(set, saved.input as NonNullable<SavedModel["input"]>).x);
  return Array.from({ length: set.samples }, (_, i) => {
    const squares = names.map((_, j) => (z[i * features + j] - x[i * features + j]) ** 2);
    return Math.sqrt(squares.reduce((sum, square) => sum + square, 0) / features);
  });
}

test("a linear network with a middle of two finds the plane, and tells how far samples are from it", async () => {
  const device = createCpuDevice({ threads: 1 });
  const model = await train(parts, {
    ...options,
    method: "dense",
    hidden: [2],
    activation: "linear",
    epochs: 40,
    lr: 0.1,
    device,
  });
  expect(model.config.network).toMatchObject({ task: "reconstruct", loss: "mse" });
  expect(model.classes).toEqual(names);
  expect(model.history[39].testRmse).toBeLessThan(0.05); // what is left of six deviations of 1
  const saved = await model.save();
  const found = (await model.evaluate(parts.test, { outputs: true })) as unknown as ReconstructionReport & {
    outputs: Float32Array;
    rmse: number;
  };
  const errors = define(parts.test, saved, found.outputs);
  expect(found.rmse).toBeCloseTo(Math.sqrt(errors.reduce((sum, e) => sum + e * e, 0) / errors.length), 6);
  const x = toDense(standardize(parts.test, saved.input as NonNullable<SavedModel["input"]>).x);
  const column = (j: number) => Array.from({ length: parts.test.samples }, (_, i) => x[i * features + j]);
  const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const varied = names.flatMap((_, j) => column(j).map((value) => (value - mean(column(j))) ** 2));
  const missed = features * errors.reduce((sum, e) => sum + e * e, 0);
  expect(found.explained).toBeCloseTo(1 - missed / varied.reduce((sum, square) => sum + square, 0), 9);
  expect(found.errors.largest).toBeCloseTo(Math.max(...errors), 6);
  expect(errors.length).toBe(27); // numpy's quantiles: the middle one, and 0.7 of the way between the 25th and the 26th
  const sorted = errors.toSorted((a, b) => a - b);
  expect(found.errors.median).toBeCloseTo(sorted[13], 6);
  expect(found.errors.most95).toBeCloseTo(0.3 * sorted[24] + 0.7 * sorted[25], 6);
  const few = {
    ...parts.test,
    x: (parts.test.x as Float64Array).slice(0, 4 * features),
    samples: 4,
    y: parts.test.y.slice(0, 4),
  };
  const four = (await model.evaluate(few)) as unknown as ReconstructionReport;
  const [, second, third] = errors.slice(0, 4).sort((a, b) => a - b);
  expect(four.errors.median).toBeCloseTo((second + third) / 2, 6);
  const told = errorOf(await model.predict(parts.test.x));
  for (const [i, error] of errors.entries()) expect(told[i]).toBeCloseTo(error, 6);
  const odd = errorOf(await model.predict(Float64Array.from([...rows[0].slice(0, 3), 9, ...rows[0].slice(4)])));
  expect(odd[0]).toBeGreaterThan(10 * Math.max(...errors)); // off the plane
  const onnx = onnxValues(readOnnx(encodeOnnx(saved)), parts.test.x as Float64Array, features);
  for (const [i, error] of errors.entries()) expect(onnx("error").data[i]).toBeCloseTo(error, 5);
  expect(onnx("values").data).toHaveLength(parts.test.samples * features);
});

test("hidden inputs are hidden from the network, and not from the loss", async () => {
  const device = createCpuDevice({ precision: 64 });
  const sizes = [features, 3, features];
  const state = initialState({ sizes, densities: [null, null], init: "heUniform", seed: 1, activation: "linear" });
  const zero = state.layers.map((layer) => ({ ...layer, params: { ...layer.params, values: layer.params.values.map(() => 0) } }));
  const x = Float64Array.from(rows.flat()) as unknown as Float32Array;
  const losses = async (task: "reconstruct" | "regression", layers: typeof zero) => {
    const config = networkConfig({ task, activation: "linear", inputDropout: 0.5 });
    const y = task === "reconstruct" ? null : x;
    const set = createResidentData(device, "data", { x, y, samples, features });
    const runner = await createRunner(device, createNetwork(device, config, { layers }), set, { batch: samples, training: true });
    return (await runner.run()).stepLoss[0] / samples;
  };
  const mean = rows.flat().reduce((sum, value) => sum + value * value, 0) / (samples * features);
  expect(await losses("reconstruct", zero)).toBeCloseTo(mean, 9);
  const [whole, given] = [
    await losses("reconstruct", state.layers as typeof zero),
    await losses("regression", state.layers as typeof zero),
  ];
  expect(whole / given).toBeCloseTo(1, 7); // given ones are rounded to 32 bits
});

test("its model is kept, resumed to the same bits and started from", async () => {
  const device = createCpuDevice({ threads: 1 });
  let bytes = new Uint8Array(0);
  const onCheckpoint = (saved: SavedModel) => {
    if (saved.training?.epoch === 3) bytes = encodeCheckpoint(saved);
  };
  const run = { ...options, inputDropout: 0.2 };
  const model = await train(parts, { ...run, device, onCheckpoint });
  const saved = decodeCheckpoint(encodeCheckpoint(await model.save()));
  expect(saved.config).toMatchObject({ task: "reconstruct", inputDropout: 0.2 });
  const found = await model.predict(data.x);
  expect(await loadModel(device, saved).predict(data.x)).toEqual(found);
  const resumed = await train(parts, { ...run, device, resume: decodeCheckpoint(bytes) });
  expect(timeless(resumed.history)).toEqual(timeless(model.history));
  const more = await train(parts, { device, method: "dense", epochs: 2, lr: 0.01, start: saved });
  expect(more.config.network.inputDropout).toBe(0.2);
  expect(more.history[1].trainLoss as number).toBeLessThan(model.history[7].trainLoss as number);
});

matrixTest("members see the same inputs, whether they are trained together or alone", async () => {
  const device = createCpuDevice({ threads: 1 });
  const run = { ...options, inputDropout: 0.2 };
  const three = await train(parts, { ...run, members: 3, device });
  const { members = [] } = await three.save();
  const second = await train(parts, { ...run, member: 1, device });
  expectSameState(members[1], (await second.save()).network); // the same inputs were hidden from it
  const shared = await train(parts, {
    ...run,
    output: "dense",
    members: 2,
    share: "weights",
    method: "static",
    epochs: 2,
    device,
  });
  expect(shared.history[1].testRmse).toBeGreaterThan(0);
});

test("samples that are streamed, or sparse, train to the same bits", async () => {
  const device = createCpuDevice({ threads: 1 });
  const counts = Float32Array.from({ length: 60 * 20 }, (_, k) => (k % 7 === 0 || k % 20 === k % 3 ? 1 + (k % 5) : 0));
  const dense = makeDataset({ name: "counts", x: counts, features: 20, labels: null });
  const run = async (x: Float32Array | SparseRows, more: object) => {
    const sets = split({ ...dense, x }, { test: 0.3, seed: 1 });
    const model = await train(sets, { ...options, hidden: [10], inputDropout: 0.3, tune: "off", ...more });
    const result = { saved: await model.save(), history: timeless(model.history), told: await model.evaluate(sets.test) };
    await model.dispose();
    return result;
  };
  const whole = await run(counts, { device });
  const streamed = await run(counts, { device, dataBytes: 2 * 18 * 20 * 4 });
  expectSameState(streamed.saved.network, whole.saved.network);
  expect(streamed.told).toEqual(whole.told);
  const rowPtr = Uint32Array.from({ length: 61 }, (_, i) => counts.subarray(0, 20 * i).filter((value) => value !== 0).length);
  const places = Array.from(counts.keys()).filter((k) => counts[k] !== 0);
  const values = Float32Array.from(places, (k) => counts[k]);
  const sparse = { rows: 60, cols: 20, rowPtr, colIdx: Uint32Array.from(places, (k) => k % 20), values };
  expect(isSparse(sparse)).toBe(true);
  const rowsRun = await run(sparse, { device });
  expectSameState(rowsRun.saved.network, whole.saved.network);
  expect(rowsRun.history).toEqual(whole.history);
  expect(rowsRun.told).toEqual(whole.told);
});

matrixTest("devices agree", async () => {
  const run = async (device: Device) => {
    const model = await train(parts, { ...options, inputDropout: 0.3, epochs: 2, tune: "off", device });
    const found = [model.history[1].testLoss as number, ...errorOf(await model.predict(parts.test.x))];
    await model.dispose();
    return found;
  };
  const [gpu, cpu] = [await run(await sharedGpu()), await run(createCpuDevice({ threads: 1 }))];
  for (const [i, value] of cpu.entries()) expect(gpu[i]).toBeCloseTo(value, 5);
});

test("tables need no labels: none is taken for one, and one that is named so is left out", async () => {
  const write = (name: string, label: boolean) => {
    const head = [...names, ...(label ? ["class"] : [])].join();
    writeFileSync(
      folder.path(name),
      [head, ...rows.map((row, i) => [...row, ...(label ? [i % 2 ? "x" : "y"] : [])].join())].join("\n"),
    );
    return folder.path(name);
  };
  const [bare, labelled] = [write("bare.csv", false), write("labelled.csv", true)];
  const run = "--task reconstruct --hidden 4 --epochs 2 --device cpu";
  for (const [file, out] of [
    [bare, "bare"],
    [labelled, "labelled"],
  ]) {
    const trained = await coppice(`train --data ${file} ${run} --out ${folder.path(out)} --json`);
    expect(trained.code, trained.err).toBe(0);
    expect(trained.err.split("\n")[0]).toMatch(/: 60 train, 30 test samples of 6 features$/);
    expect(JSON.parse(trained.out).neurons.initial).toEqual([6, 4, 6]);
    if (out === "labelled") expect(trained.err).toContain('column "class" is left out: it holds labels');
    const model = folder.path(`${out}/model.safetensors`);
    const predicted = await coppice(`predict ${model} --data ${file} --device cpu`);
    expect(predicted.out).toMatch(/^error\n[\d.]+\n/);
    const other = await coppice(`eval ${model} --data ${out === "bare" ? labelled : bare} --device cpu`);
    expect(other.out).toMatch(
      /^rmse [\d.]+, mae [\d.]+, loss [\d.]+ on 90 samples\n\nRMSE .*\nMAE .*\nvariance explained +-?[\d.]+ %/,
    );
    if (out !== "bare") continue;
    const { explained, intervals } = JSON.parse(
      (await coppice(`eval ${model} --data ${bare} --device cpu --intervals --json`)).out,
    );
    expect(intervals.explained.mean).toBeCloseTo(explained, 6);
    expect(intervals.explained.low).toBeLessThan(explained);
    expect(intervals.explained.high).toBeGreaterThan(explained);
  }
});
