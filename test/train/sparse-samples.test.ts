import { afterAll, expect, test } from "vitest";
import type { Dataset } from "../../src/data/dataset.js";
import { makeDataset } from "../../src/data/make-dataset.js";
import { readDataset } from "../../src/data/read-dataset.js";
import { isSparse, type SparseRows, toDense } from "../../src/data/sample-matrix.js";
import { split } from "../../src/data/split.js";
import { createCpuDevice } from "../../src/device/cpu/device.js";
import { trainConfig } from "../../src/train/config.js";
import type { TrainOptions } from "../../src/train/options.js";
import { INPUTS } from "../../src/train/options.js";
import { runMemory } from "../../src/train/run-memory.js";
import type { RunOptions } from "../../src/train/run-options.js";
import { train } from "../../src/train/train.js";
import { random } from "../../src/util/random.js";
import { gpuMatrixTest } from "../matrix.js";
import { sharedGpu } from "../one-gpu.js";
import { expectSameState, timeless } from "./same-runs.js";

// Networks trained on samples that are sparse on the host, against those trained on the same samples given dense: the same bits.

const webgpu = await sharedGpu();
const cpu = createCpuDevice();
afterAll(async () => {
  await webgpu.dispose();
  await cpu.dispose();
});

const FEATURES = 80;
const SAMPLE = 4 * (FEATURES + 1);

/** Counts of words as svmlight: six words a line, half of them of its class, some counts missing, three lines a query. */
function words(samples: number, holes: boolean): string {
  const rng = random(1, "words");
  const lines = Array.from({ length: samples }, (_, i) => {
    const label = Math.floor(i / 3) % 3;
    const drawn = Array.from({ length: 6 }, (_, k) => 1 + (k % 2 ? rng.below(FEATURES) : 25 * label + rng.below(30)));
    const indices = [...new Set([...drawn, ...(i === 0 ? [FEATURES] : [])])].sort((a, b) => a - b);
    const counts = indices.map((j) => `${j}:${holes && rng.float() < 0.05 ? "nan" : 1 + rng.below(5) / 2}`);
    return `${label} qid:${Math.floor(i / 3)} ${counts.join(" ")}`;
  });
  return lines.join("\n");
}

async function read(samples: number, holes = false): Promise<Dataset> {
  const bytes = new TextEncoder().encode(words(samples, holes));
  const dataset = await readDataset([{ name: "words.svmlight", bytes }], { missing: holes ? "median" : "error" });
  expect([isSparse(dataset.x), dataset.samples, dataset.features]).toEqual([true, samples, FEATURES]);
  return dataset;
}

const options: TrainOptions = { method: "npset", hidden: [30, 20], epsilon: 6, epochs: 3, batch: 16, dropout: 0.1, patience: 2 };

/** Trains on two thirds of whole queries, with a validation part; evaluates and predicts all, at once and in a part. */
async function run(dataset: Dataset, more: TrainOptions & RunOptions) {
  const parts = split(dataset, { test: 0.3, validation: 0.2, seed: 1 });
  let streamed: boolean | undefined;
  const model = await train(parts, {
    ...options,
    tune: "off",
    ...more,
    onStart: (info) => {
      streamed = info.streamed;
    },
  });
  const saved = await model.save();
  const few = split(dataset, { test: 0.1, seed: 2 }).test;
  const outputs = [await model.evaluate(dataset), await model.predict(dataset.x), await model.predict(few.x)];
  await model.dispose();
  return {
    network: saved.network,
    rest: { input: saved.input, history: timeless(model.history), outputs, indices: parts.indices, streamed },
  };
}

for (const [kind, device] of [
  ["cpu", cpu],
  ["webgpu", webgpu],
] as const) {
  gpuMatrixTest({ name: kind }).each([
    ["resident", undefined],
    ["streamed", 70 * SAMPLE],
  ] as const)(
    `on ${kind}, training on sparse samples, %s, gives the bits of the same samples given dense`,
    async (how, dataBytes) => {
      const sparse = await read(kind === "cpu" ? 180 : 120);
      const dense = { ...sparse, x: toDense(sparse.x) };
      for (const input of kind === "cpu" ? INPUTS : (["standardize"] as const)) {
        const more = { device, dataBytes, inputs: input };
        const [actual, expected] = [await run(sparse, more), await run(dense, more)];
        expectSameState(actual.network, expected.network);
        expect(actual.rest).toEqual(expected.rest);
        expect(actual.rest.streamed).toBe(how === "streamed");
      }
    },
  );

  gpuMatrixTest({ name: kind })(
    `on ${kind}, so do samples with missing values, and predictions of more samples than one step takes`,
    async () => {
      const sparse = await read(600, true);
      const dense = { ...sparse, x: toDense(sparse.x) };
      const more = { device, epochs: 1 };
      const [actual, expected] = [await run(sparse, more), await run(dense, more)];
      expectSameState(actual.network, expected.network);
      expect(actual.rest).toEqual(expected.rest);
      expect(actual.rest.input?.median).toHaveLength(FEATURES);
    },
  );
}

test("a sparse training set goes with a dense test set, and the other way round", async () => {
  const sparse = split(await read(180), { test: 0.3, seed: 1 });
  const dense = { train: { ...sparse.train, x: toDense(sparse.train.x) }, test: { ...sparse.test, x: toDense(sparse.test.x) } };
  const histories = [];
  for (const sets of [dense, { ...sparse, test: dense.test }, { ...dense, test: sparse.test }]) {
    const model = await train(sets, { ...options, patience: undefined, device: cpu, dataBytes: 70 * SAMPLE });
    histories.push(timeless(model.history));
    await model.dispose();
  }
  expect(histories[1]).toEqual(histories[0]);
  expect(histories[2]).toEqual(histories[0]);
});

test("predictions refuse sparse rows of other columns, and what is no CSR matrix", async () => {
  const dataset = await read(60);
  const model = await train({ train: dataset }, { ...options, patience: undefined, epochs: 1, device: cpu });
  const x = dataset.x as SparseRows;
  await expect(model.predict({ ...x, cols: 81 })).rejects.toThrow(
    "predict: the sparse rows have 81 columns, expected 80 features",
  );
  await expect(model.predict({ ...x, colIdx: x.colIdx.map((j) => j + 40) })).rejects.toThrow(/predict: column .* are below 80/);
  const none = { ...x, rows: 0, rowPtr: new Uint32Array(1), colIdx: new Uint32Array(0), values: new Float32Array(0) };
  await expect(model.predict(none)).rejects.toThrow("predict: 0 values are not a whole number of samples");
  await model.dispose();
});

test("samples that are sparse take at most 128 MiB of the device, or two batches, and are streamed beyond", () => {
  const planned = (samples: number, features: number, sparse: boolean, limit?: number, dataBytes?: number) => {
    const [values, rowPtr] = [new Float32Array(0), new Uint32Array(samples + 1)];
    const x = sparse ? { rows: samples, cols: features, rowPtr, colIdx: new Uint32Array(0), values } : values;
    const set = { name: "empty", x, y: new Uint32Array(samples), samples, features, classes: ["a", "b"] };
    const config = trainConfig({ hidden: [20], batch: 32 }, { samples, features, classes: 2 });
    const { estimate, ...rest } = runMemory(config, { train: set }, limit, dataBytes);
    return { ...rest, data: estimate.data };
  };
  const whole = 10_000 * 4 * 10_001;
  expect(planned(10_000, 10_000, false)).toEqual({ dataBytes: undefined, streamed: false, data: whole });
  expect(planned(10_000, 10_000, true)).toEqual({ dataBytes: 2 ** 27, streamed: true, data: 2 ** 27 });
  expect(planned(3000, 10_000, true)).toMatchObject({ dataBytes: undefined, streamed: false });
  expect(planned(10_000, 10_000, true, Infinity, whole)).toEqual({ dataBytes: whole, streamed: false, data: whole });
  expect(planned(10_000, 10_000, true, 1e8).data).toBeLessThan(2 ** 27);
  const two = 2 * 32 * 4 * 1_000_001;
  expect(planned(100, 1_000_000, true)).toEqual({ dataBytes: two, streamed: true, data: two });
});

test("a table of sparse rows that a program made is a dataset like one that was read", async () => {
  const { x, y, classes, features, featureNames } = await read(60);
  const labels = Array.from(y, (c) => classes[c]);
  const made = makeDataset({ name: "made", x, labels, features, featureNames });
  expect(made.x).toBe(x);
  expect([made.y, made.samples]).toEqual([y, 60]);
});
