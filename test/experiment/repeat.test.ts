import { expect, test } from "vitest";
import type { Dataset } from "../../src/data/dataset.js";
import { split } from "../../src/data/split.js";
import { createCpuDevice } from "../../src/device/cpu/device.js";
import type { Device } from "../../src/device/device.js";
import { type RepeatedRun, repeatTraining } from "../../src/experiment/repeat/repeat.js";
import { shuffleLabels } from "../../src/experiment/repeat/shuffle.js";
import { majorityAccuracy } from "../../src/tasks/majority.js";
import type { TrainOptions } from "../../src/train/options.js";
import { train } from "../../src/train/train.js";
import { blobs } from "../train/blobs.js";

const data = blobs({ samples: 60, features: 10 });
const options: TrainOptions = { method: "npset", hidden: [16, 12], epsilon: 4, epochs: 8, batch: 8, lr: 0.02 };

/** A device that counts the buffers that are alive. */
function counted(): { device: Device; alive(): number } {
  const inner = createCpuDevice();
  let alive = 0;
  const device: Device = {
    ...inner,
    createBuffer(...args) {
      alive++;
      return inner.createBuffer(...args);
    },
    destroyBuffers(buffers) {
      const list = [...buffers];
      alive -= list.filter((buffer) => buffer !== null).length;
      inner.destroyBuffers(list);
    },
  };
  return { device, alive: () => alive };
}

const timeless = (runs: readonly RepeatedRun[]) => runs.map(({ seconds, ...rest }) => rest);

test("every run is that of its split and seed, trained by itself, and leaves nothing on the device", async () => {
  const { device, alive } = counted();
  const heard: number[] = [];
  const epochs: [number, number][] = [];
  const { runs, plan } = await repeatTraining(data, {
    device,
    train: options,
    splits: 3,
    test: 0.25,
    seed: 7,
    onRun: ({ run }) => void heard.push(run),
    onEpoch: (run, { epoch }) => void epochs.push([run, epoch]),
  });
  expect(alive()).toBe(0);
  expect(plan.device).toBe("cpu");
  expect(heard).toEqual([0, 1, 2]);
  expect(epochs).toEqual([0, 1, 2].flatMap((run) => [1, 2, 3, 4, 5, 6, 7, 8].map((epoch) => [run, epoch])));
  for (const [r, run] of runs.entries()) {
    const parts = split(data, { test: 0.25, seed: 7 + r });
    const model = await train(parts, { ...options, seed: 7 + r, device });
    const last = model.history[7];
    expect(run).toMatchObject({ run: r, seed: 7 + r, trainSamples: 45, testSamples: 15, measure: last.testAccuracy });
    expect(run.evaluation.accuracy).toBe(run.measure);
    expect(run.evaluation.loss).toBeCloseTo(last.testLoss ?? Number.NaN, 6);
    expect(run.evaluation.confusion.flat().reduce((a, b) => a + b)).toBe(15);
    const { network, features } = await model.save();
    const [
      {
        topology,
        params: { values },
      },
    ] = network.layers;
    const strength = Array.from({ length: features }, (_, j) =>
      Array.from(values).reduce((sum, w, k) => sum + (topology?.colIdx[k] === j ? Math.abs(w) : 0), 0),
    );
    expect(Array.from(run.strength)).toEqual(strength);
    await model.dispose();
  }
  expect(new Set(runs.map(({ strength }) => strength.join())).size).toBe(3);
});

test("the same seed gives the same numbers, and runs of the next seed are those one further", async () => {
  const device = createCpuDevice();
  const repeat = (seed: number, splits: number) => repeatTraining(data, { device, train: options, splits, seed });
  const first = await repeat(3, 3);
  expect(timeless((await repeat(3, 3)).runs)).toEqual(timeless(first.runs));
  const next = await repeat(4, 2);
  expect(timeless(next.runs)).toEqual(timeless(first.runs.slice(1)).map((run) => ({ ...run, run: run.run - 1 })));
  await device.dispose();
});

test("an abort between epochs ends it with the signal's reason; the runs before stay, and nothing stays on the device", async () => {
  const { device, alive } = counted();
  const stop = new AbortController();
  const kept: RepeatedRun[] = [];
  const repeated = repeatTraining(data, {
    device,
    train: options,
    splits: 5,
    signal: stop.signal,
    onRun: (run) => void kept.push(run),
    onEpoch: (run, { epoch }) => {
      if (run === 1 && epoch === 3) stop.abort(new Error("enough"));
    },
  });
  await expect(repeated).rejects.toThrow("enough");
  expect(kept.map(({ run }) => run)).toEqual([0]);
  expect(alive()).toBe(0);
  await expect(repeatTraining(data, { device, train: options, signal: stop.signal })).rejects.toThrow("enough");
});

test("samples of a group are never in both parts", async () => {
  const grouped: Dataset = { ...data, groups: Array.from({ length: 60 }, (_, i) => `p${Math.floor(i / 3)}`) };
  const device = createCpuDevice();
  const { runs } = await repeatTraining(grouped, { device, train: { ...options, epochs: 1 }, splits: 2 });
  for (const { testSamples, trainSamples } of runs) expect([testSamples % 3, trainSamples % 3]).toEqual([0, 0]);
  await device.dispose();
});

test("labels shuffled before the split give a test accuracy at chance", async () => {
  const device = createCpuDevice();
  const shuffled = shuffleLabels(blobs({ samples: 150, features: 10 }), 1);
  const { runs } = await repeatTraining(shuffled, { device, train: options, splits: 4 });
  const mean = runs.reduce((sum, { measure }) => sum + measure, 0) / runs.length;
  expect(Math.abs(mean - 1 / 3)).toBeLessThan(0.12); // of 200 test samples: three and a half standard deviations
  await device.dispose();
});

test("a feature of one value has strength 0, missing values aside; dense and linear networks have strengths too", async () => {
  const x = data.x.slice();
  for (let i = 0; i < 60; i++) {
    x[i * 10 + 4] = 7;
    x[i * 10 + 6] = i % 5 === 0 ? Number.NaN : -2;
  }
  const device = createCpuDevice();
  for (const method of ["npset", "dense", "linear"] as const) {
    const { hidden, ...rest } = options;
    const what: TrainOptions = { ...rest, ...(method !== "linear" && { hidden }), method, epochs: 2 };
    const { runs } = await repeatTraining({ ...data, x, missing: "median" }, { device, train: what, splits: 1 });
    const zero = Array.from(runs[0].strength.keys()).filter((j) => runs[0].strength[j] === 0);
    expect(zero, method).toEqual([4, 6]);
  }
  await device.dispose();
});

test("the floor is the test accuracy of the training part's most frequent class", () => {
  const part = (y: number[]): Dataset => ({ ...data, y: Uint32Array.from(y), samples: y.length });
  expect(majorityAccuracy(part([2, 2, 0, 1]), part([2, 0, 1, 2, 2]))).toBe(0.6);
  expect(majorityAccuracy(part([1, 0]), part([0, 1, 1]))).toBeCloseTo(1 / 3, 12); // of equals the first
});

test("bad numbers of splits and seeds are refused", async () => {
  const device = createCpuDevice();
  const repeat = (more: object) => repeatTraining(data, { device, train: options, ...more });
  await expect(repeat({ splits: 0 })).rejects.toThrow("repeated training: splits: 0");
  await expect(repeat({ seed: -1 })).rejects.toThrow("repeated training: seed: -1");
  await expect(repeat({ test: 1 })).rejects.toThrow("split: test fraction: 1");
  await device.dispose();
});
