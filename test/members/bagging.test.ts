import { expect, test } from "vitest";
import type { Dataset } from "../../src/data/dataset.js";
import { createCpuDevice } from "../../src/device/cpu/device.js";
import { sampleWeights } from "../../src/train/sample-weights.js";
import { train } from "../../src/train/train.js";
import { DATA } from "../train/bits.js";

const device = createCpuDevice();
const alike = (samples: number) => ({ name: "alike", y: new Uint32Array(samples), samples, classes: ["a"] });

test("bootstrap weights are counts of so many draws, of each member's own stream", () => {
  const [samples, members] = [4000, 3];
  const weights = sampleWeights({ seed: 9, members, member: 4, bagging: true }, alike(samples)) as Float32Array;
  const own = Array.from({ length: members }, (_, j) => weights.filter((_, k) => k % members === j));
  for (const [j, each] of own.entries()) {
    expect(each.reduce((sum, count) => sum + count, 0)).toBe(samples);
    // counts are close to Poisson with mean 1: P(k) = exp(-1) / k!; 5 standard deviations
    for (const [k, p] of [Math.exp(-1), Math.exp(-1), Math.exp(-1) / 2].entries())
      expect(Math.abs(each.filter((count) => count === k).length - samples * p)).toBeLessThan(5 * Math.sqrt(samples * p));
    expect(sampleWeights({ seed: 9, member: 4 + j, bagging: true }, alike(samples))).toEqual(each);
  }
  expect(own[0]).not.toEqual(own[1]);
  expect(sampleWeights({ seed: 9, members }, alike(samples))).toBeUndefined();
});

test("a member learns what a network learns on the samples that were drawn, each as often as it was drawn", async () => {
  const { train: set } = DATA;
  const { samples, features } = set;
  const options = {
    hidden: [12],
    method: "static",
    epsilon: 5,
    epochs: 8,
    batch: samples,
    lr: 0.1,
    seed: 3,
    inputs: "raw",
  } as const;
  const weights = sampleWeights({ seed: 3, bagging: true }, alike(samples)) as Float32Array;
  const drawn = Array.from(weights).flatMap((count, i) => new Array<number>(count).fill(i));
  const x = new Float32Array(samples * features);
  for (const [k, i] of drawn.entries())
    for (let j = 0; j < features; j++) x[k * features + j] = (set.x as Float32Array)[i * features + j];
  const repeated: Dataset = { ...set, x, y: Uint32Array.from(drawn, (i) => set.y[i]) };
  const [bagged, alone, plain] = await Promise.all(
    [
      { data: set, more: { bagging: true } },
      { data: repeated, more: {} },
      { data: set, more: {} },
    ].map(async ({ data, more }) => {
      const model = await train({ train: data }, { ...options, ...more, device });
      await model.dispose();
      const { network } = await model.save();
      return network.layers.flatMap(({ params }) => [...params.values, ...params.bias]);
    }),
  );
  const far = (a: readonly number[], b: readonly number[]) => Math.max(...a.map((value, k) => Math.abs(value - b[k])));
  expect(far(bagged, alone)).toBeLessThan(1e-5);
  expect(far(bagged, plain)).toBeGreaterThan(1e-2);
});
