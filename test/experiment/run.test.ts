import { describe, expect, test } from "vitest";
import type { Dataset } from "../../src/data/dataset.js";
import { toDense } from "../../src/data/sample-matrix.js";
import { split } from "../../src/data/split.js";
import { createCpuDevice } from "../../src/device/cpu/device.js";
import { shuffleLabels } from "../../src/experiment/repeat/shuffle.js";
import { validationFolds } from "../../src/experiment/run/folds.js";
import type { RunResult } from "../../src/experiment/run/records.js";
import { performRun, type RunTask } from "../../src/experiment/run/run.js";
import type { MethodName } from "../../src/methods/index.js";
import { classification } from "../../src/tasks/classification.js";
import { train } from "../../src/train/train.js";
import { random } from "../../src/util/random.js";
import { matrixTest } from "../matrix.js";
import { blobs } from "../train/blobs.js";

const device = createCpuDevice({ threads: 1 });
const origin = { config: "c", version: "v", command: "again", data: { name: "blobs", sha256: null, samples: 90 } };
const grid = { lrs: [0.01, 0.05], decays: [0, 0.02], folds: 2, validation: 0.2 };

function taskOf(method: MethodName, changes: Partial<RunTask> = {}): RunTask {
  const run = { study: "main", dataset: "blobs", method, variant: "", split: 0 };
  const options = { method, ...(method !== "linear" && { hidden: [20, 20] }), epsilon: 4, epochs: 4, batch: 8 };
  return { key: `main/blobs/${method}/0`, run, seed: 5, train: options, grid, rates: null, removeAfter: false, ...changes };
}

const perform = (parts: { train: Dataset; test: Dataset }, task: RunTask) => performRun(parts, task, origin, { device });
const timeless = ({ seconds, ...rest }: RunResult) => rest;
const parts = split(blobs({ samples: 90, features: 10 }), { test: 1 / 3, seed: 5 });

describe("a run", () => {
  test("is the training at the rates it chose, and its tuning that on the folds of its training part", async () => {
    const result = await perform(parts, taskOf("npset"));
    expect(result.tuning?.trials.length).toBe(3);
    const { lr, decay } = result.tuning ?? { lr: 0, decay: 0 };
    const same = { ...taskOf("npset").train, optimizer: { decay }, lr, seed: 5, device };
    const model = await train(parts, same);
    const last = model.history[3];
    expect(result.curves.testLoss).toEqual(model.history.map(({ testLoss }) => testLoss));
    expect(result.final.testLoss).toBe(last.testLoss);
    expect(result.final.trainAccuracy).toBe(last.trainAccuracy);
    expect(result.neurons).toEqual(model.neurons);
    expect(result.parameters.final).toBe(model.layers.reduce((sum, { nnz, out }) => sum + nnz + out, 0));
    const { labels } = await model.predict(parts.test.x);
    expect(result.correct).toBe([...parts.test.y].map((y, i) => Number(y === labels[i])).join(""));
    expect(result.final.testAccuracy).toBe([...(result.correct ?? "")].filter((c) => c === "1").length / parts.test.samples);
    await model.dispose();

    const [, fold] = validationFolds(parts.train, 2, 0.2, 5, classification);
    const tuned = await train(fold, { ...same, lr: 0.05, optimizer: { decay: 0 } });
    expect(result.tuning?.trials[1].folds[1]).toBe(tuned.history[3].validationLoss);
    await tuned.dispose();
  });

  test("is tuned by a metric where its suite names one, the task's own or another", async () => {
    for (const metric of ["balancedAccuracy", "accuracy"] as const) {
      const { tuning } = await perform(parts, taskOf("set", { grid: { ...grid, metric } }));
      const [first] = tuning?.trials ?? [];
      const [fold] = validationFolds(parts.train, 2, 0.2, 5, classification);
      const own = { ...taskOf("set").train, optimizer: { decay: 0 }, lr: 0.01, seed: 5, device };
      const model = await train(fold, { ...own, ...(metric === "balancedAccuracy" && { metrics: [metric] }) });
      const last = model.history[3] as unknown as Record<string, number>;
      await model.dispose();
      expect(first.folds[0]).toBe(-last[metric === "accuracy" ? "validationAccuracy" : "validationBalancedAccuracy"]);
      const least = Math.min(...(tuning?.trials ?? []).map(({ loss }) => Number(loss)));
      expect(tuning?.trials.find(({ loss }) => loss === least)).toMatchObject({ lr: tuning?.lr, decay: tuning?.decay });
    }
  });

  test("gives the same numbers again, whatever its device did before", async () => {
    const other = createCpuDevice({ threads: 1 });
    const first = await performRun(parts, taskOf("set"), origin, { device: other });
    await other.dispose();
    expect(timeless(await perform(parts, taskOf("set")))).toEqual(timeless(first));
  });

  test("does as many trainings whatever the method, and says how far it is", async () => {
    for (const method of ["set", "dense", "linear"] as const) {
      const told: string[] = [];
      await performRun(parts, taskOf(method), origin, { device, onTraining: (done, of) => told.push(`${done}/${of}`) });
      expect(told).toEqual(["1/7", "2/7", "3/7", "4/7", "5/7", "6/7", "7/7"]);
    }
  });

  test("counts trainings that diverge as infinitely bad and goes on", async () => {
    const result = await perform(parts, taskOf("dense", { grid: { ...grid, lrs: [0.01, 1e30] } }));
    expect(result.tuning?.trials.map(({ loss }) => loss === null)).toEqual([false, true, false]);
    expect(result.tuning?.lr).toBe(0.01);
    const all = perform(parts, taskOf("dense", { grid: { ...grid, lrs: [1e30] } }));
    await expect(all).rejects.toThrow("training diverged at every learning rate (1e+30)");
  });

  test("takes given rates without tuning, and records neurons taken out where asked", async () => {
    const result = await perform(parts, taskOf("set", { grid: null, rates: { lr: 0.02, decay: 0.02 }, removeAfter: true }));
    expect([result.tuning, result.atBestValidation, result.flop.tuning]).toEqual([null, null, 0]);
    expect([result.options.lr, result.options.optimizer]).toEqual([0.02, { decay: 0.02 }]);
    expect(result.removedAfter?.[0].values[0]).toBe(result.final.testAccuracy);
  });

  test("with a course of the learning rate keeps it at the rate that is given", async () => {
    const one = taskOf("set", { grid: null, rates: { lr: 0.02, decay: 0 } });
    const result = await perform(parts, { ...one, train: { ...one.train, lr: { schedule: "cosine" } } });
    expect(result.options.lr).toEqual({ schedule: "cosine", rate: 0.02 });
    expect(result.final.testLoss).not.toBe((await perform(parts, one)).final.testLoss);
  });

  test("of an ensemble averages its members and counts them all", async () => {
    const one = taskOf("set", { grid: null, rates: { lr: 0.02, decay: 0 } });
    const three = { ...one, train: { ...one.train, members: 3 } };
    const result = await perform(parts, three);
    const model = await train(parts, { ...result.options, device, tune: "off" });
    const { accuracy, loss } = await model.evaluate(parts.test);
    expect(result.final).toMatchObject({ testAccuracy: accuracy, testLoss: loss });
    await model.dispose();
    const alone = await perform(parts, one);
    expect(result.flop.train).toBe(3 * alone.flop.train);
    expect(result.parameters).toEqual({ initial: 3 * alone.parameters.initial, final: 3 * alone.parameters.final });
    expect(result.neurons.initial).toEqual([10, 60, 60, 9]);
  });

  test("has its best validation epoch after the last removal of neurons", async () => {
    const train = { ...taskOf("npset").train, epochs: 8, evolution: { removal: { first: 1, last: 5 } } };
    const result = await perform(parts, taskOf("npset", { train }));
    expect(result.atBestValidation?.epoch).toBeGreaterThan(5);
    const epoch = result.atBestValidation?.epoch ?? 0;
    expect(result.atBestValidation?.testAccuracy).toBe(result.curves.testAccuracy[epoch - 1]);
  });
});

/** Two classes told apart by a linear function of all features: no clusters that a lucky guess would name. */
function halves(samples: number, seed: number): Dataset {
  const [features, rng] = [10, random(seed, "halves")];
  const x = Float32Array.from({ length: samples * features }, () => rng.normal());
  const y = Uint32Array.from({ length: samples }, (_, i) =>
    Number(x.subarray(i * features, (i + 1) * features).reduce((sum, value, j) => sum + (j % 2 ? value : -value), 0) > 0),
  );
  return { name: "halves", x, y, samples, features, classes: ["a", "b"] };
}

describe("nothing leaks from the test part", () => {
  matrixTest("labels shuffled inside the training part give chance-level test accuracy, true ones do not", async () => {
    const accuracies = { shuffled: [] as number[], whole: [] as number[] };
    for (const seed of [1, 2, 3, 4, 5, 6]) {
      const { train, test } = split(halves(180, seed), { test: 1 / 3, seed });
      const task = taskOf("set", { seed });
      accuracies.shuffled.push((await perform({ train: shuffleLabels(train, seed), test }, task)).final.testAccuracy);
      accuracies.whole.push((await perform({ train, test }, task)).final.testAccuracy);
    }
    const mean = (values: number[]) => values.reduce((a, b) => a + b, 0) / values.length;
    // 360 test samples: a standard deviation of 0.026 if they were independent
    expect(Math.abs(mean(accuracies.shuffled) - 0.5)).toBeLessThan(0.11);
    expect(mean(accuracies.whole)).toBeGreaterThan(0.75);
  });

  test("other labels of the test part change no choice and no prediction", async () => {
    const { train, test } = split(halves(90, 1), { test: 1 / 3, seed: 1 });
    const flipped = { ...test, y: test.y.map((label) => 1 - label) };
    const [one, other] = [
      await perform({ train, test }, taskOf("npset")),
      await perform({ train, test: flipped }, taskOf("npset")),
    ];
    expect(other.tuning).toEqual(one.tuning);
    expect(other.atBestValidation?.epoch).toBe(one.atBestValidation?.epoch);
    expect(other.curves.trainLoss).toEqual(one.curves.trainLoss);
    expect([...(other.correct ?? "")].map((c) => 1 - Number(c)).join("")).toBe(one.correct);
  });

  test("other values of the test part change no choice, standardisation included", async () => {
    const { train, test } = split(halves(90, 1), { test: 1 / 3, seed: 1 });
    const moved = { ...test, x: toDense(test.x).map((value) => 100 * value + 7) };
    const [one, other] = [await perform({ train, test }, taskOf("set")), await perform({ train, test: moved }, taskOf("set"))];
    expect(other.tuning).toEqual(one.tuning);
    expect(other.curves.trainLoss).toEqual(one.curves.trainLoss);
  });
});
