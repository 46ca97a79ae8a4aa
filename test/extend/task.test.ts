import { afterAll, describe, expect, test } from "vitest";
import type { Loss, Metric, Task } from "../../src/api/extend.js";
import {
  createCpuDevice,
  decodeCheckpoint,
  type EpochRecord,
  encodeCheckpoint,
  loadModel,
  makeDataset,
  type Prediction,
  type SavedModel,
  train,
} from "../../src/api/index.js";
import { encodeOnnx } from "../../src/api/io.js";
import { random } from "../../src/api/sparse.js";
import { WHOLE } from "../matrix.js";
import { sharedGpu } from "./gpu.js";

// A task that is not built in, through the public API alone: two numbers per sample are to be learnt, the labels being texts of them.

/** (z - t)^2 over the outputs, its mean over the batch. */
const squared: Loss = {
  name: "squared",
  wgsl: `
fn sampleLoss(b: u32) -> f32 {
  var sum = 0.0;
  for (var c = 0u; c < params.outputs; c++) {
    let e = output(c, b) - wanted(c, b);
    sum += e * e;
    setDelta(c, b, 2.0 * e / f32(cursor.count));
  }
  return sum;
}`,
  sample({ z, delta, outputs, stride, count, wanted }, b) {
    let sum = 0;
    for (let c = 0; c < outputs; c++) {
      const e = z[c * stride + b] - wanted(c, b);
      sum += e * e;
      delta[c * stride + b] = (2 * e) / count;
    }
    return sum;
  },
};

/** The root of the mean squared error of the first output. */
const rooted: Metric = {
  name: "rooted",
  better: "smaller",
  wgsl: `
fn sampleMetric(b: u32) -> f32 {
  let e = output(0u, b) - wanted(0u, b);
  return e * e;
}`,
  measure: ({ z, wanted }, b) => (z[b] - wanted(0, b)) ** 2,
  of: Math.sqrt,
};

/** The share of the variance of the first target that is explained. */
const explained: Metric = {
  name: "explained",
  better: "larger",
  over({ z, targets, samples, outputs }) {
    const [z0, t0] = [z, targets].map((all) => Array.from({ length: samples }, (_, i) => all[i * outputs]));
    const mean = t0.reduce((sum, value) => sum + value, 0) / samples;
    const squares = (of: (i: number) => number) => t0.reduce((sum, _, i) => sum + of(i) ** 2, 0);
    return 1 - squares((i) => z0[i] - t0[i]) / squares((i) => t0[i] - mean);
  },
};

const pair: Task = {
  name: "pair",
  losses: [squared],
  metrics: [rooted, explained],
  outputs: () => ["sum", "difference"],
  width: (outputs) => outputs,
  targets: ({ y, classes }) => Float32Array.from([...y].flatMap((c) => classes[c].split(" ").map(Number))),
  onnx: (graph, z) => [{ name: graph.node("Identity", [z], "values"), type: "float", dims: ["batch", 2] }],
};

const rng = random(5, "pairs");
const SAMPLES = 60;
const x = Float32Array.from({ length: SAMPLES * 6 }, () => rng.normal());
const labels = Array.from({ length: SAMPLES }, (_, i) => {
  const row = x.subarray(6 * i, 6 * i + 6);
  return `${Math.fround(row[0] + row[1])} ${Math.fround(row[2] - row[3])}`;
});
const set = (from: number, to: number) =>
  makeDataset({ name: "pairs", x: x.slice(6 * from, 6 * to), labels: labels.slice(from, to), features: 6 });
const data = { train: set(0, 40), test: set(40, 60) };
const wanted = labels.map((label) => label.split(" ").map(Number));
const shape = { method: "dense", hidden: [12], activation: "tanh", inputs: "raw" } as const;
const options = { ...shape, task: pair, epochs: 30, batch: 8, lr: 0.02 };

describe("learnt on", async () => {
  const gpu = await sharedGpu();
  const devices = { "the CPU": createCpuDevice({ threads: 1 }), "typed arrays": createCpuDevice({ simd: false }), "a GPU": gpu };
  afterAll(() => gpu.dispose());

  const names = Object.keys(devices) as (keyof typeof devices)[];
  test.each(names.filter((name) => WHOLE || name !== "a GPU"))("%s, with its own loss, metrics and answers", async (on) => {
    const device = devices[on];
    let bytes = new Uint8Array(0);
    const onCheckpoint = (saved: SavedModel) => {
      if (saved.training?.epoch === 20) bytes = encodeCheckpoint(saved);
    };
    const model = await train(data, { ...options, device, onCheckpoint });
    const { history } = model;
    const last = history[29];
    expect(Object.keys(last).filter((key) => /accuracy/i.test(key))).toEqual([]);
    expect(last.trainLoss).toBeLessThan(0.1 * Number(history[0].trainLoss));
    expect(last.trainExplained).toBeGreaterThan(0.9);

    const { outputs, values } = (await model.predict(data.test.x)) as unknown as { outputs: string[]; values: Float32Array };
    expect(outputs).toEqual(["sum", "difference"]);
    const errors = wanted.slice(40).map(([sum], i) => values[2 * i] - sum);
    const root = Math.sqrt(errors.reduce((sum, error) => sum + error ** 2, 0) / errors.length);
    expect(last.testRooted).toBeCloseTo(root, 5);
    const { notes, ...scores } = (await model.evaluate(data.test)) as object as Record<string, unknown>;
    expect(notes).toEqual([]);
    expect(scores).toEqual({
      loss: expect.closeTo(Number(last.testLoss), 5),
      samples: 20,
      rooted: last.testRooted,
      explained: last.testExplained,
    });
    await model.dispose();

    expect(() => decodeCheckpoint(bytes)).toThrow(
      /^checkpoint: task: "pair" is unknown.* hand it in by pieces \(--pieces FILE\.js\)$/,
    );
    const resumed = await train(data, { ...options, device, resume: decodeCheckpoint(bytes, "checkpoint", [pair]) });
    const without = ({ seconds, ...rest }: EpochRecord) => rest;
    expect(resumed.history.map(without)).toEqual(history.map(without));
    await resumed.dispose();
  });
});

test("its model is loaded, started from and exported", async () => {
  const device = createCpuDevice({ threads: 1 });
  const model = await train(data, { ...options, device });
  const saved = decodeCheckpoint(encodeCheckpoint(await model.save()), "checkpoint", [pair]);
  expect(saved.classes).toEqual(["sum", "difference"]);
  const loaded = loadModel(device, saved);
  const values = (prediction: Prediction) => (prediction as unknown as { values: Float32Array }).values;
  expect(values(await loaded.predict(x))).toEqual(values(await model.predict(x)));
  const more = await train(data, { device, method: "dense", epochs: 2, lr: 0.001, start: saved });
  expect(more.history[0].trainLoss).toBeLessThan(2 * Number(model.history[29].trainLoss));
  await expect(train(data, { device, start: saved, method: "dense", task: "classification" })).rejects.toThrow(
    /^task: classification contradicts the model .* its task is pair/,
  );
  expect(new TextDecoder("latin1").decode(encodeOnnx(saved))).toContain("Identity");
  const { onnx: _none, ...plain } = pair;
  const unexportable = { ...saved, config: { ...saved.config, task: plain } };
  expect(() => encodeOnnx(unexportable)).toThrow(/^onnx: task pair has no ONNX form/);
});

test("what is no task, or a loss that does not fit it, is refused", async () => {
  const bad = (task: unknown) => train(data, { ...options, task: task as Task });
  await expect(bad({ name: "mine" })).rejects.toThrow(
    /^task: "mine": losses: undefined is not a list with names of losses, or losses$/,
  );
  await expect(bad("pair")).rejects.toThrow(/^task: "pair" is unknown/);
  await expect(bad({ ...pair, name: "classification" })).rejects.toThrow(/^task: "classification" is the name of a built-in/);
  await expect(train(data, { ...options, loss: "mse" })).rejects.toThrow(/^loss: mse does not fit task pair; take squared/);
  const half = { ...pair, answers: () => ({ see() {}, result: () => ({}) }) };
  await expect(bad(half)).rejects.toThrow(/^task: "pair": needs answers and answer, or neither$/);
  await expect(bad({ ...pair, metrics: [] })).rejects.toThrow(/^task: "pair": metrics: .* is not a list with metrics$/);
});

test("what a task gives is checked before a step is computed", async () => {
  const device = createCpuDevice({ threads: 1 });
  const bad = (fields: object) => train(data, { ...options, device, task: { ...pair, ...fields } as Task });
  await expect(bad({ targets: () => new Float32Array(3) })).rejects.toThrow(
    /^task "pair": targets: 3 numbers, expected 40 x 2 = 80$/,
  );
  await expect(bad({ targets: () => new Float64Array(80) })).rejects.toThrow(
    /^task "pair": targets: Float64Array\(80\), expected a Float32Array or a Uint32Array$/,
  );
  const holed = ({ samples }: { samples: number }) => new Float32Array(2 * samples).fill(Number.NaN, 7, 8);
  await expect(bad({ targets: holed })).rejects.toThrow(
    /^task "pair": targets: NaN for sample 4 of pairs, expected a finite number$/,
  );
  for (const [width, told] of [
    [() => 1.5, "1.5"],
    [() => 0, "0"],
    [() => "2", '"2"'],
  ] as const)
    await expect(bad({ width })).rejects.toThrow(`task "pair": width: ${told}, expected an integer of at least 1`);
  for (const [outputs, told] of [
    [() => [], "[]"],
    [() => ["a", "a"], '["a", "a"]'],
    [() => [1, 2], "[1, 2]"],
    [() => 2, "2"],
  ] as const)
    await expect(bad({ outputs })).rejects.toThrow(
      `task "pair": outputs: ${told}, expected a list of distinct texts, at least one`,
    );
  await expect(bad({ metrics: ["accuracy"] })).rejects.toThrow(
    /^task: "pair": metrics\[0\]: "accuracy" is a name, expected a metric as an object \(METRICS holds those that have a name\)$/,
  );

  let good = true;
  const targets: Task["targets"] = (set) => (good && pair.targets !== "inputs" ? pair.targets(set) : new Float32Array(3));
  const model = await train(data, { ...options, device, epochs: 1, task: { ...pair, targets } });
  good = false;
  await expect(model.evaluate(data.test)).rejects.toThrow(/^task "pair": targets: 3 numbers, expected 20 x 2 = 40$/);
  await model.dispose();
});
