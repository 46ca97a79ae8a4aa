import { afterAll, expect, test } from "vitest";
import { createCpuDevice } from "../../src/device/cpu/device.js";
import type { Device } from "../../src/device/device.js";
import { blend } from "../../src/io/blend.js";
import { folded, withAverages } from "../../src/io/folded.js";
import { decodeCheckpoint, encodeCheckpoint } from "../../src/io/formats/checkpoint/checkpoint.js";
import { decodeScipy } from "../../src/io/formats/scipy/decode.js";
import { encodeScipy } from "../../src/io/formats/scipy/encode.js";
import { membersOf, type SavedModel } from "../../src/io/saved-model.js";
import { RUNNING } from "../../src/layers/kind.js";
import type { LayerState, Member } from "../../src/nn/state.js";
import type { ClassAnswers } from "../../src/tasks/classification.js";
import { encode } from "../../src/train/encode.js";
import { loadModel } from "../../src/train/model.js";
import { train } from "../../src/train/train.js";
import { matrixTest } from "../matrix.js";
import { sharedGpu } from "../one-gpu.js";
import { blobs } from "./blobs.js";
import { expectSameState, timeless } from "./same-runs.js";

// Averages of the weights: the mean of the weights after all steps, by definition, beside what training keeps and predicts with.

const DECAY = 0.8;
const data = { train: blobs({ samples: 38, features: 10 }), test: blobs({ samples: 12, features: 10, seed: 2 }) };
const cpu = createCpuDevice();
afterAll(() => cpu.dispose());
const options = { method: "npset", hidden: [16, 12], epsilon: 3, epochs: 5, batch: 38, optimizer: "adam", lr: 0.02 } as const;
type Options = Parameters<typeof train>[1];

/** With a step an epoch, so that checkpoints have the weights after each. */
async function run(more: Options = {}, device: Device = cpu) {
  const checkpoints: SavedModel[] = [];
  const onCheckpoint = (saved: SavedModel) => void checkpoints.push(saved);
  const model = await train(data, { ...options, ema: DECAY, ...more, device, onCheckpoint });
  const { history } = model;
  const saved = await model.save();
  const predicted = (await model.predict(data.test.x)) as ClassAnswers;
  await model.dispose();
  return { saved, history, checkpoints, predicted };
}

const close = (found: ArrayLike<number>, expected: ArrayLike<number>, digits = 5) => {
  expect(found.length).toBe(expected.length);
  for (let i = 0; i < found.length; i++) expect(found[i]).toBeCloseTo(expected[i], digits);
};

/** The values of a layer's cells by the ids of neurons, 0 where there is no connection; and its biases by neuron. */
function cellsOf(network: Member, i: number, values: ArrayLike<number>): Map<string, number> {
  const { topology, in: inputs, out, neurons } = network.layers[i];
  const below = i > 0 ? network.layers[i - 1].neurons : Array.from({ length: inputs }, (_, k) => k);
  const cells = new Map<string, number>();
  for (let row = 0; row < out; row++) {
    const [begin, end] = topology ? [topology.rowPtr[row], topology.rowPtr[row + 1]] : [row * inputs, (row + 1) * inputs];
    for (let k = begin; k < end; k++) cells.set(`${neurons[row]} ${below[topology ? topology.colIdx[k] : k - begin]}`, values[k]);
  }
  return cells;
}

const averageOf = ({ state }: LayerState, name: string) => state[name].at(-1) as ArrayLike<number>;

/** Fails unless the averages of the last network are means over all networks, of which later ones count more. */
function expectMeans(networks: readonly Member[]) {
  const shares = networks.map((_, t) => DECAY ** (networks.length - 1 - t));
  const total = shares.reduce((a, b) => a + b);
  const last = networks[networks.length - 1];
  for (const [i, layer] of last.layers.entries()) {
    const all = networks.map((network) => cellsOf(network, i, network.layers[i].params.values));
    for (const [cell, found] of cellsOf(last, i, averageOf(layer, "values"))) {
      expect(found).toBeCloseTo(
        all.reduce((sum, own, t) => sum + (shares[t] * (own.get(cell) ?? 0)) / total, 0),
        6,
      );
    }
    for (const [row, id] of layer.neurons.entries()) {
      const own = networks.map(({ layers }) => layers[i].params.bias[layers[i].neurons.indexOf(id)]);
      expect(averageOf(layer, "bias")[row]).toBeCloseTo(
        own.reduce((sum, bias, t) => sum + (shares[t] * bias) / total, 0),
        6,
      );
    }
  }
}

test.each([
  ["dense layers", { method: "dense", epsilon: undefined, optimizer: "sgd" }],
  ["layers that stay, and a skip", { method: "static", skip: "linear", optimizer: { name: "sgd", momentum: 0 } }],
  ["SReLU and batch norm", { method: "static", activation: "srelu", norm: "batch" }],
  ["two members", { method: "static", members: 2 }],
] as const)("of %s the average is the mean of the weights after all steps, and training is what it was", async (_, more) => {
  const [{ saved, checkpoints }, plain] = [await run(more), await run({ ...more, ema: 0 })];
  for (const [j, member] of membersOf(saved).entries()) {
    expectMeans(checkpoints.map((each) => membersOf(each)[j]));
    for (const [i, { params }] of membersOf(plain.saved)[j].layers.entries()) expect(member.layers[i].params).toEqual(params);
  }
  const { skip } = saved.network;
  if (skip) close(skip.state[0], withAverages(saved).network.skip?.values ?? []);
});

test("with evolution, a connection counts as 0 where there was none", async () => {
  const { checkpoints } = await run({ method: "set" });
  const before = checkpoints.map(({ network }) => network); // after the evolution of their epoch: the weights of the step, where they stayed
  const { layers } = before[4];
  const kept = cellsOf(before[4], 0, averageOf(layers[0], "values"));
  const ever = before.map((network) => cellsOf(network, 0, network.layers[0].params.values));
  const stayed = [...kept].filter(([cell]) => ever.every((own) => own.has(cell)));
  expect(stayed.length).toBeGreaterThan(5);
  expect(stayed.length).toBeLessThan(kept.size);
  const shares = ever.map((_, t) => DECAY ** (4 - t));
  const total = shares.reduce((a, b) => a + b);
  for (const [cell, found] of stayed)
    expect(found).toBeCloseTo(
      ever.reduce((sum, own, t) => sum + (shares[t] * (own.get(cell) as number)) / total, 0),
      6,
    );
});

test("sets are told of by the averages, and so are predictions, files of others and encodings", async () => {
  const { saved, history, predicted } = await run({ norm: "batch" });
  const plain = folded(saved);
  expect([plain.config.ema, plain.network.layers[0].params[RUNNING]]).toEqual([undefined, undefined]);
  const model = loadModel(cpu, decodeCheckpoint(encodeCheckpoint(saved)));
  expect((await model.evaluate(data.test)).loss).toBeCloseTo(history[4].testLoss as number, 5);
  const imported = { ...(await decodeScipy(encodeScipy(saved))), classes: saved.classes };
  close(((await loadModel(cpu, imported).predict(data.test.x)) as ClassAnswers).probabilities, predicted.probabilities);
  expect((await encode(cpu, saved, data.test.x)).values).toEqual((await encode(cpu, withAverages(saved), data.test.x)).values);
  const half = decodeCheckpoint(encodeCheckpoint(saved, { quantise: "f16" }));
  expect(half.config.ema).toBeUndefined();
  close(((await loadModel(cpu, half).predict(data.test.x)) as ClassAnswers).probabilities, predicted.probabilities, 2);
  const { predicted: other, saved: second } = await run({ ema: 0 });
  const both = blend([
    { model: saved, weight: 0.75 },
    { model: second, weight: 0.25 },
  ]);
  const mean = predicted.probabilities.map((p, k) => 0.75 * p + 0.25 * other.probabilities[k]);
  close(((await loadModel(cpu, both).predict(data.test.x)) as ClassAnswers).probabilities, mean);
  await expect(async () =>
    loadModel(cpu, { ...saved, network: { layers: saved.network.layers.map((l) => ({ ...l, state: {} })) } }),
  ).rejects.toThrow("ema: its config has a decay, and the model has no averages of its weights");
});

test.each([
  ["of one network", {}],
  ["of members", { members: 2 }],
  ["of members that share weights", { members: 2, share: "weights" }],
] as const)("a run %s goes on from a checkpoint to the same bits", async (_, more) => {
  const own = { batch: 8, dropout: 0.1, ...more };
  const whole = await run(own);
  const rest = await run({ ...own, resume: decodeCheckpoint(encodeCheckpoint(whole.checkpoints[1])) });
  expect(timeless(rest.history)).toEqual(timeless(whole.history));
  for (const [j, network] of membersOf(whole.saved).entries()) expectSameState(membersOf(rest.saved)[j], network);
});

test("a run that starts from such a model starts from its averages, and keeps averages too", async () => {
  const { saved: start } = await run();
  const { saved } = await run({ start, hidden: undefined, epsilon: undefined, ema: undefined, method: "static", lr: 1e-20 });
  expect(saved.config.ema).toBe(DECAY);
  close(saved.network.layers[0].params.values, withAverages(start).network.layers[0].params.values, 7);
});

test("a decay of 1 is refused", async () => {
  await expect(run({ ema: 1 })).rejects.toThrow("ema: 1 is not a finite number from 0 to below 1");
});

matrixTest("WebGPU keeps the averages of the CPU", async () => {
  const device = await sharedGpu();
  const more = { method: "static", norm: "batch", skip: "linear", activation: "srelu" } as const;
  const [found, expected] = [await run(more, device), await run(more)];
  const [a, b] = [found, expected].map(({ saved }) => withAverages(saved).network);
  for (const [i, { params }] of b.layers.entries())
    for (const [name, values] of Object.entries(params)) close(a.layers[i].params[name], values, 3);
  close(found.predicted.probabilities, expected.predicted.probabilities, 3);
});
