import { afterAll, expect, test } from "vitest";
import { describeModel } from "../../src/cli/describe-model.js";
import { createCpuDevice } from "../../src/device/cpu/device.js";
import type { Device } from "../../src/device/device.js";
import { blend } from "../../src/io/blend.js";
import { decodeCheckpoint, encodeCheckpoint } from "../../src/io/formats/checkpoint/checkpoint.js";
import { countAnswers, type SavedModel } from "../../src/io/saved-model.js";
import { unshared } from "../../src/nn/share-weights.js";
import { loadModel } from "../../src/train/model.js";
import type { TrainOptions } from "../../src/train/options.js";
import type { RunOptions } from "../../src/train/run-options.js";
import { train } from "../../src/train/train.js";
import { sharedGpu } from "../one-gpu.js";
import { DATA, RUNS } from "../train/bits.js";
import { expectSameState } from "../train/same-runs.js";

// Whole runs of members that share weights.

const cpu = createCpuDevice();
const twins = createCpuDevice({ simd: false });
const threads = createCpuDevice({ threads: 2 });
afterAll(() => Promise.all([cpu, twins, threads].map((device) => device.dispose())));

const MEMBERS = 4;
const OPTIONS = { ...RUNS["method npset"], epsilon: 2, members: MEMBERS, share: "weights" } as const;

async function run(device: Device, options: TrainOptions & RunOptions = OPTIONS) {
  const model = await train(DATA, { ...options, device, ...(!options.resume && { tune: "off" }) });
  const saved = await model.save();
  const prediction = await model.predict(DATA.test.x);
  await model.dispose();
  return { saved, history: model.history, evolutions: model.evolutions, prediction, model };
}

test("one topology evolves, and scalings leave with their neurons", async () => {
  const { saved, evolutions, history, model } = await run(cpu);
  expect(countAnswers(saved)).toBe(MEMBERS);
  expect(saved.members).toBeUndefined();
  expect(evolutions.some(({ layers }) => layers[0].removedNeurons > 0 && layers[0].regrown > 0)).toBe(true);
  const [first, second, last] = saved.network.layers;
  expect(first.topology).not.toBeNull();
  expect([first.params.scaleIn, first.params.scaleOut, first.params.bias].map(({ length }) => length)).toEqual([
    MEMBERS * 14,
    MEMBERS * first.out,
    MEMBERS * first.out,
  ]);
  expect(second.params.scaleIn).toHaveLength(MEMBERS * first.out);
  expect(last.params.values).toHaveLength(MEMBERS * 3 * second.out);
  expect(model.neurons.initial).toEqual([14, 12, 10, MEMBERS * 3]);
  expect(history.at(-1)?.members).toHaveLength(MEMBERS);
  expect(history.at(-1)?.testAccuracy).toBeGreaterThan(0.9);
  // inspect tells of each member, and counts what all share once
  const { members: described = [], parameters, nnz } = describeModel("m", 1, saved);
  const own = history.at(-1)?.members?.map(({ testLoss }) => testLoss);
  expect(described.map(({ testLoss }) => testLoss)).toEqual(own);
  expect(described[3]).toMatchObject({ neurons: [14, first.out, second.out, 3] });
  expect(described[3].nnz).toBe(nnz - (MEMBERS - 1) * 3 * second.out);
  const scalings = MEMBERS * (14 + first.out + first.out + second.out);
  expect(parameters).toBe(nnz + scalings + MEMBERS * (first.out + second.out + 3));
});

test("it answers as its members do as networks by themselves, averaged", async () => {
  for (const options of [{}, { dropout: 0.3, dropoutStyle: "authors", activation: "allRelu" }] as const) {
    const { saved, prediction } = await run(cpu, { ...OPTIONS, ...options });
    const networks = unshared(saved.network);
    const apart: SavedModel = { ...saved, network: networks[0], members: networks };
    const model = loadModel(cpu, apart);
    const alone = await model.predict(DATA.test.x);
    for (const [i, p] of prediction.probabilities.entries()) expect(Math.abs(p - alone.probabilities[i])).toBeLessThan(1e-5);
    const { entropy, disagreement } = prediction.uncertainty ?? {};
    expect(Object.keys(prediction.uncertainty ?? {})).toEqual(Object.keys(alone.uncertainty ?? {}));
    expect(entropy ?? disagreement).toBeDefined();
    await model.dispose();
    const mixed = blend([
      { model: saved, weight: 0.5 },
      { model: apart, weight: 0.5 },
    ]);
    expect(countAnswers(mixed)).toBe(2 * MEMBERS);
  }
});

test("a run that goes on from a checkpoint's bytes ends with the bits of one that was not interrupted", async () => {
  const options = { ...OPTIONS, dropout: 0.2, optimizer: "adam", bagging: true } as const;
  const checkpoints: SavedModel[] = [];
  const whole = await run(cpu, { ...options, onCheckpoint: (saved) => void checkpoints.push(saved) });
  for (const epoch of [1, 4]) {
    const resume = decodeCheckpoint(encodeCheckpoint(checkpoints[epoch - 1]));
    const rest = await run(cpu, { ...options, resume });
    expectSameState(rest.saved.network, whole.saved.network);
    expect(rest.prediction.probabilities).toEqual(whole.prediction.probabilities);
  }
});

test("threads and streamed samples change no bit", async () => {
  const whole = await run(cpu);
  expectSameState((await run(threads)).saved.network, whole.saved.network);
  expectSameState((await run(cpu, { ...OPTIONS, dataBytes: 2 * 16 * 4 * 15 })).saved.network, whole.saved.network);
});

test("typed arrays and WebGPU train the same network but for rounding", async () => {
  const options = { ...OPTIONS, epochs: 3, method: "static" } as const;
  const { saved } = await run(cpu, options);
  for (const device of [twins, await sharedGpu()]) {
    const other = await run(device, options);
    for (const [i, { params }] of other.saved.network.layers.entries())
      for (const [name, values] of Object.entries(params))
        for (const [k, value] of values.entries())
          expect(Math.abs(value - saved.network.layers[i].params[name][k]), `${name} of layer ${i}`).toBeLessThan(1e-3);
  }
});

test("gradients that choose connections leave weights and scalings as they were", async () => {
  const { saved } = await run(cpu, { ...OPTIONS, evolution: { grow: "gradient" } });
  for (const { params } of saved.network.layers)
    for (const values of Object.values(params)) expect(values.every(Number.isFinite)).toBe(true);
  expect(saved.network.layers[0].share).toBe(MEMBERS);
});

test("what does not fit shared weights is refused", async () => {
  const refused = (options: TrainOptions, message: string) =>
    expect(train(DATA, { ...OPTIONS, ...options, device: cpu })).rejects.toThrow(message);
  await refused({ members: 1 }, "share: there is one network; give members (16, say), or leave share out");
  await refused({ method: "linear", hidden: undefined }, "share: a network without a hidden layer has no weights to share");
  await refused({ output: "sparse" }, "share: outputs are each member's own and dense, but output is sparse");
  await refused({ skip: "linear" }, "share: a linear skip has no scalings");
  await refused({ activation: "srelu" }, "share: activation srelu has trained parameters");
});
