import { expect, it } from "vitest";
import { decodeCheckpoint, encodeCheckpoint, loadModel, type SavedModel, train } from "../../src/api/index.js";
import { createCpuDevice } from "../../src/device/cpu/device.js";
import { blend } from "../../src/io/blend.js";
import { calibrateRun } from "../../src/train/calibrate.js";
import type { Run } from "../../src/train/epochs.js";
import { madeModel } from "../io/models.js";
import { blobs } from "./blobs.js";
import { expectSameState } from "./same-runs.js";

const set = blobs({ samples: 30 });
/** Labels that are wrong in a third of the samples: what is learnt of the others is too sure of them. */
const misleading = {
  ...blobs({ samples: 24, seed: 5 }),
  y: Uint32Array.from({ length: 24 }, (_, i) => (i % 3 === 0 ? 1 : i) % 3),
};
const device = createCpuDevice({ threads: 1 });
const options = { method: "set", hidden: [24], epsilon: 5, epochs: 6, batch: 10, lr: 0.02, device } as const;
const data = { train: set, validation: misleading };

it("a temperature makes probabilities truer, changes no class and no weight, and stays with the model", async () => {
  const checkpoints: SavedModel[] = [];
  const model = await train(data, { ...options, calibrate: true, onCheckpoint: (saved) => void checkpoints.push(saved) });
  const plain = await train(data, options);
  const saved = await model.save();
  expectSameState(saved.network, (await plain.save()).network);
  const { temperature = Number.NaN, before, after } = model.calibration ?? {};
  expect(saved.temperature).toBe(temperature);
  expect(temperature).toBeGreaterThan(1.2);
  const [cooled, raw] = [await model.evaluate(misleading), await plain.evaluate(misleading)];
  expect([raw.logLoss, cooled.logLoss]).toEqual([expect.closeTo(before as number, 5), expect.closeTo(after as number, 5)]);
  expect(after).toBeLessThan(before as number);
  expect([cooled.loss, cooled.accuracy]).toEqual([raw.loss, raw.accuracy]);

  const [answers, others] = [await model.predict(set.x), await plain.predict(set.x)];
  expect(answers.labels).toEqual(others.labels);
  for (let i = 0; i < set.samples; i++) {
    const powers = Array.from(others.probabilities.subarray(3 * i, 3 * i + 3), (p) => p ** (1 / temperature));
    const sum = powers.reduce((a, b) => a + b);
    expect([...answers.probabilities.subarray(3 * i, 3 * i + 3)]).toEqual(powers.map((p) => expect.closeTo(p / sum, 5)));
  }
  const read = loadModel(device, decodeCheckpoint(encodeCheckpoint(saved)));
  expect((await read.predict(set.x)).probabilities).toEqual(answers.probabilities);
  const resumed = await train(data, { ...options, calibrate: true, resume: decodeCheckpoint(encodeCheckpoint(checkpoints[3])) });
  expect((await resumed.save()).temperature).toBe(temperature);
  expect(() => blend([{ model: saved, weight: 1 }])).toThrow(/^blend: part 0: it is calibrated, and a temperature holds for/);
});

it("of an ensemble divides the average's outputs, and is fitted on them", async () => {
  const model = await train(data, { ...options, members: 3, epochs: 3, calibrate: true });
  const saved = await model.save();
  const { outputs = [], targets = [] } = await model.evaluate(misleading, { outputs: true });
  await model.dispose();
  /** The mean of -ln softmax(factor outputs) of the labels. */
  const logLossAt = (factor: number) => {
    const losses = Array.from(targets, (label, i) => {
      const z = Array.from(outputs.slice(3 * i, 3 * i + 3), (value) => factor * value);
      return Math.log(z.reduce((sum, value) => sum + Math.exp(value), 0)) - z[label];
    });
    return losses.reduce((a, b) => a + b) / losses.length;
  };
  const { temperature = Number.NaN, before = Number.NaN, after } = model.calibration ?? {};
  expect([saved.temperature, saved.members?.length, after]).toEqual([temperature, 3, expect.closeTo(logLossAt(1), 5)]);
  expect(logLossAt(temperature)).toBeCloseTo(before, 5);
  for (const factor of [0.9, 1.1]) expect(logLossAt(factor)).toBeGreaterThan(logLossAt(1));
});

it("is fitted where outputs lie further apart than probabilities of 32 bits tell", async () => {
  const made = madeModel({ sizes: [1, 2], densities: [null], inputs: "raw" });
  const params = { values: Float32Array.of(100, 0), bias: new Float32Array(2) };
  const network = { layers: [{ ...made.network.layers[0], params }] };
  const samples = 400;
  const y = new Uint32Array(samples);
  y[7] = 1; // of 400 that the model takes for class 0 by 100
  const validation = { name: "far", x: new Float32Array(samples).fill(1), y, samples, features: 1, classes: [...made.classes] };
  const run = { saved: { ...made, network }, history: [], evolutions: [] } as unknown as Run;
  const { calibration } = await calibrateRun(device, run, validation, { calibrate: true });
  // the log loss is least where class 1 has the probability 1 / 400 that is its share: e^(-100 / T) = 1 / 399
  expect(calibration?.temperature).toBeCloseTo(100 / Math.log(399), 9);
});

it("is refused without a validation set, or where it is no yes or no", async () => {
  await expect(train({ train: set }, { ...options, calibrate: true })).rejects.toThrow(
    /^calibrate: the temperature is fitted on a validation set; give one, or leave calibrate out$/,
  );
  await expect(train(data, { ...options, calibrate: "yes" as unknown as boolean })).rejects.toThrow(/^calibrate: "yes"/);
});
