import { afterAll, expect, test } from "vitest";
import { describeModel } from "../../src/cli/describe-model.js";
import { createCpuDevice } from "../../src/device/cpu/device.js";
import { inputStrength } from "../../src/experiment/repeat/strength.js";
import { blend } from "../../src/io/blend.js";
import { decodeCheckpoint, encodeCheckpoint } from "../../src/io/formats/checkpoint/checkpoint.js";
import { decodeSafetensors } from "../../src/io/formats/checkpoint/safetensors.js";
import { encodeScipy } from "../../src/io/formats/scipy/encode.js";
import { membersOf, type SavedModel } from "../../src/io/saved-model.js";
import type { ClassAnswers } from "../../src/tasks/classification.js";
import { loadModel } from "../../src/train/model.js";
import { train } from "../../src/train/train.js";
import { encodeSafetensors } from "../io/encode-safetensors.js";
import { blobs } from "./blobs.js";
import { expectSameState, timeless } from "./same-runs.js";

// Training with a linear skip; its sums and its step are held against the linear model in test/nn/skip.test.ts.

const data = { train: blobs({ samples: 36, features: 10 }), test: blobs({ samples: 12, features: 10, seed: 2 }) };
const device = createCpuDevice();
afterAll(() => device.dispose());
const options = {
  method: "npset",
  hidden: [16, 12],
  epsilon: 3,
  epochs: 5,
  batch: 8,
  optimizer: "adam",
  lr: 0.02,
  skip: "linear",
} as const;

async function run(more: Parameters<typeof train>[1] = {}) {
  const checkpoints: SavedModel[] = [];
  const model = await train(data, { ...options, ...more, device, onCheckpoint: (saved) => void checkpoints.push(saved) });
  const { history } = model;
  const saved = await model.save();
  const predicted = await model.predict(data.test.x);
  await model.dispose();
  return { saved, history, checkpoints, predicted };
}

test("it is trained beside what evolves and shrinks, and comes back from the file", async () => {
  const { saved, history, predicted } = await run();
  const { network } = saved;
  expect(network.layers.map(({ out }) => out)).toEqual([8, 6, 3]);
  expect(network.skip?.values.filter((value) => value !== 0).length).toBe(30);
  expect(history[4].testAccuracy).toBeGreaterThan(0.9);
  const bytes = encodeCheckpoint(saved);
  const { tensors } = decodeSafetensors(bytes, "file");
  expect([...tensors].filter(([name]) => name.startsWith("skip")).map(([name, { shape }]) => [name, shape])).toEqual([
    ["skip.weight", [3, 10]],
    ["skip.weight.m", [3, 10]],
    ["skip.weight.v", [3, 10]],
  ]);
  const read = decodeCheckpoint(bytes);
  expectSameState(read.network, network);
  expect(await loadModel(device, read).predict(data.test.x)).toEqual(predicted);
  const without = { ...read, config: { ...read.config, skip: undefined }, network: { layers: network.layers } };
  expect((await loadModel(device, without).predict(data.test.x)).probabilities).not.toEqual(predicted.probabilities);
  expect(describeModel("m", 1, saved)).toMatchObject({ skip: 30 });
  const [own, rest] = [saved, without].map(inputStrength);
  const column = (j: number) => [0, 1, 2].reduce((sum, c) => sum + Math.abs(network.skip?.values[10 * c + j] ?? 0), 0);
  own.forEach((strength, j) => {
    expect(strength - rest[j]).toBeCloseTo(column(j), 10);
  });
});

test("a run that goes on from a checkpoint ends with the bits of one that was not interrupted, and so does each member alone", async () => {
  const whole = await run({ members: 2 });
  const resume = decodeCheckpoint(encodeCheckpoint(whole.checkpoints[1]));
  const rest = await run({ members: 2, resume });
  expect(timeless(rest.history)).toEqual(timeless(whole.history));
  for (const [member, network] of membersOf(whole.saved).entries()) {
    expectSameState(membersOf(rest.saved)[member], network);
    expectSameState((await run({ member })).saved.network, network);
  }
});

test("a run that starts from such a model has its skip, and other runs have none", async () => {
  const [{ saved: start }, plain] = [await run(), await run({ skip: "none" })];
  expect([plain.saved.network.skip, plain.saved.config.skip]).toEqual([undefined, undefined]);
  const [hidden, epsilon] = [undefined, undefined];
  const { saved } = await run({ start, hidden, epsilon, skip: undefined, lr: 1e-20 });
  expect(saved.network.skip?.values).toEqual(start.network.skip?.values);
  await expect(run({ start, hidden, epsilon, skip: "none" })).rejects.toThrow("none contradicts the model that training starts");
});

test("a blend of such a model and a linear one gives the mean of their probabilities", async () => {
  const linear = { method: "linear", hidden: undefined, epsilon: undefined, skip: undefined } as const;
  const [first, second] = [await run(), await run(linear)];
  const blended = blend([
    { model: first.saved, weight: 0.75 },
    { model: second.saved, weight: 0.25 },
  ]);
  const read = decodeCheckpoint(encodeCheckpoint(blended));
  expect(membersOf(read).map(({ skip }) => skip?.values.length)).toEqual([30, undefined]);
  const { probabilities } = (await loadModel(device, read).predict(data.test.x)) as ClassAnswers;
  const [a, b] = [first, second].map(({ predicted }) => (predicted as ClassAnswers).probabilities);
  probabilities.forEach((p, k) => {
    expect(p).toBeCloseTo(0.75 * a[k] + 0.25 * b[k], 5);
  });
});

test("what cannot have one is refused", async () => {
  const linear = { method: "linear", hidden: undefined, epsilon: undefined } as const;
  await expect(run(linear)).rejects.toThrow("skip: a network without a hidden layer is linear already");
  const { saved } = await run({ epochs: 1, method: "set" });
  expect(() => encodeScipy(saved)).toThrow("npz: the model has a linear skip");
  const { layers, skip } = saved.network;
  expect(() => encodeCheckpoint({ ...saved, network: { layers } })).toThrow('skip: its config says "linear", and there is none');
  const short = { values: new Float32Array(29), state: [] };
  expect(() => loadModel(device, { ...saved, network: { layers, skip: short } })).toThrow("network: skip");
  const { tensors, metadata } = decodeSafetensors(encodeCheckpoint({ ...saved, network: { layers, skip } }), "file");
  const left = <T>(entries: ReadonlyMap<string, T>) =>
    new Map([...entries].filter(([name]) => !["skip.weight", "crc32c"].includes(name)));
  const file = encodeSafetensors({ tensors: left(tensors), metadata: left(metadata) });
  expect(() => decodeCheckpoint(file, "file")).toThrow("tensor skip.weight: is missing");
});
