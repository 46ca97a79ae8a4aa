import { expect, test } from "vitest";
import { createCpuDevice } from "../../src/device/cpu/device.js";
import { train } from "../../src/train/train.js";
import type { NetworkView } from "../../src/train/view.js";
import { KINDS, matrixTest } from "../matrix.js";
import { sharedGpu } from "../one-gpu.js";
import { blobs } from "./blobs.js";

const options = { method: "npset", hidden: [24, 16], epsilon: 4, epochs: 4, batch: 10 } as const;

test.each(KINDS)("%s lends the network as it is trained, until each evolution", async (kind) => {
  const device = kind === "webgpu" ? await sharedGpu() : createCpuDevice();
  const views: NetworkView[] = [];
  const valid: boolean[][] = [];
  let lastValues: ArrayLike<number> = [];
  const model = await train(
    { train: blobs() },
    {
      ...options,
      device,
      onNetwork: (view) => {
        views.push(view);
        valid.push(views.map((one) => one.valid));
      },
      onEpoch: async ({ epoch }) => {
        const view = views[views.length - 1];
        if (epoch === options.epochs) [lastValues] = await device.read([view.layers[0].blocks[0].values]);
      },
    },
  );
  // before the first epoch and after each of three evolutions; an old view ends where the next begins
  expect(valid).toEqual([[true], [false, true], [false, false, true], [false, false, false, true]]);
  expect(views.map((view) => view.valid)).toEqual([false, false, false, false]);
  expect(views[0].layers.map((layer) => [layer.in, layer.out])).toEqual([
    [12, 24],
    [24, 16],
    [16, 3],
  ]);
  const { network } = await model.save();
  expect(Array.from(lastValues)).toEqual(Array.from(network.layers[0].params.values));
  expect(model.view.layers.map((layer) => layer.topology)).toEqual(views[3].layers.map((layer) => layer.topology));
  const [final] = await device.read([model.view.layers[0].blocks[0].values]);
  expect(Array.from(final)).toEqual(Array.from(network.layers[0].params.values));
  views[3].layers.forEach((layer, i) => {
    expect(layer.topology).toEqual(network.layers[i].topology);
    expect(layer.neurons).toEqual(network.layers[i].neurons);
  });
  expect(model.view.valid).toBe(true);
  await model.dispose();
  expect(model.view.valid).toBe(false);
  await device.dispose();
});

matrixTest("a pass of the user's own reads the lent buffers where they are", async () => {
  const device = await sharedGpu();
  let copied: Float32Array | undefined;
  let read: ArrayLike<number> = [];
  const model = await train(
    { train: blobs() },
    {
      ...options,
      device,
      epochs: 1,
      onNetwork: async ({ layers }) => {
        const { values, slots } = layers[0].blocks[0];
        const target = device.gpuDevice.createBuffer({
          size: 4 * slots,
          usage: GPUBufferUsage.COPY_DST | GPUBufferUsage.MAP_READ,
        });
        const encoder = device.gpuDevice.createCommandEncoder();
        encoder.copyBufferToBuffer(device.gpuBuffer(values), 0, target, 0, 4 * slots);
        device.gpuDevice.queue.submit([encoder.finish()]);
        await target.mapAsync(GPUMapMode.READ);
        copied = new Float32Array(target.getMappedRange().slice(0));
        target.destroy();
        [read] = await device.read([values]);
      },
    },
  );
  expect(copied?.some((value) => value !== 0)).toBe(true);
  expect(Array.from(copied ?? [])).toEqual(Array.from(read));
  await model.dispose();
  await device.dispose();
});
