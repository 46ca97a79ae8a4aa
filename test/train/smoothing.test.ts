import { expect, test } from "vitest";
import { createCpuDevice } from "../../src/device/cpu/device.js";
import { decodeCheckpoint, encodeCheckpoint } from "../../src/io/formats/checkpoint/checkpoint.js";
import type { ClassAnswers } from "../../src/tasks/classification.js";
import { train } from "../../src/train/train.js";
import { blobs } from "./blobs.js";

// What training makes of smoothed labels; the loss itself is held against PyTorch's in test/kernels/loss.test.ts.

const data = { train: blobs({ samples: 30, features: 6 }), test: blobs({ samples: 12, features: 6, seed: 2 }) };
const options = { method: "dense", hidden: [8], epochs: 1, batch: 30, lr: 1e-9 } as const;
const run = (more: Parameters<typeof train>[1] = {}) => train(data, { ...options, ...more, device: createCpuDevice() });

/** The mean over the samples of sum t (-ln p), where t holds 1 - s + s / C of the label's class and s / C of each other. */
function meanLoss({ probabilities }: ClassAnswers, y: Uint32Array, s: number): number {
  const classes = probabilities.length / y.length;
  const share = (k: number) => s / classes + (k % classes === y[Math.floor(k / classes)] ? 1 - s : 0);
  return probabilities.reduce((sum, p, k) => sum - share(k) * Math.log(p), 0) / y.length;
}

test("training lowers the smoothed loss, and sets are told of with their labels as they are", async () => {
  const model = await run({ labelSmoothing: 0.3 });
  const [{ runningLoss, trainLoss, testLoss }] = model.history;
  const [ofTrain, ofTest] = [await model.predict(data.train.x), await model.predict(data.test.x)] as ClassAnswers[];
  expect(runningLoss).toBeCloseTo(meanLoss(ofTrain, data.train.y, 0.3), 5);
  expect(trainLoss).toBeCloseTo(meanLoss(ofTrain, data.train.y, 0), 5);
  expect(testLoss).toBeCloseTo(meanLoss(ofTest, data.test.y, 0), 5);
  expect(Math.abs(runningLoss - (trainLoss ?? 0))).toBeGreaterThan(0.01);
  await model.dispose();
});

test("files name it where labels are smoothed alone, and what starts from such a model smooths them too", async () => {
  const [plain, none, smoothed] = [await run(), await run({ labelSmoothing: 0 }), await run({ labelSmoothing: 0.3 })];
  const files = await Promise.all([plain, none, smoothed].map((model) => model.save()));
  expect(files.map(({ config }) => config.labelSmoothing)).toEqual([undefined, undefined, 0.3]);
  expect(none.config).toEqual(plain.config);
  const start = decodeCheckpoint(encodeCheckpoint(files[2]));
  expect(start.config.labelSmoothing).toBe(0.3);
  const further = [await run({ ...fromModel, start }), await run({ ...fromModel, start, labelSmoothing: 0.1 })];
  expect(further.map(({ config }) => config.network.labelSmoothing)).toEqual([0.3, 0.1]);
  for (const model of [plain, none, smoothed, ...further]) await model.dispose();
});
const fromModel = { hidden: undefined };

test("a loss without smoothed labels is refused with them, and so is another share on going on", async () => {
  await expect(run({ loss: "mse", labelSmoothing: 0.1 })).rejects.toThrow("labelSmoothing: loss mse takes labels as they are");
  const model = await run({ labelSmoothing: 0.3 });
  const resume = await model.save();
  await expect(run({ resume, labelSmoothing: 0.2 })).rejects.toThrow("network.labelSmoothing was 0.3 and is 0.2");
  await model.dispose();
});
