import { afterAll, beforeAll, expect, test } from "vitest";
import { createCpuDevice } from "../../src/device/cpu/device.js";
import { createWebgpuDevice, type WebgpuDevice } from "../../src/device/webgpu/device.js";
import { initialState } from "../../src/nn/state.js";
import { trainConfig } from "../../src/train/config.js";
import type { TrainOptions } from "../../src/train/options.js";
import type { EvolutionRecord } from "../../src/train/records.js";
import { createSession } from "../../src/train/session.js";
import { train } from "../../src/train/train.js";
import { CoppiceError } from "../../src/util/check.js";
import { countGpu, type GpuCounter } from "../gpu-counter.js";
import { matrixTest, WHOLE } from "../matrix.js";
import { blobs } from "./blobs.js";
import { timeless } from "./same-runs.js";

// Device memory, counted at the GPUDevice.

let gpu: GpuCounter;
let device: WebgpuDevice;
beforeAll(async () => {
  gpu = await countGpu();
  device = await createWebgpuDevice({ gpuDevice: gpu.gpuDevice });
});
afterAll(async () => {
  await device.dispose();
  gpu.dispose();
});

/** Bytes of buffers that hold the layers themselves. */
const layerBytes = () => gpu.live.filter(({ label }) => /^layer\d/.test(label)).reduce((sum, { bytes }) => sum + bytes, 0);

test("npset halves the hidden neurons, its buffers shrink with them, and it reports what the GPU holds", async () => {
  const reports: (EvolutionRecord & { counted: number })[] = [];
  const data = blobs({ samples: 40, features: 30 });
  const model = await train(
    { train: data },
    {
      method: "npset",
      hidden: [64, 48],
      epsilon: 6,
      epochs: 12,
      batch: 20,
      device,
      onEvolution: (record) => void reports.push({ ...record, counted: layerBytes() }),
    },
  );
  expect(model.neurons.initial).toEqual([30, 64, 48, 3]);
  expect(model.neurons.final).toEqual([30, 32, 24, 3]);
  const { layers } = (await model.save()).network;
  layers.slice(0, 2).forEach(({ neurons }, i) => {
    expect(new Set(neurons).size).toBe([32, 24][i]);
    expect(neurons.every((id, n) => id < [64, 48][i] && (n === 0 || id > neurons[n - 1]))).toBe(true);
    // Half of the ids being gone, those that stay cannot be the first ones but by numbering anew.
    expect(neurons[neurons.length - 1]).toBeGreaterThanOrEqual(neurons.length);
  });
  expect(reports.length).toBe(11);
  for (const { layers: changes, bytesBefore, bytesAfter, counted } of reports) {
    expect(counted).toBe(bytesAfter);
    if (changes.some(({ removedNeurons }) => removedNeurons > 0)) expect(bytesAfter).toBeLessThan(bytesBefore);
    else expect(bytesAfter).toBe(bytesBefore);
  }
  expect(reports.filter(({ bytesAfter, bytesBefore }) => bytesAfter < bytesBefore).length).toBeGreaterThan(3);
  await model.dispose();
});

/** A session of a network 1500-1200-1000-4 with that many connections in its largest layer, and a fifth of them in the next. */
async function largeSession(connections: number, regrowInit: "zeros" | "heUniform" = "zeros") {
  const set = blobs({ samples: 8, features: 1500, classes: 4 });
  const options: TrainOptions = {
    method: "set",
    hidden: [1200, 1000],
    output: "dense",
    batch: 4,
    epochs: 3,
    evolution: { regrowInit },
  };
  const config = trainConfig(options, { features: 1500, classes: 4, samples: 8 });
  const densities = [connections / (1500 * 1200), connections / 5 / (1200 * 1000), null];
  const state = initialState({ sizes: config.layout.sizes, densities, init: "heUniform", seed: 1 });
  const session = await createSession(device, {
    config: { ...config, layout: { ...config.layout, densities } },
    members: [state],
    data: { train: set },
  });
  await session.trainEpoch(1, 0);
  return session;
}

matrixTest(
  "a network of 10^6 connections takes at most 28 device bytes a connection, and its evolution at most 9 more of its largest layer",
  async () => {
    const connections = (largest: number) => largest + largest / 5;
    const bytes: number[] = [];
    for (const largest of [10_000, 850_000]) {
      const before = gpu.liveBytes;
      const session = await largeSession(largest);
      await session.snapshot(); // a checkpoint's read-back
      bytes.push(gpu.liveBytes - before);
      gpu.resetPeak();
      const steady = gpu.liveBytes;
      await session.evolve(2);
      expect(session.nnz).toBe(connections(largest) + 4000);
      if (largest > 10_000) {
        // Old slots, an array on its way and marks: 8 1/8 bytes a connection, of which more are marked than the largest layer's.
        expect(gpu.peakBytes - steady).toBeLessThanOrEqual(9 * largest);
        const once = gpu.liveBytes;
        await session.trainEpoch(2, 2);
        await session.evolve(4);
        expect(gpu.liveBytes).toBe(once);
      }
      await session.trainEpoch(2, 2);
      session.dispose();
    }
    // Same neurons, batch and data: the difference is what scales with connections.
    const perConnection = (bytes[1] - bytes[0]) / (connections(850_000) - connections(10_000));
    expect(perConnection).toBeLessThanOrEqual(28);
    expect(perConnection).toBeGreaterThanOrEqual(20);
  },
);

test("an evolution that draws the weights it grows adds no more than one that grows zeros", async () => {
  const peaks: number[] = [];
  for (const init of ["zeros", "heUniform"] as const) {
    const session = await largeSession(100_000, init);
    gpu.resetPeak();
    const steady = gpu.liveBytes;
    await session.evolve(2);
    peaks.push(gpu.peakBytes - steady);
    session.dispose();
  }
  expect(peaks[1]).toBe(peaks[0]);
});

test("the planned bytes cover the counted ones and are within 20 % of them", async () => {
  const train1 = blobs({ samples: 300, features: 100, classes: 5 });
  const test1 = blobs({ samples: 100, features: 100, classes: 5, seed: 2 });
  const variants: TrainOptions[] = [
    { method: "npset", hidden: [1000, 800], epsilon: 20, batch: 32 },
    { method: "set", hidden: [600], epsilon: 10, batch: 100, optimizer: { name: "adam" }, activation: "srelu" },
    { method: "dense", hidden: [400, 300], batch: 16 },
    { method: "npset", hidden: [300, 200], epsilon: 10, batch: 32, members: 8, share: "weights" },
  ];
  for (const options of WHOLE ? variants : variants.slice(0, 1)) {
    const before = gpu.liveBytes;
    // A device of its own, as for a run: a staging buffer of an earlier one would hide that of this one.
    const own = await createWebgpuDevice({ gpuDevice: gpu.gpuDevice });
    let planned = 0;
    gpu.resetPeak();
    const data = { train: train1, test: test1, validation: test1 };
    const model = await train(data, {
      ...options,
      epochs: 2,
      device: own,
      onStart: ({ memory }) => {
        planned = memory.total;
      },
    });
    const counted = gpu.peakBytes - before;
    expect(planned).toBeGreaterThanOrEqual(counted);
    expect(planned).toBeLessThanOrEqual(1.2 * counted);
    await model.dispose();
    await own.dispose();
  }
});

/** What came after 0.1.0 and takes memory of its own. */
const ADDITIONS: readonly TrainOptions[] = [{}, { clipNorm: 1 }, { maxNorm: 1 }, { ema: 0.9 }, { norm: "batch" }];
const ALL_OF_THEM: TrainOptions = Object.assign({}, ...ADDITIONS);
const layers = { method: "static", hidden: [40, 30], epsilon: 5 } as const;

test.each<[string, TrainOptions, readonly TrainOptions[]]>([
  ["sparse layers", layers, [...ADDITIONS, ALL_OF_THEM]],
  ["dense layers", { method: "dense", hidden: [40, 30] }, [ALL_OF_THEM]],
  ["a skip", { ...layers, skip: "linear" }, [ALL_OF_THEM]],
  ["members", { ...layers, members: 3 }, [ALL_OF_THEM]],
  ["members that share weights", { ...layers, members: 3, share: "weights" }, [ALL_OF_THEM]],
])(
  "of %s, clipping, bounds, averages and batch norm are planned: what is held is at least 0.94 of it",
  async (_, kind, additions) => {
    const data = {
      train: blobs({ samples: 60, features: 50, classes: 5 }),
      test: blobs({ samples: 20, features: 50, classes: 5, seed: 2 }),
    };
    for (const more of additions) {
      const before = gpu.liveBytes;
      const own = await createWebgpuDevice({ gpuDevice: gpu.gpuDevice });
      let [planned, held] = [0, 0];
      const model = await train(data, {
        ...kind,
        ...more,
        epochs: 1,
        batch: 20,
        optimizer: "adam",
        device: own,
        onStart: ({ memory }) => {
          planned = memory.total;
        },
        onEpoch: () => {
          held = gpu.liveBytes - before;
        },
      });
      await model.dispose();
      await own.dispose();
      expect(planned, JSON.stringify(more)).toBeGreaterThanOrEqual(held);
      expect(planned, JSON.stringify(more)).toBeLessThanOrEqual(1.06 * held);
    }
  },
);

test("a network that does not fit is refused with the arithmetic before anything is made", async () => {
  const set = blobs({ samples: 20, features: 1000, classes: 4 });
  const buffers = gpu.counts.buffers;
  const error = await train({ train: set }, { method: "set", hidden: [50_000], epsilon: 20, device, memoryBytes: 10e6 }).catch(
    (reason) => reason,
  );
  expect(error).toBeInstanceOf(CoppiceError);
  expect(error.kind).toBe("usage");
  // 20 (1000 + 50,000) connections of 20 bytes, and 4 50,000 of the dense output layer of 8.
  expect(error.message).toContain("the network 1000-50000-4 with batch 20 takes ");
  expect(error.message).toContain("(connections 22.0 MB + neurons ");
  expect(error.message).toContain("10.0 MB may be used");
  expect(gpu.counts.buffers).toBe(buffers);
});

test("memory that runs out midway is a failure, and the device can be used again", async () => {
  const small = createCpuDevice({ memoryBytes: 60_000 });
  const set = blobs();
  await expect(train({ train: set }, { hidden: [200], epochs: 2, device: small })).rejects.toMatchObject({
    kind: "failure",
    message: expect.stringContaining("does not fit"),
  });
  const model = await train({ train: set }, { hidden: [8], epochs: 2, device: small });
  expect(model.history.length).toBe(2);
});

test("nothing grows over 20 epochs with evolutions", async () => {
  const set = blobs({ samples: 30 });
  const live: number[] = [];
  const objects: number[] = [];
  const model = await train(
    { train: set },
    {
      method: "set",
      output: "sparse",
      hidden: [20, 20],
      epsilon: 4,
      epochs: 20,
      batch: 15,
      device,
      onEpoch: () => {
        live.push(gpu.liveBytes);
        objects.push(gpu.live.length);
      },
    },
  );
  expect(new Set(live.slice(1)).size).toBe(1);
  expect(new Set(objects.slice(1)).size).toBe(1);
  expect(timeless(model.evolutions).length).toBe(19);
  await model.dispose();
});
