import { expect, test } from "vitest";
import { originText, savedName } from "../../demo/page/origin.js";
import { effectOf } from "../../demo/page/setting-effects.js";
import { DEFAULTS, numbersOf, settingProblem, trainOptions } from "../../demo/settings.js";
import { picturesOf } from "../../demo/worker/pictures.js";
import { makeDataset, split } from "../../src/api/index.js";
import { trainConfig } from "../../src/train/config.js";

test("a text of hidden layers stands for the widths it names, or for none", () => {
  for (const text of ["300, 200", "300 200", "300x200", " 300-200 ", "300;200", "3e2,2e2"])
    expect(numbersOf(text)).toEqual([300, 200]);
  for (const text of ["", "-5", "300,", "5,-5", "1.5", "0", "abc", "1e-3", "300,,200", "0x10", "Infinity", "1e10"])
    expect(settingProblem("hidden", numbersOf(text)), text).toMatch(/whole numbers of neurons/);
  expect(settingProblem("hidden", numbersOf("1e9"))).toBeNull();
});

test("a setting is refused where training refuses it, and taken where that takes it", () => {
  const data = { features: 4, classes: 2, samples: 40 };
  const values = {
    epsilon: [0, 0.5, 1e300], // one too small for the layers is refused by what they are
    lr: [0, -1, 1e-9],
    dropout: [0, 0.999, 1, -0.1],
    labelSmoothing: [0, 0.999, 1, -0.1],
    batch: [0, 1, 4096, 4097, 1.5],
    epochs: [0, 1, 1e7, 1e7 + 1],
    seed: [-1, 0, 2 ** 32 - 1, 2 ** 32, 0.5],
  } as const;
  for (const [key, all] of Object.entries(values)) {
    for (const value of all) {
      let refused = false;
      try {
        trainConfig({ hidden: [4], [key]: value }, data);
      } catch {
        refused = true;
      }
      expect(settingProblem(key as keyof typeof values, value) !== null, `${key} ${value}`).toBe(refused);
    }
  }
});

test("the page says how many samples a fraction holds out, and what a batch above the training part is", () => {
  const labels = Array.from({ length: 200 }, (_, i) => `class ${i % 7}`);
  const dataset = makeDataset({ name: "made", x: new Float32Array(200), features: 1, labels });
  const info = { samples: 200, groups: 0, classes: dataset.classes.map((label) => ({ label, samples: labels.filter((one) => one === label).length })) }; // biome-ignore format: a line
  for (const test of [1e-5, 0.1, 1 / 3, 0.99999]) {
    const parts = split(dataset, { test, seed: 1 });
    const said = effectOf("test", { test, batch: 32 }, info);
    expect(said).toContain(`Holds out ${parts.test.samples} of 200 samples`);
    expect(said?.includes("each class has at least one in either part")).toBe(test < 0.01 || test > 0.99);
    expect(effectOf("batch", { test, batch: parts.train.samples }, info)).toBeNull();
    expect(effectOf("batch", { test, batch: parts.train.samples + 1 }, info)).toBe(
      `Above the ${parts.train.samples} training samples: a step takes all of them`,
    );
  }
  expect(effectOf("lr", DEFAULTS, info)).toBeNull();
});

test("files are named by what they come of and when, without what file systems refuse", () => {
  const time = new Date(2026, 10, 30, 14, 5);
  const origin = { data: "my data/1", method: "npset", seed: 1, epoch: 30 };
  expect(savedName(origin, "predictions_new", "csv", time)).toBe(
    "my-data-1_npset_seed1_epoch30_predictions_new_2026-11-30_1405.csv",
  );
  expect(savedName({ data: null, method: null, seed: null, epoch: null }, "model", "onnx", time)).toBe(
    "model_2026-11-30_1405.onnx",
  );
  expect(originText(origin)).toBe("npset, seed 1, epoch 30, on my data/1");
});

test("degrees are counted of more hidden neurons than a call takes arguments", () => {
  const width = 200_000;
  const layer = (inputs: number, out: number) => {
    const rowPtr = Uint32Array.from({ length: out + 1 }, (_, i) => Math.min(i, out));
    const topology = { rows: out, cols: inputs, nnz: out, rowPtr, colIdx: new Uint32Array(out) };
    return {
      in: inputs,
      out,
      topology,
      params: { values: new Float32Array(out).fill(1), bias: new Float32Array(out) },
      state: {},
      neurons: Uint32Array.from({ length: out }, (_, n) => n),
    };
  };
  const network = { layers: [layer(1, width), layer(width, 2)] };
  const { degrees } = picturesOf({ network, features: 1 } as unknown as Parameters<typeof picturesOf>[0]);
  expect(degrees.counts.reduce((a, b) => a + b)).toBe(width);
});

test("a course of the rate, smoothed labels and a skip reach the training, but for a skip of a network without hidden layers", () => {
  const chosen = { ...DEFAULTS, lrSchedule: "cosine", labelSmoothing: 0.1, skip: "linear" } as const;
  const data = { features: 4, classes: 2, samples: 40 };
  const { lr, network } = trainConfig(trainOptions(chosen), data);
  expect([lr.schedule, network.labelSmoothing, network.skip]).toEqual(["cosine", 0.1, "linear"]);
  expect(trainConfig(trainOptions({ ...chosen, method: "linear" }), data).network.skip).toBeUndefined();
});
