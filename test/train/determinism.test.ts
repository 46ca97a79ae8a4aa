import { afterAll, describe, expect, test } from "vitest";
import { createCpuDevice } from "../../src/device/cpu/device.js";
import type { Device } from "../../src/device/device.js";
import { decodeCheckpoint, encodeCheckpoint } from "../../src/io/formats/checkpoint/checkpoint.js";
import type { SavedModel } from "../../src/io/saved-model.js";
import type { TrainOptions } from "../../src/train/options.js";
import type { EpochRecord } from "../../src/train/records.js";
import { train } from "../../src/train/train.js";
import { expectWithin } from "../kernels/harness.js";
import { KINDS } from "../matrix.js";
import { sharedGpu } from "../one-gpu.js";
import { blobs } from "./blobs.js";
import { expectSameState, timeless } from "./same-runs.js";

// What fixes the bits of a run: data, options, seed and device, and nothing else.

const webgpu = await sharedGpu();
afterAll(() => webgpu.dispose());
const devices: Record<string, Device> = { cpu: createCpuDevice(), webgpu };

const set = blobs({ samples: 50, features: 20 });
const options: TrainOptions = {
  method: "npset",
  hidden: [40, 30],
  epsilon: 5,
  epochs: 8,
  batch: 8,
  dropout: 0.3,
  evolution: { regrowInit: "heUniform" },
};

async function run(device: Device, more: Parameters<typeof train>[1] = {}) {
  const model = await train({ train: set, test: blobs({ samples: 20, features: 20, seed: 2 }) }, { ...options, device, ...more });
  const { network } = await model.save();
  await model.dispose();
  return { network, history: timeless(model.history), evolutions: timeless(model.evolutions) };
}

describe.each(KINDS)("on %s", (kind) => {
  const device = devices[kind];

  test("the same seed gives the same bits twice in one process, another seed others", async () => {
    const first = await run(device, { tune: "off" }); // timing may choose other kernels for the second run, and sums in another order
    const second = await run(device, { tune: "off" });
    expectSameState(second.network, first.network);
    expect(second.history).toEqual(first.history);
    expect(second.evolutions).toEqual(first.evolutions);
    const other = await run(device, { tune: "off", seed: 2 });
    expect(other.history).not.toEqual(first.history);
    expect([...other.network.layers[0].params.values]).not.toEqual([...first.network.layers[0].params.values]);
  });

  test("a run that goes on from a checkpoint's bytes ends with the bits of one that was not interrupted", async () => {
    const checkpoints: SavedModel[] = [];
    const whole = await run(device, { optimizer: { name: "adam" }, onCheckpoint: (saved) => void checkpoints.push(saved) });
    expect(checkpoints.length).toBe(8);
    for (const epoch of [2, 5]) {
      const saved = decodeCheckpoint(encodeCheckpoint(checkpoints[epoch - 1]));
      const seen: number[] = [];
      const rest = await run(device, {
        optimizer: { name: "adam" },
        resume: saved,
        onEpoch: (record: EpochRecord) => void seen.push(record.epoch),
      });
      expect(seen[0]).toBe(epoch + 1);
      expectSameState(rest.network, whole.network);
      expect(rest.history).toEqual(whole.history);
      expect(rest.evolutions).toEqual(whole.evolutions);
    }
  });
});

test("cpu and webgpu draw the same masks, orders and topologies: their runs agree within rounding until weights decide", async () => {
  // Evolution after the second epoch only; the first loss to differ by a dropout mask or a batch's order would be far off.
  const more = { epochs: 3, evolution: { period: 2, removal: { first: 0, last: 2 } } };
  const [cpu, gpu] = [await run(devices.cpu, more), await run(devices.webgpu, more)];
  expect(gpu.evolutions.map(({ layers }) => layers)).toEqual(cpu.evolutions.map(({ layers }) => layers));
  cpu.history.slice(0, 2).forEach((epoch, i) => {
    expectWithin([gpu.history[i].runningLoss], [epoch.runningLoss], 1e-5, `loss of epoch ${i + 1}`);
    expect(gpu.history[i].trainAccuracy).toBe(epoch.trainAccuracy);
  });
});
