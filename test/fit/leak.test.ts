import { describe, expect, test } from "vitest";
import type { Dataset } from "../../src/data/dataset.js";
import { createCpuDevice } from "../../src/device/cpu/device.js";
import { validationFolds } from "../../src/experiment/run/folds.js";
import { trainLeg } from "../../src/experiment/run/leg.js";
import { chooseAll, partsOf } from "../../src/fit/parts.js";
import { decodeCheckpoint } from "../../src/io/formats/checkpoint/checkpoint.js";
import type { SavedModel } from "../../src/io/saved-model.js";
import { classification } from "../../src/tasks/classification.js";
import type { TrainOptions } from "../../src/train/options.js";
import { matrixTest } from "../matrix.js";
import { table } from "./tables.js";

// What a fold holds out changes no bit of what it learns: neither weights and connections, nor means, deviations and medians.

const device = createCpuDevice({ threads: 1 });

/** Samples of unlike scales, some without a value: which of its features is large, or missing, tells no class. */
const data: Dataset<Float32Array> = { ...table({ samples: 31, features: 6 }), missing: "median" };
for (let i = 0; i < data.samples; i++) data.x[6 * i + (i % 6)] = i % 4 === 0 ? Number.NaN : 50 + 9 * data.x[6 * i + (i % 6)];

const OPTIONS: Record<string, TrainOptions> = {
  npset: { method: "npset", hidden: [12, 10], epsilon: 4, evolution: { period: 1, removal: { last: 3 } } },
  rigl: { method: "rigl", hidden: [12, 10], epsilon: 4, evolution: { period: 1 } },
  dense: { method: "dense", hidden: [12], dropout: 0.3, norm: "batch" },
  linear: { method: "linear" },
};

interface Parts {
  readonly train: Dataset;
  readonly heldOut: Dataset;
}

/** The folds of a fit, and of a suite's tuning. */
const FOLDS: Record<string, (data: Dataset) => Parts[]> = {
  fit: (data) =>
    partsOf(chooseAll(data), { seed: 1, folds: 2, repeats: 1 }, "t").map(({ train, heldOut }) => ({
      train: train.data,
      heldOut: heldOut.data,
    })),
  suite: (data) =>
    validationFolds(data, 2, 0.3, 1, classification).map(({ train, validation }) => ({ train, heldOut: validation })),
};

/** The data with nonsense in the place of some samples. */
function spoilt(held: ReadonlySet<string>): Dataset {
  const x = data.x.slice();
  for (let i = 0; i < data.samples; i++) if (held.has(nameOf(data, i))) x.fill(1e6 * (1 + (i % 3)), 6 * i, 6 * (i + 1));
  return { ...data, x };
}

const rowOf = ({ x }: Dataset, i: number) => (x as Float32Array).subarray(6 * i, 6 * (i + 1));
const nameOf = (set: Dataset, i: number) => rowOf(set, i).join();

async function learn({ train, heldOut }: Parts, options: TrainOptions): Promise<SavedModel> {
  const task = { key: "t", options: { ...options, epochs: 4, batch: 8, seed: 3 }, until: 4, stop: 2 };
  const leg = await trainLeg({ train, heldOut }, task, undefined, { device });
  if (!leg) throw new Error("it diverged");
  return decodeCheckpoint(leg.state, "t", [{ name: "heard", better: "larger", over: () => 0 }]);
}

describe.each(Object.keys(FOLDS))("a fold of a %s", (kind) => {
  const folds = FOLDS[kind](data);

  const learnsTheSame = (options: TrainOptions) => async () => {
    const means: number[][] = [];
    for (const [f, fold] of folds.entries()) {
      const held = new Set(Array.from({ length: fold.heldOut.samples }, (_, i) => nameOf(fold.heldOut, i)));
      expect(held.size).toBe(fold.heldOut.samples);
      const other = FOLDS[kind](spoilt(held))[f];
      expect(rowOf(other.heldOut, 0)[0]).toBeGreaterThan(1e5);
      const flipped = { ...other.heldOut, y: other.heldOut.y.map((label) => 1 - label) };
      const [one, again] = [await learn(fold, options), await learn({ ...other, heldOut: flipped }, options)];
      expect(again.network).toEqual(one.network);
      expect(again.input).toEqual(one.input);
      means.push([...(one.input?.mean ?? [])]);
    }
    expect(new Set(means.map(String)).size).toBe(folds.length); // each has its own
  };
  for (const [method, options] of Object.entries(OPTIONS)) {
    const run = kind === "fit" && method === "npset" ? test : matrixTest;
    run(`learns the same of ${method} whatever it holds out`, learnsTheSame(options));
  }

  test("is standardised by the means of its own training part", async () => {
    const [fold] = folds;
    const { input } = await learn(fold, OPTIONS.linear);
    const column = Array.from({ length: fold.train.samples }, (_, i) => rowOf(fold.train, i)[2]);
    const known = column.filter((value) => !Number.isNaN(value)).toSorted((a, b) => a - b);
    const half = known.length / 2;
    const median = known.length % 2 ? known[Math.floor(half)] : (known[half - 1] + known[half]) / 2;
    const filled = column.map((value) => (Number.isNaN(value) ? median : value));
    expect(input?.median?.[2]).toBeCloseTo(median, 5);
    expect(input?.mean[2]).toBeCloseTo(filled.reduce((a, b) => a + b, 0) / filled.length, 5);
  });
});
