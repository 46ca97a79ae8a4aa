import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { describe, expect, it, vi } from "vitest";
import { createWebgpuDevice } from "../../src/device/webgpu/device.js";
import type { TrainOptions } from "../../src/train/options.js";
import { train } from "../../src/train/train.js";
import { countOn, type GpuCounter } from "../gpu-counter.js";
import { blobs } from "../train/blobs.js";

setFlagsFromString("--expose-gc");
const collect = runInNewContext("gc") as () => void;

/** Counters of the GPU devices that `train` opened. */
const opened: GpuCounter[] = [];
const gpu = vi.hoisted(() => ({ opened: (_: GPUDevice) => {} }));
vi.mock("../../src/device/webgpu/gpu-node.js", async (original) => {
  const { findGpu, ...rest } = await original<typeof import("../../src/device/webgpu/gpu-node.js")>();
  const { findWatched } = await import("../lossy-gpu.js");
  return { ...rest, findGpu: findWatched(findGpu, (device) => gpu.opened(device)) };
});
gpu.opened = (device) => void opened.push(countOn(device));

const EPOCHS = 2000;
const CYCLES = 200;
/** One training in so many on a GPU opens a device of its own; the others share one. */
const OWN = 8;
const MB = 2 ** 20;

interface Sample {
  readonly at: number;
  readonly rss: number;
  readonly heap: number;
  readonly gpuBytes: number;
  readonly gpuBuffers: number;
}

function sample(at: number): Sample {
  collect();
  const { rss, heapUsed, arrayBuffers } = process.memoryUsage();
  const live = opened.flatMap((counter) => counter.live);
  const gpuBytes = live.reduce((sum, { bytes }) => sum + bytes, 0);
  return { at, rss, heap: heapUsed + arrayBuffers, gpuBytes, gpuBuffers: live.length };
}

/**
 * How much memory grows from the second fifth of the samples to the last, the first being for getting started. The least value of a fifth leaves
 * out garbage that is not yet swept: V8 frees array buffers on a thread of its own. Of the three steps from fifth to fifth the median counts,
 * thrice: a leak raises each as much as any other, and a new peak of what was held at one time, which malloc keeps, only one.
 */
function growth(samples: readonly Sample[], value: (sample: Sample) => number): number {
  const size = Math.floor(samples.length / 5);
  const fifth = (k: number) => samples.slice(samples.length - (5 - k) * size, samples.length - (4 - k) * size);
  const least = [1, 2, 3, 4].map((k) => Math.min(...fifth(k).map(value)));
  const steps = [1, 2, 3].map((k) => least[k] - least[k - 1]).sort((one, other) => one - other);
  return 3 * steps[1];
}

function report(what: string, samples: readonly Sample[]): void {
  const megabytes = (value: (sample: Sample) => number) => `${(growth(samples, value) / MB).toFixed(2)} MB`;
  console.log(`${what}: RSS grew by ${megabytes(({ rss }) => rss)}, heap by ${megabytes(({ heap }) => heap)}`);
}

/** Takes one such item out of a list; false where there is none. */
function remove(items: string[], item: string): boolean {
  const at = items.indexOf(item);
  if (at >= 0) items.splice(at, 1);
  return at >= 0;
}

describe.each(["cpu", "webgpu"] as const)("on %s", (device) => {
  it(`${EPOCHS} epochs, each with an evaluation, an evolution and a checkpoint, many with removals, leave memory as it was`, async () => {
    const samples: Sample[] = [];
    let removals = 0;
    const model = await train(
      { train: blobs({ samples: 40, features: 50 }), test: blobs({ samples: 20, features: 50, seed: 2 }) },
      {
        method: "npset",
        hidden: [120, 80],
        epsilon: 8,
        epochs: EPOCHS,
        batch: 20,
        lr: 0.001,
        device,
        evolution: { removal: { schedule: "linear", first: 0, last: EPOCHS } },
        onEvolution: ({ layers }) => void (layers.some(({ removedNeurons }) => removedNeurons > 0) && removals++),
        onCheckpoint: ({ training }) => {
          if (device === "webgpu") collect(); // V8 does not know what a GPU's objects weigh, and lets them wait
          if (training && training.epoch % 20 === 0) samples.push(sample(training.epoch));
        },
      },
    );
    report(`${device}, ${EPOCHS} epochs, ${removals} with removals`, samples);
    expect(removals).toBeGreaterThan(50);
    expect(model.history.length).toBe(EPOCHS);
    // The history itself grows: a record an epoch and one an evolution, below 2 kB together, in the 0.6 of the epochs between the fifths.
    expect(growth(samples, ({ heap }) => heap)).toBeLessThan(2000 * 0.6 * EPOCHS);
    // RSS swings by 15 MB from one moment to the next, with no trend.
    expect(growth(samples, ({ rss }) => rss)).toBeLessThan(24 * MB);
    // As neurons go, so do bytes.
    expect(growth(samples, ({ gpuBytes }) => gpuBytes)).toBeLessThanOrEqual(0);
    expect(growth(samples, ({ gpuBuffers }) => gpuBuffers)).toBe(0);
    await model.dispose();
    expect(sample(EPOCHS)).toMatchObject({ gpuBytes: 0, gpuBuffers: 0 });
  });

  it(`${CYCLES} trainings in one process leave nothing: no byte on the device, no thread, and the heap as it was`, async () => {
    opened.splice(0);
    const samples: Sample[] = [];
    // On the CPU wide enough for its threads to be started; a GPU compiles a few kernels for each device, so as few as there may be.
    const options: TrainOptions = device === "cpu" ? { method: "dense", hidden: [300], batch: 64 } : { method: "linear" };
    const data = { train: blobs({ samples: 64, features: 40 }) };
    const lent = device === "webgpu" ? await createWebgpuDevice() : undefined;
    // Dawn's turns of the event loop come and go.
    const resources = () => process.getActiveResourcesInfo().filter((name) => name !== "Immediate");
    let before = resources();
    for (let cycle = 0; cycle < CYCLES; cycle++) {
      const on = lent && cycle % OWN > 0 ? lent : device;
      await (await train(data, { ...options, epochs: 2, device: on, onCheckpoint: () => {} })).dispose();
      if (cycle < 2) before = resources();
      else samples.push(sample(cycle));
      opened.splice(lent ? 1 : 0); // what is counted is held
    }
    report(`${device}, ${CYCLES} trainings`, samples);
    // vitest's own timers may have ended since: nothing may have come
    const left = resources().filter((name) => !remove(before, name));
    expect(left).toEqual([]);
    // A device that is lent keeps what it reads back through; nothing else stays on it, and nothing on the others.
    expect(new Set(samples.map(({ gpuBuffers }) => gpuBuffers)).size).toBe(1);
    expect(new Set(samples.map(({ gpuBytes }) => gpuBytes)).size).toBe(1);
    await lent?.dispose();
    expect(sample(CYCLES)).toMatchObject({ gpuBytes: 0, gpuBuffers: 0 });
    expect(growth(samples, ({ heap }) => heap)).toBeLessThan(MB);
    expect(growth(samples, ({ rss }) => rss)).toBeLessThan(24 * MB);
  });
});
