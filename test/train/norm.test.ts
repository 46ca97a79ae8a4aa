import { afterAll, expect, test } from "vitest";
import { describeModel } from "../../src/cli/describe-model.js";
import { createCpuDevice } from "../../src/device/cpu/device.js";
import { inputStrength } from "../../src/experiment/repeat/strength.js";
import { blend } from "../../src/io/blend.js";
import { folded } from "../../src/io/folded.js";
import { decodeCheckpoint, encodeCheckpoint } from "../../src/io/formats/checkpoint/checkpoint.js";
import { decodeSafetensors } from "../../src/io/formats/checkpoint/safetensors.js";
import { decodeScipy } from "../../src/io/formats/scipy/decode.js";
import { encodeScipy } from "../../src/io/formats/scipy/encode.js";
import { membersOf, type SavedModel } from "../../src/io/saved-model.js";
import { GAMMA, RUNNING } from "../../src/layers/kind.js";
import type { ClassAnswers } from "../../src/tasks/classification.js";
import { encode } from "../../src/train/encode.js";
import { loadModel } from "../../src/train/model.js";
import { train } from "../../src/train/train.js";
import { blobs } from "./blobs.js";
import { expectSameState, timeless } from "./same-runs.js";

// Training with batch norm; its steps are held against PyTorch in test/nn/norm.test.ts.

const data = { train: blobs({ samples: 38, features: 10 }), test: blobs({ samples: 12, features: 10, seed: 2 }) };
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
  norm: "batch",
} as const;
type Options = Parameters<typeof train>[1];

async function run(more: Options = {}) {
  const checkpoints: SavedModel[] = [];
  const model = await train(data, { ...options, ...more, device, onCheckpoint: (saved) => void checkpoints.push(saved) });
  const { history } = model;
  const saved = await model.save();
  const predicted = (await model.predict(data.test.x)) as ClassAnswers;
  await model.dispose();
  return { saved, history, checkpoints, predicted };
}

const close = (found: ArrayLike<number>, expected: ArrayLike<number>) => {
  expect(found.length).toBe(expected.length);
  for (let i = 0; i < found.length; i++) expect(found[i]).toBeCloseTo(expected[i], 4);
};

test("it is trained with what evolves and shrinks, comes back from the file, and predicts as it was evaluated", async () => {
  const { saved, history, predicted } = await run();
  const { layers } = saved.network;
  expect(layers.map(({ out }) => out)).toEqual([8, 6, 3]);
  expect(layers.map(({ params }) => params[GAMMA]?.length)).toEqual([8, 6, undefined]);
  expect(history[4].testAccuracy).toBeGreaterThan(0.9);
  const bytes = encodeCheckpoint(saved);
  const { tensors } = decodeSafetensors(bytes, "file");
  expect(tensors.get("layers.0.norm.gamma")?.shape).toEqual([8]);
  expect(tensors.get("layers.1.norm.running")?.shape).toEqual([2, 6]);
  const read = decodeCheckpoint(bytes);
  expectSameState(read.network, saved.network);
  const model = await loadModel(device, read);
  expect(await model.predict(data.test.x)).toEqual(predicted);
  expect((await model.evaluate(data.test)).loss).toBeCloseTo(history[4].testLoss as number, 4);
});

test("inspect tells it, and what it takes to predict with", async () => {
  const [{ saved }, { saved: other }] = [await run(), await run({ norm: "none" })];
  const [normed, plain] = [saved, other].map((model) => describeModel("m", 1, model));
  expect([normed.norm, plain.norm]).toEqual(["batch", "none"]);
  expect(normed.parameters - normed.nnz).toBe(2 * (8 + 6) + 3); // factors and biases, those of the outputs
  expect(normed.memory.use).toBe(describeModel("m", 1, folded(saved)).memory.use);
});

test("other files, rankings and encodings have the weights that the statistics are folded into", async () => {
  const { saved, predicted } = await run();
  const plain = folded(saved);
  expect([plain.config.norm, plain.network.layers[0].params[RUNNING]]).toEqual([undefined, undefined]);
  const imported = await decodeScipy(encodeScipy(saved));
  expect(imported.network.layers[0].params).toEqual(plain.network.layers[0].params);
  close(
    ((await loadModel(device, { ...imported, classes: saved.classes }).predict(data.test.x)) as ClassAnswers).probabilities,
    predicted.probabilities,
  );
  expect(inputStrength(saved)).toEqual(inputStrength(plain));
  expect((await encode(device, saved, data.test.x)).values).toEqual((await encode(device, plain, data.test.x)).values);
  const { predicted: other, saved: second } = await run({ norm: "none" });
  const both = decodeCheckpoint(
    encodeCheckpoint(
      blend([
        { model: saved, weight: 0.75 },
        { model: second, weight: 0.25 },
      ]),
    ),
  );
  const mean = predicted.probabilities.map((p, k) => 0.75 * p + 0.25 * other.probabilities[k]);
  close(((await loadModel(device, both).predict(data.test.x)) as ClassAnswers).probabilities, mean);
});

test.each([
  ["stacked", {}],
  ["that share weights", { share: "weights" }],
] as const)("a run of members %s goes on from a checkpoint to the same bits", async (_, more) => {
  const whole = await run({ members: 2, dropout: 0.1, ...more });
  const resume = decodeCheckpoint(encodeCheckpoint(whole.checkpoints[1]));
  const rest = await run({ members: 2, dropout: 0.1, ...more, resume });
  expect(timeless(rest.history)).toEqual(timeless(whole.history));
  for (const [member, network] of membersOf(whole.saved).entries()) {
    expectSameState(membersOf(rest.saved)[member], network);
    if (!("share" in more)) expectSameState((await run({ member, dropout: 0.1 })).saved.network, network);
  }
  expect(whole.history[4].testAccuracy).toBeGreaterThan(0.9);
  const { loss } = await loadModel(device, whole.saved).evaluate(data.test);
  expect(loss).toBeCloseTo(whole.history[4].testLoss as number, 4);
});

test("samples that are streamed through the device train it to the same bits", async () => {
  const [whole, streamed] = [await run(), await run({ dataBytes: 2 * 8 * 4 * 11 })];
  expectSameState(streamed.saved.network, whole.saved.network);
});

test("a run that starts from such a model has its norm", async () => {
  const { saved: start } = await run();
  const { saved } = await run({ start, hidden: undefined, epsilon: undefined, norm: undefined, method: "static", lr: 1e-20 });
  expect(saved.config.norm).toBe("batch");
  expect(saved.network.layers[0].params[GAMMA]).toEqual(start.network.layers[0].params[GAMMA]);
  const other = { start, hidden: undefined, epsilon: undefined, norm: "none" } as const;
  await expect(run(other)).rejects.toThrow("none contradicts the model that training starts");
});

test("what has no spread, and what cannot have one, is refused", async () => {
  await expect(run({ batch: 37 })).rejects.toThrow("norm: 38 samples in batches of 37 leave one, and one sample has no spread");
  expect((await run({ batch: 37, dropLast: true, epochs: 1 })).history.length).toBe(1);
  await expect(run({ batch: 1 })).rejects.toThrow("norm: the batch is 1, and one sample has no spread");
  const linear = { method: "linear", hidden: undefined, epsilon: undefined } as const;
  await expect(run(linear)).rejects.toThrow("norm: ");
  await expect(run({ dropout: 0.2, dropoutStyle: "authors" })).rejects.toThrow("norm: dropout of style authors");
  await expect(run({ norm: "layer" as "batch" })).rejects.toThrow("norm");
  const { saved } = await run({ epochs: 1 });
  const [{ params, ...first }, ...rest] = saved.network.layers;
  const { [RUNNING]: _, ...without } = params;
  const { [RUNNING]: __, ...state } = first.state;
  const broken = { ...saved, network: { layers: [{ ...first, params: without, state }, ...rest] } };
  expect(() => loadModel(device, broken)).toThrow("norm: its config says batch, and a layer has no norm.running");
  expect(() => encodeCheckpoint(broken)).toThrow("norm.running: is missing");
});
