import { afterAll, describe, expect, test } from "vitest";
import { createCpuDevice } from "../../src/device/cpu/device.js";
import { createWebgpuDevice } from "../../src/device/webgpu/device.js";
import { initialState } from "../../src/nn/state.js";
import { trainConfig } from "../../src/train/config.js";
import type { TrainOptions } from "../../src/train/options.js";
import { createSession } from "../../src/train/session.js";
import { train } from "../../src/train/train.js";
import { countGpu, created, difference, type GpuCounts } from "../gpu-counter.js";
import { WHOLE } from "../matrix.js";
import { blobs } from "./blobs.js";

// What a training run does on the GPU, counted at the GPUDevice.

const gpu = await countGpu();
const device = await createWebgpuDevice({ gpuDevice: gpu.gpuDevice });
afterAll(async () => {
  await device.dispose();
  gpu.dispose();
});

const data = blobs({ samples: 50 });
const test2 = blobs({ samples: 20, seed: 2, name: "test" });
const steps = 7; // of 8 samples, the last of 2
const common: TrainOptions = { hidden: [24, 20], epsilon: 4, batch: 8, epochs: 8 };

/** A session for `options` and what one epoch of its training does. */
async function countEpoch(options: TrainOptions, on = device) {
  const config = trainConfig({ ...common, ...options }, { features: data.features, classes: 3, samples: data.samples });
  const state = initialState({ ...config.layout, init: config.init, seed: 1, activation: config.network.activation });
  const session = await createSession(on, { config, members: [state], data: { train: data } });
  await session.trainEpoch(1, 0); // the read-back's staging buffer is made by the first
  const before = gpu.counts;
  await session.trainEpoch(2, steps);
  const epoch = difference(before, gpu.counts);
  return { session, epoch, blocks: session.network.layers.map((layer) => layer.blocks.length) };
}

/** The counting of signs at an epoch's end: a pass with a dispatch a row block. */
const sum = (values: number[]) => values.reduce((a, b) => a + b, 0);

describe("an epoch's training", () => {
  const variants: [string, TrainOptions, number][] = [
    ["of three sparse layers", { method: "set", output: "sparse" }, 0],
    ["of a dense network", { method: "dense" }, 0],
    ["of a linear model", { method: "linear", hidden: undefined }, 0],
    ["with dropout, GELU and Adam", { method: "npset", activation: "gelu", dropout: 0.3, optimizer: { name: "adam" } }, 0],
    ["with trained SReLU", { method: "set", activation: "srelu" }, 2],
  ];
  const kept = WHOLE ? variants : variants.filter(([name]) => !name.startsWith("with dropout"));
  test.each(kept)("%s is one pass a step of at most 3 L + 2 dispatches and one read-back", async (_, options, more) => {
    const { session, epoch, blocks } = await countEpoch(options);
    expect(blocks.every((count) => count === 1)).toBe(true);
    const layers = blocks.length;
    expect(epoch.passes).toBe(steps + 1);
    expect(epoch.dispatches).toBe(steps * (3 * layers + 2 + more) + layers);
    expect(epoch.readBacks).toBe(1);
    expect(created(epoch)).toBe(0);
    session.dispose();
  });

  test("takes one dispatch more a step for every further shard, and three for every further row block", async () => {
    const tiny = await createWebgpuDevice({ gpuDevice: gpu.gpuDevice, bindingBytes: 800 });
    const { session, epoch, blocks } = await countEpoch({ method: "set", output: "sparse", epsilon: 9 }, tiny);
    const shards = Math.ceil(50 / Math.floor(800 / (4 * 12)));
    expect(blocks[1]).toBeGreaterThan(1);
    // The first layer has no SpMMT.
    const perStep = 2 + shards + 2 * blocks[0] + 3 * sum(blocks.slice(1));
    expect(epoch.dispatches).toBe(steps * perStep + sum(blocks));
    expect([epoch.passes, epoch.readBacks, created(epoch)]).toEqual([steps + 1, 1, 0]);
    session.dispose();
    await tiny.dispose();
  });
});

describe("a run of set with period 3, evaluated after every epoch", () => {
  const evolutions: number[] = [];
  const epochs: GpuCounts[] = [];
  const run = async () => {
    if (epochs.length > 0) return;
    let last = gpu.counts;
    const onEpoch = () => {
      const now = gpu.counts;
      epochs.push(difference(last, now));
      last = now;
    };
    const model = await train(
      { train: data, test: test2 },
      {
        ...common,
        method: "set",
        output: "sparse",
        evolution: { period: 3 },
        device,
        onStart: () => {
          last = gpu.counts; // what is made, and checked, before the first step is counted nowhere
        },
        onEpoch,
        onEvolution: ({ epoch }) => void evolutions.push(epoch),
      },
    );
    await model.dispose();
  };

  test("reads back once an epoch, once for each set it evaluates, and once more where it evolves", async () => {
    await run();
    expect(evolutions).toEqual([3, 6]);
    expect(epochs.map(({ readBacks }) => readBacks)).toEqual([3, 3, 4, 3, 3, 4, 3, 3]);
  });

  test("creates nothing on the GPU between evolutions", async () => {
    await run();
    const between = [2, 4, 5, 7, 8].map((epoch) => created(epochs[epoch - 1]));
    expect(between).toEqual([0, 0, 0, 0, 0]);
  });

  test("creates nothing on the GPU in an evolution that changes no size, but in the first", async () => {
    await run();
    expect(created(epochs[2])).toBeGreaterThan(0);
    expect(created(epochs[5])).toBe(0);
  });

  test("leaves no buffer on a device that was given to it, but the read-back's and the placeholders", async () => {
    await run();
    const left = gpu.live.filter(({ label }) => label !== "read-back" && !label.startsWith("placeholder"));
    expect(left).toEqual([]);
  });
});

test("the same counting sees the same run on the cpu device as nothing at all", async () => {
  const before = gpu.counts;
  await train({ train: data }, { ...common, epochs: 2, method: "set", device: createCpuDevice() });
  expect(created(difference(before, gpu.counts))).toBe(0);
});
