import { afterAll, beforeAll, expect, test } from "vitest";
import { createCpuDevice } from "../../src/device/cpu/device.js";
import { type BlendPart, blend } from "../../src/io/blend.js";
import { decodeCheckpoint, encodeCheckpoint } from "../../src/io/formats/checkpoint/checkpoint.js";
import { decodeSafetensors } from "../../src/io/formats/checkpoint/safetensors.js";
import { decodeScipy } from "../../src/io/formats/scipy/decode.js";
import { encodeScipy } from "../../src/io/formats/scipy/encode.js";
import { membersOf, type SavedModel } from "../../src/io/saved-model.js";
import { createStacks } from "../../src/nn/stacks.js";
import { loadModel } from "../../src/train/model.js";
import type { TrainOptions } from "../../src/train/options.js";
import { train } from "../../src/train/train.js";
import { maximum } from "../../src/util/extremes.js";
import { WHOLE } from "../matrix.js";
import { sharedGpu } from "../one-gpu.js";
import { DATA, RUNS } from "../train/bits.js";
import { expectSameState } from "../train/same-runs.js";

// A blend answers by the weighted average of its parts: held against the parts, each loaded by itself, in f64.

const device = WHOLE ? await sharedGpu() : createCpuDevice();
afterAll(() => device.dispose());
const { x, y, samples } = DATA.test;

async function trained(options: TrainOptions): Promise<SavedModel> {
  const model = await train(DATA, { ...options, device, epochs: 2 });
  await model.dispose();
  return model.save();
}

let [ensemble, linear, squared]: SavedModel[] = [];
beforeAll(async () => {
  ensemble = await trained({ ...RUNS["method npset"], members: 3, activation: "tanh", skip: "linear" });
  linear = await trained({ ...RUNS["method linear"], optimizer: "adam" });
  squared = await trained({ ...RUNS["method linear"], loss: "mse" });
});

const parts = (weight = 0.7): BlendPart[] => [
  { model: ensemble, weight },
  { model: linear, weight: 1 - weight },
];

async function answersOf(saved: SavedModel) {
  const model = loadModel(device, saved);
  const answers = await model.predict(x);
  await model.dispose();
  return answers;
}

const entropyOf = (p: readonly number[]) => p.reduce((sum, value) => sum - (value > 0 ? value * Math.log(value) : 0), 0);

test("probabilities, loss and uncertainty are those of the weighted mean, and the file brings them back bit for bit", async () => {
  const made = blend(parts());
  const saved = decodeCheckpoint(encodeCheckpoint(made));
  expect(encodeCheckpoint(saved)).toEqual(encodeCheckpoint(made));
  expect(saved.members?.map(({ weight }) => weight)).toEqual([0.7 / 3, 0.7 / 3, 0.7 / 3, 1 - 0.7]);
  expect(saved.members?.map(({ config }) => config?.optimizer.name)).toEqual([undefined, undefined, undefined, "adam"]);
  const stacks = createStacks(device, saved.config, membersOf(saved));
  expect(stacks.map(({ weights }) => weights.length)).toEqual([3, 1]);

  const own = [...membersOf(ensemble), ...membersOf(linear)].map((network, j): SavedModel => {
    const { members, ...rest } = j < 3 ? ensemble : linear;
    return { ...rest, network };
  });
  const each = await Promise.all(own.map(async (one) => (await answersOf(one)).probabilities));
  const weights = (saved.members ?? []).map(({ weight = 0 }) => weight);
  const mean = each[0].map((_, k) => each.reduce((sum, p, j) => sum + weights[j] * p[k], 0));
  const { probabilities, labels, uncertainty } = await answersOf(saved);
  for (const [k, value] of probabilities.entries()) expect(Math.abs(value - mean[k])).toBeLessThan(1e-6);

  const classes = saved.classes.length;
  const row = (p: ArrayLike<number>, i: number) => Array.from(p).slice(i * classes, (i + 1) * classes);
  let loss = 0;
  for (let i = 0; i < samples; i++) {
    const whole = entropyOf(row(mean, i));
    const apart = each.reduce((sum, p, j) => sum + weights[j] * entropyOf(row(p, i)), 0);
    expect(Math.abs((uncertainty?.entropy[i] as number) - whole)).toBeLessThan(1e-5);
    expect(Math.abs((uncertainty?.disagreement[i] as number) - (whole - apart))).toBeLessThan(1e-5);
    loss -= Math.log(row(mean, i)[y[i]]) / samples;
  }
  const model = loadModel(device, saved);
  const right = labels.filter((label, i) => label === y[i]).length;
  expect(await model.evaluate(DATA.test)).toMatchObject({ loss: expect.closeTo(loss, 5), accuracy: right / samples });
  await model.dispose();
});

test("many samples in several steps answer as a few do", async () => {
  const saved = blend(parts());
  const model = loadModel(device, saved);
  const times = Math.ceil(1100 / samples);
  const many = new Float32Array(times * x.length);
  for (let t = 0; t < times; t++) many.set(x as Float32Array, t * x.length);
  const few = await model.predict(x);
  const { probabilities } = await model.predict(many);
  const off = probabilities.map((value, k) => Math.abs(value - few.probabilities[k % few.probabilities.length]));
  expect(maximum(off)).toBeLessThan(1e-6);
  await model.dispose();
});

test("parts may be blends, a part of weight 0 is left out, and what is left of one part is its model", () => {
  expect(blend([...parts(1)])).toBe(ensemble);
  expect(blend([{ model: linear, weight: 1 }])).toBe(linear);
  const nested = blend([
    { model: blend(parts(0.5)), weight: 0.5 },
    { model: linear, weight: 0.5 },
  ]);
  expect(nested.members?.map(({ weight }) => weight)).toEqual([1 / 12, 1 / 12, 1 / 12, 0.25, 0.5]);
  for (const [j, network] of membersOf(ensemble).entries()) {
    expect(nested.members?.[j].layers.every(({ state }) => Object.keys(state).length === 0)).toBe(true);
    expectSameState(
      { layers: nested.members?.[j].layers ?? [] },
      { layers: network.layers.map((layer) => ({ ...layer, state: {} })) },
    );
  }
  expect(nested.training).toBeUndefined();
});

test("of a loss that averages outputs the outputs are averaged by weight", async () => {
  const other = await trained({ ...RUNS["method npset"], loss: "mse" });
  const model = loadModel(
    device,
    blend([
      { model: other, weight: 0.25 },
      { model: squared, weight: 0.75 },
    ]),
  );
  const [a, b] = await Promise.all([other, squared].map(async (saved) => (await answersOf(saved)).probabilities));
  const logits = a.map((_, k) => 0.25 * Math.log(a[k]) + 0.75 * Math.log(b[k])); // the softmax of a mean of outputs
  const { probabilities, classes } = await model.predict(x);
  const ratio = (p: ArrayLike<number>, i: number) => Math.log(p[i * classes.length]) - Math.log(p[i * classes.length + 1]);
  for (let i = 0; i < samples; i++)
    expect(ratio(probabilities, i)).toBeCloseTo(logits[i * classes.length] - logits[i * classes.length + 1], 4);
  await model.dispose();
});

test("what does not belong together is refused, naming the part", () => {
  const refuse = (more: Partial<SavedModel>, message: string) =>
    expect(() => blend([parts()[0], { model: { ...linear, ...more }, weight: 0.3 }])).toThrow(message);
  expect(() => blend([])).toThrow("blend: [] is no list of models with their weights");
  expect(() => blend([parts()[0], { model: linear, weight: -0.3 }])).toThrow(
    "blend: part 1: weight: -0.3, expected a number of at least 0",
  );
  expect(() => blend([parts()[0], { model: linear, weight: 0.2 }])).toThrow("blend: weights: sum to 0.9");
  refuse({ classes: [...linear.classes].reverse() }, "blend: part 1: its classes are not those of part 0");
  refuse({ featureNames: Array.from({ length: linear.features }, (_, j) => `g${j}`) }, "blend: part 1: its names of features");
  refuse({ input: null }, "blend: part 1: its statistics of the inputs are not those of part 0; blend models that");
  expect(() => blend([parts()[0], { model: squared, weight: 0.3 }])).toThrow(
    "blend: part 1: its task and loss are not those of part 0",
  );
});

test("a file of a blend is refused where its weights are not those of one, and by what knows no members", async () => {
  const saved = blend(parts());
  const [first, ...rest] = saved.members ?? [];
  const change = (members: SavedModel["members"]) => () =>
    encodeCheckpoint({ ...saved, network: members?.[0] ?? first, members });
  expect(change([{ ...first, weight: 0 }, ...rest])).toThrow(
    "checkpoint: member 0: weight: 0, expected a number above 0 of each",
  );
  expect(change([first, ...rest.map(({ weight, ...one }) => one)])).toThrow(
    "checkpoint: member 1: weight: undefined, expected a number above 0 of each",
  );
  expect(change([{ ...first, weight: 0.5 }, ...rest])).toThrow("checkpoint: weights: sum to ");
  const { tensors } = decodeSafetensors(encodeCheckpoint(saved), "file");
  expect(tensors.get("members.weights")?.data).toEqual(Float64Array.of(0.7 / 3, 0.7 / 3, 0.7 / 3, 1 - 0.7));
  expect(decodeSafetensors(encodeCheckpoint(ensemble), "file").tensors.has("members.weights")).toBe(false);
  expect(() => encodeScipy(saved)).toThrow("npz: the model is an ensemble of 4 networks, and matrices hold one");
  const last = await decodeScipy(encodeScipy(saved, { member: 3 }));
  expect(last.network.layers.map(({ out }) => out)).toEqual(saved.members?.[3].layers.map(({ out }) => out));
  expect(last.config.activation).toBe((saved.members?.[3].config ?? saved.config).activation);
  const given = { ...RUNS["method npset"], device };
  await expect(train(DATA, { ...given, resume: saved })).rejects.toThrow("resume: this is a blend of trained models");
  await expect(train(DATA, { device, start: saved })).rejects.toThrow("start: the model is an ensemble of 4 networks");
});
