import { afterAll, describe, expect, it } from "vitest";
import { createCpuDevice } from "../../src/device/cpu/device.js";
import { createWebgpuDevice } from "../../src/device/webgpu/device.js";
import { decodeCheckpoint, encodeCheckpoint } from "../../src/io/formats/checkpoint/checkpoint.js";
import { loadModel } from "../../src/train/model.js";
import { train } from "../../src/train/train.js";
import { countGpu, created, difference } from "../gpu-counter.js";
import { madeModel, samplesFor } from "../io/models.js";
import { gpuMatrixTest } from "../matrix.js";
import { blobs } from "./blobs.js";

const gpu = await countGpu();
const devices = { webgpu: await createWebgpuDevice({ gpuDevice: gpu.gpuDevice }), cpu: createCpuDevice({ threads: 1 }) };
afterAll(async () => {
  await devices.webgpu.dispose();
  await devices.cpu.dispose();
  gpu.dispose();
});

describe.each(["cpu", "webgpu"] as const)("a model that was loaded, on %s,", (name) => {
  it("answers the same one by one, all at once, in turns of different numbers, and when asked before it has answered", async () => {
    const saved = madeModel();
    const model = loadModel(devices[name], saved);
    const x = samplesFor(saved, 12);
    const part = (from: number, to: number) => x.subarray(20 * from, 20 * to);
    const whole = (await model.predict(x)).probabilities;
    const expectPart = (probabilities: Float32Array, from: number, to: number) => {
      const expected = whole.subarray(4 * from, 4 * to);
      expect(probabilities.length).toBe(expected.length);
      for (const [k, p] of probabilities.entries()) expect(Math.abs(p - expected[k])).toBeLessThan(1e-6);
    };
    for (let i = 0; i < 12; i++) expectPart((await model.predict(part(i, i + 1))).probabilities, i, i + 1);
    for (const [from, to] of [
      [0, 3],
      [3, 4],
      [4, 12],
      [2, 5],
    ])
      expectPart((await model.predict(part(from, to))).probabilities, from, to);
    const together = await Promise.all(Array.from({ length: 6 }, (_, i) => model.predict(part(2 * i, 2 * i + 2))));
    for (const [i, { probabilities }] of together.entries()) expectPart(probabilities, 2 * i, 2 * i + 2);
    await model.dispose();
  });

  gpuMatrixTest({ name })("scores as in training, also between predictions", async () => {
    const data = { train: blobs(), test: blobs({ samples: 20, seed: 2 }) };
    const device = devices[name];
    const model = await train(data, { method: "set", hidden: [16], epochs: 2, device, tune: "off" });
    for (const samples of [1, 20]) {
      await model.predict(data.test.x.subarray(0, 12 * samples));
      const { loss, accuracy } = await model.evaluate(data.test);
      expect(loss).toBeCloseTo(model.history[1].testLoss ?? Number.NaN, 6);
      expect(accuracy).toBe(model.history[1].testAccuracy);
    }
    await model.dispose();
  });
});

describe("on a GPU, predictions of one sample after another", () => {
  it("make nothing: a submit that computes and one that reads back", async () => {
    const saved = madeModel({ sizes: [20, 30, 4], densities: [0.4, null] });
    const model = loadModel(devices.webgpu, saved);
    const x = samplesFor(saved, 1);
    for (let i = 0; i < 2; i++) await model.predict(x);
    const before = gpu.counts;
    for (let i = 0; i < 5; i++) await model.predict(x);
    const done = difference(before, gpu.counts);
    expect(done).toMatchObject({ submits: 10, passes: 5, dispatches: 25, readBacks: 5 }); // cursor, gather, two layers, loss
    expect(created(done)).toBe(0);
    await model.dispose();
  });

  it("take of a checkpoint what answering needs: no optimiser state, no indices by column; and leave nothing", async () => {
    const before = gpu.liveBytes;
    const trained = await train(
      { train: blobs() },
      { method: "set", hidden: [16], epsilon: 3, epochs: 1, optimizer: { name: "adam" }, device: devices.cpu, tune: "off" },
    );
    const saved = decodeCheckpoint(encodeCheckpoint(await trained.save()));
    await trained.dispose();
    expect(saved.network.layers[0].state.values).toHaveLength(2);
    const model = loadModel(devices.webgpu, saved);
    const labels = gpu.live.map(({ label }) => label).filter((label) => label.startsWith("layer"));
    expect(labels).toEqual(["layer0.0.rowPtr", "layer0.0.colIdx", "layer0.0.w", "layer0.bias", "layer1.0.w", "layer1.bias"]);
    const [
      {
        out,
        params: { values },
      },
    ] = saved.network.layers;
    const bytes = gpu.live.filter(({ label }) => label.startsWith("layer0.")).reduce((sum, buffer) => sum + buffer.bytes, 0);
    expect(bytes).toBe(4 * (out + 1 + 2 * values.length + out));
    await model.predict(blobs().x);
    await model.dispose();
    expect(gpu.liveBytes - before).toBeLessThanOrEqual(2 ** 16 + 9 * 32); // the device's own staging buffer and placeholders
  });
});
