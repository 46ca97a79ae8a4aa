import { describe, expect, test } from "vitest";
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
import { random } from "../../src/api/sparse.js";
import { timeless } from "../train/same-runs.js";

/** 90 samples of 5 features, and two targets of very different units: the first far from 0, the second tiny. */
const rng = random(3, "regression");
const x = Float32Array.from({ length: 90 * 5 }, () => rng.normal());
const row = (i: number) => x.subarray(5 * i, 5 * i + 5);
const first = Array.from({ length: 90 }, (_, i) => 2000 + 30 * row(i)[0] - 20 * row(i)[1] + 3 * rng.normal());
const second = Array.from({ length: 90 }, (_, i) => 1e-4 * (row(i)[2] + row(i)[0] * row(i)[3]));
const both = makeDataset({
  name: "two",
  x,
  features: 5,
  targets: first.flatMap((value, i) => [value, second[i]]),
  targetNames: ["year", "dose"],
});
const one = makeDataset({ name: "one", x, features: 5, targets: first });
const options = { method: "set", hidden: [16, 12], epsilon: 6, epochs: 12, batch: 16, lr: 0.02 } as const;
const values = (prediction: Prediction) => prediction as unknown as { outputs: string[]; values: Float32Array };

test("targets are learnt in standardised units and told of in their own", async () => {
  const device = createCpuDevice({ threads: 1 });
  const data = split(both, { test: 0.3, seed: 1, strata: new Uint32Array(90) });
  const model = await train(data, { ...options, epochs: 40, device });
  expect(model.config.network).toMatchObject({ task: "regression", loss: "mse" });
  expect(model.classes).toEqual(["year", "dose"]);
  const last = model.history[39];
  const { outputs, values: found } = values(await model.predict(data.test.x));
  expect(outputs).toEqual(["year", "dose"]);
  const truth = data.test.targets as Float64Array;
  const squares = truth.reduce((sum, target, k) => sum + (found[k] - target) ** 2, 0);
  expect(Number(last.testRmse) / Math.sqrt(squares / truth.length)).toBeCloseTo(1, 4);
  const evaluation = (await model.evaluate(data.test)) as unknown as Record<string, number> & {
    targets: { name: string; rmse: number; mae: number; r2: number; spearman: number }[];
  };
  for (const name of ["Rmse", "Mae", "R2", "Spearman"])
    expect(last[`test${name}`] as number).toBeCloseTo(evaluation[name.toLowerCase()], 5);
  const [year, dose] = evaluation.targets;
  expect([year.name, dose.name]).toEqual(["year", "dose"]);
  expect(year.r2).toBeGreaterThan(0.8);
  expect(dose.rmse).toBeLessThan(2e-4);
  expect((year.mae + dose.mae) / 2 / evaluation.mae).toBeCloseTo(1, 5);
  expect((year.r2 + dose.r2) / 2).toBeCloseTo(evaluation.r2, 6);
  await model.dispose();
});

test("its model is kept, loaded, resumed to the same bits and started from", async () => {
  const device = createCpuDevice({ threads: 1 });
  const data = split(one, { test: 0.3, seed: 1 });
  let bytes = new Uint8Array(0);
  const onCheckpoint = (saved: SavedModel) => {
    if (saved.training?.epoch === 7) bytes = encodeCheckpoint(saved);
  };
  const model = await train(data, { ...options, device, onCheckpoint });
  const saved = decodeCheckpoint(encodeCheckpoint(await model.save()));
  const { targets } = data.train;
  const mean = (targets as Float64Array).reduce((sum, value) => sum + value, 0) / data.train.samples;
  expect(saved.targets?.mean[0]).toBeCloseTo(mean, 9);
  const loaded = loadModel(device, saved);
  expect(values(await loaded.predict(x))).toEqual(values(await model.predict(x)));
  const resumed = await train(data, { ...options, device, resume: decodeCheckpoint(bytes) });
  expect(timeless(resumed.history)).toEqual(timeless(model.history));
  expect(values(await resumed.predict(x))).toEqual(values(await model.predict(x)));
  const more = await train(data, { device, method: "set", epochs: 2, lr: 0.001, start: saved });
  expect(more.history[0].trainLoss).toBeLessThan(2 * Number(model.history[11].trainLoss));
  expect((await more.save()).targets).toEqual(saved.targets);
});

test("members average their outputs and tell how far they are apart", async () => {
  const device = createCpuDevice({ threads: 1 });
  const model = await train({ train: both }, { ...options, epochs: 4, members: 3, device });
  const prediction = (await model.predict(x)) as unknown as { values: Float32Array; uncertainty: Record<string, Float32Array> };
  const { members = [], ...saved } = await model.save();
  const alone = await Promise.all(members.map((network) => loadModel(device, { ...saved, network }).predict(x)));
  const each = alone.map((one) => values(one).values);
  expect(Object.keys(prediction.uncertainty)).toEqual(["year spread", "dose spread"]);
  for (const k of [0, 1, 50, 179]) {
    const own = each.map((found) => found[k]);
    const mean = own.reduce((a, b) => a + b) / 3;
    const spread = Math.sqrt(own.reduce((sum, value) => sum + (value - mean) ** 2, 0) / 3);
    expect(prediction.values[k] / mean).toBeCloseTo(1, 5);
    expect(prediction.uncertainty[k % 2 ? "dose spread" : "year spread"][k >> 1] / spread).toBeCloseTo(1, 2);
  }
});

describe("what cannot be learnt is refused before a step is computed", () => {
  const bad =
    (targets: number[], more = {}) =>
    () =>
      makeDataset({ name: "bad", x, features: 5, targets, ...more });
  test.each([
    [
      "not finite",
      bad(first.map((value, i) => (i === 3 ? Number.NaN : value))),
      'bad: target "y" of sample 4 is NaN, expected a finite',
    ],
    ["too few", bad(first.slice(1)), "bad: 89 targets for 90 samples"],
    ["names", bad(first, { targetNames: ["a", "b"] }), "bad: targetNames: holds 2 texts, expected 1"],
    ["labels too", bad(first, { labels: new Array(90).fill("a") }), "bad: both labels and targets are given; give one of them"],
    ["texts", bad(["1"] as unknown as number[]), 'bad: value 1 of targets is "1", not a number'],
  ])("%s", (_, make, message) => {
    expect(make).toThrow(message);
  });

  test.each([
    [
      "constant",
      { train: { ...one, targets: new Float64Array(90).fill(7) } },
      {},
      'one: target "y" is 7 in all 90 training samples',
    ],
    ["as classes", { train: one }, { task: "classification" }, "one: it has numbers to learn (y) and no classes"],
    ["classes", { train: blobs() }, { task: "regression" }, "blobs: it has 2 classes and no numbers to learn; name the columns"],
    [
      "its loss",
      { train: one },
      { loss: "crossEntropy" },
      "loss: crossEntropy does not fit task regression; take mse, mae, huber",
    ],
    [
      "other targets",
      { train: both, test: { ...both, x: x.map((v) => v + 1), targetNames: ["year", "d"] } },
      {},
      "two: its targets are year, d, the model's year, dose",
    ],
  ] as const)("%s", async (_, data, more, message) => {
    await expect(train(data, { ...options, ...more, device: createCpuDevice({ threads: 1 }) })).rejects.toThrow(message);
  });
});

function blobs() {
  return makeDataset({ name: "blobs", x: x.slice(0, 20), features: 5, labels: ["a", "b", "a", "b"] });
}
