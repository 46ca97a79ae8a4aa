import { afterAll, beforeAll, expect, test } from "vitest";
import { createDrawing, type DrawingOptions } from "../../demo/worker/drawing/drawing.js";
import { createWebgpuDevice, type NetworkView, type SavedModel, train, type WebgpuDevice } from "../../src/index.js";
import { blobs } from "../train/util.js";

// The network's picture, drawn into a texture on a real device while a run trains, and read back.

let device: WebgpuDevice;
beforeAll(async () => {
  device = await createWebgpuDevice();
});
afterAll(() => device.dispose());

const WIDTH = 192;
const HEIGHT = 128;
const looks: DrawingOptions = { imageShape: [3, 4], reducedMotion: false, dark: false };

/** A texture to draw into, and its pixels as RGBA bytes. */
function textureTarget() {
  const { gpuDevice } = device;
  const { RENDER_ATTACHMENT, COPY_SRC } = GPUTextureUsage;
  const texture = gpuDevice.createTexture({ size: [WIDTH, HEIGHT], format: "rgba8unorm", usage: RENDER_ATTACHMENT | COPY_SRC });
  const staging = gpuDevice.createBuffer({ size: 4 * WIDTH * HEIGHT, usage: GPUBufferUsage.COPY_DST | GPUBufferUsage.MAP_READ });
  const sizes: [number, number][] = [];
  const pixels = async () => {
    const encoder = gpuDevice.createCommandEncoder();
    encoder.copyTextureToBuffer({ texture }, { buffer: staging, bytesPerRow: 4 * WIDTH }, [WIDTH, HEIGHT]);
    gpuDevice.queue.submit([encoder.finish()]);
    await staging.mapAsync(GPUMapMode.READ);
    const bytes = new Uint8Array(staging.getMappedRange().slice(0));
    staging.unmap();
    return bytes;
  };
  const resize = (width: number, height: number) => void sizes.push([width, height]);
  return { target: { format: "rgba8unorm" as const, resize, texture: () => texture }, pixels, sizes };
}

function newDrawing(options: Partial<DrawingOptions> = {}) {
  const { target, pixels, sizes } = textureTarget();
  const drawing = createDrawing(target, device, { ...looks, ...options });
  drawing.resize(WIDTH, HEIGHT, 1);
  return { drawing, pixels, sizes };
}

/** Trains a small network and calls `look` on every view of it; with the network as it then was, where there is a checkpoint. */
async function trainSmall(
  look: (view: NetworkView, round: number) => void | Promise<void>,
  options: Partial<Parameters<typeof train>[1]> = {},
): Promise<SavedModel> {
  let round = 0;
  const model = await train(
    { train: blobs() },
    {
      ...{ method: "npset", hidden: [60, 40], epsilon: 3, epochs: 3, batch: 10, device, tune: "off" },
      ...options,
      onNetwork: (view) => look(view, round++),
    },
  );
  const saved = await model.save();
  await model.dispose();
  return saved;
}

const colours = (pixels: Uint8Array) => new Set(new Uint32Array(pixels.buffer)).size;
const same = (a: Uint8Array, b: Uint8Array) => a.every((byte, i) => byte === b[i]);

test("a network is drawn in many colours, alike while nothing changes and otherwise after training or an evolution", async () => {
  const { drawing, pixels, sizes } = newDrawing();
  const start = performance.now();
  drawing.frame(start);
  expect(drawing.stats().frames).toBe(0); // nothing to show yet
  const pictures: Uint8Array[] = [];
  let alike = false;
  await trainSmall(async (view, round) => {
    const at = start + 10_000 * round;
    drawing.show(view, at);
    expect(drawing.due(at, 100)).toBe(true);
    drawing.frame(at + 5000);
    pictures.push(await pixels());
    if (round > 0) return;
    drawing.frame(at + 9000);
    alike = same(pictures[0], await pixels());
  });
  expect(sizes[0]).toEqual([WIDTH, HEIGHT]);
  expect(colours(pictures[0])).toBeGreaterThan(100);
  expect(alike).toBe(true);
  expect(same(pictures[0], pictures[1])).toBe(false);
  expect(same(pictures[1], pictures[2])).toBe(false);

  drawing.frame(start + 60_000); // the run is over: the weights as they last were, from wherever they are looked at
  const after = await pixels();
  expect(colours(after)).toBeGreaterThan(100);
  expect(drawing.due(start + 70_000, 100)).toBe(false);
  for (const move of [
    () => drawing.camera({ dx: 20, dy: 5, mode: "rotate" }),
    () => drawing.camera({ dx: 9, dy: 3, mode: "pan" }),
    () => drawing.zoom(1.5, 30, 40),
    () => drawing.theme(true),
  ]) {
    const before = await pixels();
    move();
    expect(drawing.due(start + 70_000, 100)).toBe(true);
    drawing.frame(start + 70_000);
    expect(same(before, await pixels())).toBe(false);
  }
  drawing.theme(false);
  drawing.reset();
  drawing.frame(start + 70_000);
  expect(same(after, await pixels())).toBe(true);
  expect(await drawing.pick(WIDTH / 2, HEIGHT / 2)).toBe(null);
  drawing.dispose();
});
