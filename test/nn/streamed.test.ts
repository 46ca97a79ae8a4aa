import fc from "fast-check";
import { afterAll, describe, expect, test } from "vitest";
import { createCpuDevice } from "../../src/device/cpu/device.js";
import type { Device } from "../../src/device/device.js";
import { networkConfig } from "../../src/nn/config.js";
import { createNetwork, destroyNetwork, snapshot } from "../../src/nn/network.js";
import { createResidentData, type ResidentData } from "../../src/nn/resident.js";
import { createRunner } from "../../src/nn/runner.js";
import { initialState } from "../../src/nn/state.js";
import { createStreamedData, sampleBytes, streamedPlaces } from "../../src/nn/streamed.js";
import { random } from "../../src/util/random.js";
import { gpuMatrixTest } from "../matrix.js";
import { sharedGpu } from "../one-gpu.js";
import { blobs } from "../train/blobs.js";
import { expectSameState } from "../train/same-runs.js";

// Samples that pass through the device in chunks, against the same samples all on the device.

const webgpu = await sharedGpu();
const cpu = createCpuDevice();
afterAll(async () => {
  await webgpu.dispose();
  await cpu.dispose();
});

const set = blobs({ samples: 61, features: 20, classes: 3 });
const bytesOf = (samples: number) => samples * sampleBytes(set.features);

/** Two epochs in a shuffled order, and an evaluation with another batch. */
async function twoEpochs(device: Device, data: ResidentData) {
  const { layers } = initialState({ sizes: [20, 16, 3], densities: [0.4, null], init: "heUniform", seed: 3 });
  const network = createNetwork(device, networkConfig({ dropout: 0.2, optimizer: { name: "adam" } }), { layers });
  const trainer = await createRunner(device, network, data, { batch: 8, training: true });
  const evaluator = await createRunner(device, network, data, { batch: 5, training: false });
  const rates = (step: number) => [0.01, 1 / (1 - 0.9 ** (step + 1)), 1 / (1 - 0.999 ** (step + 1))];
  const passes = [];
  for (const epoch of [0, 1]) {
    const order = Uint32Array.from({ length: set.samples }, (_, i) => i);
    random(5, "order", epoch).shuffle(order);
    passes.push(await trainer.run({ order, firstStep: epoch * trainer.steps, rates }), await evaluator.run());
  }
  const state = await snapshot(device, network);
  trainer.dispose();
  evaluator.dispose();
  destroyNetwork(device, network);
  device.destroyBuffers([...data.shards.map((shard) => shard.data), data.targets]);
  return { state, passes };
}

describe.each([
  ["cpu", cpu],
  ["webgpu", webgpu],
] as const)("on %s", (name, device) => {
  // halves of: a batch; a batch and a bit; several batches, not dividing the samples; nearly all; more than all
  gpuMatrixTest({ name }).each([16, 23, 50, 120, 200])(
    "shards of %i samples together give the bits of resident samples",
    async (samples) => {
      const whole = await twoEpochs(device, createResidentData(device, "whole", set));
      const [data] = createStreamedData(device, [set], bytesOf(samples));
      expect(data.stream?.capacity).toBe(Math.min(61, Math.floor(samples / 2)));
      const chunks = await twoEpochs(device, data);
      expectSameState(chunks.state, whole.state);
      expect(chunks.passes).toEqual(whole.passes);
    },
  );

  test("sets of different sizes pass through the same shards by turns", async () => {
    const other = blobs({ samples: 30, features: 20, classes: 3, seed: 2 });
    const streamed = createStreamedData(device, [set, other], bytesOf(40));
    expect(streamed.map(({ samples, stream }) => [samples, stream?.capacity])).toEqual([
      [61, 20],
      [30, 20],
    ]);
    expect(streamed[1].shards).toBe(streamed[0].shards);
    const resident = [set, other].map((samples) => createResidentData(device, "whole", samples));
    const passes = async (data: readonly ResidentData[]) => {
      const { layers } = initialState({ sizes: [20, 16, 3], densities: [0.4, null], init: "heUniform", seed: 3 });
      const network = createNetwork(device, networkConfig({}), { layers });
      const runners = await Promise.all(
        data.map((samples) => createRunner(device, network, samples, { batch: 8, training: false })),
      );
      const results = [];
      for (const runner of [...runners, ...runners]) results.push(await runner.run());
      for (const runner of runners) runner.dispose();
      destroyNetwork(device, network);
      return results;
    };
    expect(await passes(streamed)).toEqual(await passes(resident));
    const buffers = [streamed[0], ...resident].flatMap(({ shards, targets }) => [...shards.map(({ data }) => data), targets]);
    device.destroyBuffers(buffers);
  });

  test("a batch that half of the memory does not hold is refused with the numbers", async () => {
    const [data] = createStreamedData(device, [set], bytesOf(14));
    await expect(twoEpochs(device, data)).rejects.toThrow(/batch: 8 is above the 7 samples that half of .* holds/);
    expect(() => createStreamedData(device, [set], bytesOf(1))).toThrow(/two samples of 20 features take 168 bytes, 84 are left/);
  });
});

test("sparse samples that are resident become dense piece by piece", async () => {
  const [rows, cols] = [6, 1_500_000]; // two samples are a piece
  const colIdx = Uint32Array.from({ length: rows }, (_, i) => 7 * i);
  const rowPtr = Uint32Array.from({ length: rows + 1 }, (_, i) => i);
  const x = {
    rows,
    cols,
    rowPtr,
    colIdx,
    values: Float32Array.from(colIdx, (j) => j + 1),
    background: new Float32Array(cols).fill(-1),
  };
  const { shards, targets } = createResidentData(cpu, "wide", { x, y: new Uint32Array(rows), samples: rows, features: cols });
  const cells = await cpu.read(shards.map(({ data }) => data));
  const expected = new Float32Array(rows * cols).fill(-1);
  for (let i = 0; i < rows; i++) expected[i * cols + 7 * i] = 7 * i + 1;
  expect(Buffer.compare(Buffer.from(Float32Array.from(cells[0]).buffer), Buffer.from(expected.buffer))).toBe(0);
  cpu.destroyBuffers([...shards.map(({ data }) => data), targets]);
});

test("chunks go to the shards by turns, each from its head", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 60 }), fc.integer({ min: 1, max: 20 }), fc.nat(10), (samples, chunk, spare) => {
      const capacity = chunk + spare;
      const places = streamedPlaces(samples, chunk, capacity);
      let expected: number[] = [];
      for (let done = 0, shard = 0; done < samples; done += chunk, shard = 1 - shard)
        for (let i = 0; i < Math.min(chunk, samples - done); i++) expected = [...expected, shard * capacity + i];
      expect([...places]).toEqual(expected);
    }),
  );
});
