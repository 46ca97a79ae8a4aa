import { afterAll, expect, test } from "vitest";
import { createCpuDevice } from "../../src/device/cpu/device.js";
import type { TrainOptions } from "../../src/train/options.js";
import type { StartInfo } from "../../src/train/records.js";
import type { RunOptions } from "../../src/train/run-options.js";
import { train } from "../../src/train/train.js";
import { gpuMatrixTest } from "../matrix.js";
import { sharedGpu } from "../one-gpu.js";
import { blobs } from "./blobs.js";
import { expectSameState, timeless } from "./same-runs.js";

// Runs whose samples do not fit into the device's memory for them, against the same runs with all samples there.

const webgpu = await sharedGpu();
const cpu = createCpuDevice();
afterAll(async () => {
  await webgpu.dispose();
  await cpu.dispose();
});

const sets = {
  train: blobs({ samples: 150, features: 40 }),
  test: blobs({ samples: 70, features: 40, seed: 2 }),
  validation: blobs({ samples: 31, features: 40, seed: 3 }),
};
const SAMPLE = 4 * 41;
const options: TrainOptions = { method: "npset", hidden: [60, 30], epsilon: 6, epochs: 6, batch: 16, dropout: 0.1, patience: 3 };

async function run(more: RunOptions) {
  const started: StartInfo[] = [];
  const model = await train(sets, { ...options, tune: "off", ...more, onStart: (info) => void started.push(info) });
  const result = { network: (await model.save()).network, history: timeless(model.history), start: started[0] };
  await model.dispose();
  return result;
}

for (const [name, device] of [
  ["cpu", cpu],
  ["webgpu", webgpu],
] as const) {
  gpuMatrixTest({ name })(
    `on ${name}, a run that streams its samples trains, evaluates and evolves to the same bits`,
    async () => {
      const whole = await run({ device });
      // chunks of 30 samples, so that evaluation too takes smaller batches: its mean loss is then summed in another order
      const streamed = await run({ device, dataBytes: 60 * SAMPLE });
      expect([whole.start.streamed, streamed.start.streamed]).toEqual([false, true]);
      expect(streamed.start.memory.data).toBe(60 * SAMPLE);
      expectSameState(streamed.network, whole.network);
      streamed.history.forEach((epoch, i) => {
        const { runningLoss, testAccuracy, validationAccuracy, nnz, neurons } = whole.history[i];
        expect(epoch).toMatchObject({ runningLoss, testAccuracy, validationAccuracy, nnz, neurons });
        expect(epoch.testLoss).toBeCloseTo(whole.history[i].testLoss ?? Number.NaN, 5);
      });
    },
  );
}

test("samples that the memory given does not hold beside the network are streamed through what is left", async () => {
  const { total, data } = (await run({ device: cpu })).start.memory;
  expect(data).toBe(251 * SAMPLE);
  const { start } = await run({ device: cpu, memoryBytes: total - data + 100 * SAMPLE });
  expect(start.streamed).toBe(true);
  expect(start.memory.data).toBe(100 * SAMPLE);
  expect(start.memory.total).toBe(total - 151 * SAMPLE);
});

test("what does not leave room for two batches, or half of a batch too few, is refused with the numbers", async () => {
  const { total, data } = (await run({ device: cpu })).start.memory;
  await expect(run({ device: cpu, memoryBytes: total - data + 31 * SAMPLE })).rejects.toThrow(
    /^memory: the network 40-60-30-3 with batch 16 takes .* may be used/,
  );
  await expect(run({ device: cpu, dataBytes: 31 * SAMPLE })).rejects.toThrow(
    /^dataBytes: 5084 bytes do not hold two batches .* at least 5248 /,
  );
  await expect(run({ device: cpu, dataBytes: 0 })).rejects.toThrow(/dataBytes/);
});
