import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { describe, expect, it } from "vitest";
import { createCpuDevice } from "../../src/device/cpu/device.js";
import { createWebgpuDevice } from "../../src/device/webgpu/device.js";
import { train } from "../../src/train/train.js";
import { countGpu } from "../gpu-counter.js";
import { blobs } from "../train/util.js";

setFlagsFromString("--expose-gc");
const collect = runInNewContext("gc") as () => void;

const EPOCHS = 500;
const MB = 2 ** 20;

interface Sample {
  readonly epoch: number;
  readonly rss: number;
  readonly heap: number;
  readonly gpuBytes: number;
  readonly gpuBuffers: number;
}

/**
 * The least of the values of epochs [from, to). A leak raises it as much as any other; what it leaves out is garbage that is not yet
 * swept: V8 frees array buffers on a thread of its own, so after every other collection the 5 MB of the last checkpoint are still there.
 */
function least(samples: readonly Sample[], from: number, to: number, value: (sample: Sample) => number): number {
  return Math.min(...samples.filter(({ epoch }) => epoch >= from && epoch < to).map(value));
}

describe.each(["cpu", "webgpu"] as const)("500 epochs on %s, each with an evaluation, an evolution and a checkpoint,", (kind) => {
  it("leave memory as it was after the first hundred", async () => {
    const gpu = kind === "webgpu" ? await countGpu() : null;
    const device = gpu ? await createWebgpuDevice({ gpuDevice: gpu.gpuDevice }) : createCpuDevice();
    const samples: Sample[] = [];
    const model = await train(
      { train: blobs({ samples: 60, features: 100 }), test: blobs({ samples: 30, features: 100, seed: 2 }) },
      {
        method: "set",
        hidden: [300, 200],
        epsilon: 10,
        epochs: EPOCHS,
        batch: 20,
        device,
        onCheckpoint: ({ training }) => {
          if (!training || training.epoch % 5 > 0) return;
          collect();
          const { rss, heapUsed, arrayBuffers } = process.memoryUsage();
          const bytes = { rss, heap: heapUsed + arrayBuffers, gpuBytes: gpu?.liveBytes ?? 0, gpuBuffers: gpu?.live.length ?? 0 };
          samples.push({ epoch: training.epoch, ...bytes });
        },
      },
    );
    expect(model.history.length).toBe(EPOCHS);
    const growth = (value: (sample: Sample) => number) => least(samples, 400, 501, value) - least(samples, 100, 200, value);
    console.log(
      `${kind}: RSS grew by ${(growth(({ rss }) => rss) / MB).toFixed(2)} MB, heap by ${(growth(({ heap }) => heap) / MB).toFixed(2)} MB`,
    );
    // The history itself: a record an epoch and an evolution.
    expect(growth(({ heap }) => heap)).toBeLessThan(MB);
    // RSS swings by 15 MB from one moment to the next, with no trend over 1500 epochs.
    expect(growth(({ rss }) => rss)).toBeLessThan(24 * MB);
    expect(growth(({ gpuBytes }) => gpuBytes)).toBe(0);
    expect(growth(({ gpuBuffers }) => gpuBuffers)).toBe(0);
    await model.dispose();
    await device.dispose();
    gpu?.dispose();
  }, 600_000);
});
