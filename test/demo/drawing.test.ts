import { afterAll, beforeAll, expect, test } from "vitest";
import { createCamera } from "../../demo/worker/drawing/camera.js";
import { createDrawing, type DrawingOptions } from "../../demo/worker/drawing/drawing.js";
import { createGpuPainter } from "../../demo/worker/drawing/gpu-painter.js";
import { layOut } from "../../demo/worker/drawing/layout.js";
import type { NeuronInfo } from "../../demo/worker/drawing/neuron-info.js";
import {
  createWebgpuDevice,
  loadModel,
  type NetworkView,
  type SavedModel,
  train,
  type WebgpuDevice,
} from "../../src/api/index.js";
import type { LayerState } from "../../src/api/io.js";
import { blobs } from "../train/blobs.js";

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
  const drawing = createDrawing(createGpuPainter(target, device), { ...looks, ...options });
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
      method: "npset",
      hidden: [60, 40],
      epsilon: 3,
      epochs: 3,
      batch: 10,
      device,
      tune: "off",
      ...options,
      onNetwork: (view) => look(view, round++),
    },
  );
  const saved = await model.save();
  await model.dispose();
  return saved;
}

const opaque = (pixels: Uint8Array, { x, y }: { x: number; y: number }) =>
  pixels[4 * (Math.floor(y) * WIDTH + Math.floor(x)) + 3] >= 253;
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
    drawing.show(view, false, at);
    expect(drawing.due(at)).toBe(true);
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

  drawing.frame(start + 60_000); // the run is over: the weights as they last were
  const after = await pixels();
  expect(colours(after)).toBeGreaterThan(100);
  expect(drawing.due(start + 70_000)).toBe(false);
  for (const move of [
    () => drawing.camera({ dx: 20, dy: 5, mode: "rotate" }),
    () => drawing.camera({ dx: 9, dy: 3, mode: "pan" }),
    () => drawing.zoom(1.5, 30, 40),
    () => drawing.theme(true),
  ]) {
    const before = await pixels();
    move();
    expect(drawing.due(start + 70_000)).toBe(true);
    drawing.frame(start + 70_000);
    expect(same(before, await pixels())).toBe(false);
  }
  drawing.theme(false);
  drawing.reset();
  drawing.frame(start + 70_000);
  expect(same(after, await pixels())).toBe(true);
  drawing.dispose();
});

test("what evolution removed is gone when it has faded, and a neuron is found where it is drawn", async () => {
  const { drawing, pixels } = newDrawing();
  const sizes = [12, 60, 60, 3];
  const layout = layOut(sizes, looks.imageShape);
  const camera = createCamera(layout, WIDTH, HEIGHT);
  /** Where the picture shows a neuron, from its layer's and its own number alone. */
  const at = (layer: number, id: number) => {
    const place = 4 * (layout.first[layer] + id);
    const found = camera.project(layout.places.slice(place, place + 3));
    if (!found) throw new Error(`layer ${layer}, neuron ${id} is behind the eye`);
    return found;
  };
  const distance = (a: { x: number; y: number }, b: { x: number; y: number }) => Math.hypot(a.x - b.x, a.y - b.y);
  const start = performance.now();
  const views: NetworkView[] = [];
  let before = new Uint8Array();
  let checked = 0;
  await trainSmall(
    async (view, round) => {
      drawing.show(view, false, start + 10_000 * round);
      drawing.frame(start + 10_000 * round + 5000);
      views.push(view);
      if (round === 0) before = await pixels();
      if (round !== 2) return;
      const now = await pixels();
      const ids = [Uint32Array.from({ length: 12 }, (_, id) => id), ...view.layers.map(({ neurons }) => neurons)];
      const drawn = ids.flatMap((neurons, layer) => Array.from(neurons, (id) => at(layer, id)));
      expect(drawing.stats()).toMatchObject({ drawnNeurons: drawn.length });
      const stays = new Set(view.layers[1].neurons);
      for (const id of views[0].layers[1].neurons) {
        const place = at(2, id);
        if (stays.has(id) || drawn.some((other) => distance(other, place) < 5)) continue; // there, or behind another
        expect(opaque(before, place), `neuron ${id}`).toBe(true);
        expect(opaque(now, place), `neuron ${id}`).toBe(false);
        const found = await drawing.pick(place.x, place.y);
        expect(found && [found.layer, found.id], `neuron ${id}`).not.toEqual([2, id]);
        checked++;
      }
    },
    { hidden: [60, 60] },
  );
  expect(checked).toBeGreaterThan(3);
  drawing.dispose();
});

test.each([
  ["npset", {}],
  ["dense", {}],
  ["npset", { bindingBytes: 2048 }],
] as const)(
  "pick tells degree, strength and strongest inputs of a neuron as the saved %s network has them %j",
  async (method, limits) => {
    const own = await createWebgpuDevice({ gpuDevice: device.gpuDevice, ...limits });
    const { target } = textureTarget();
    const drawing = createDrawing(createGpuPainter(target, own), looks);
    drawing.resize(WIDTH, HEIGHT, 1);
    let blocks = 0;
    const picked: NeuronInfo[] = [];
    const ask = async (view: NetworkView) => {
      const camera = createCamera(layOut([12, 60, 40, 3], looks.imageShape), WIDTH, HEIGHT);
      const layout = layOut([12, 60, 40, 3], looks.imageShape);
      for (const layer of [0, 1, 2, 3]) {
        const id = layer === 0 ? 7 : view.layers[layer - 1].neurons[1];
        const place = 4 * (layout.first[layer] + id);
        const at = camera.project(layout.places.slice(place, place + 3));
        const found = at && (await drawing.pick(at.x, at.y));
        if (!found) throw new Error(`nothing is near layer ${layer}, neuron ${id}`);
        picked.push(found);
      }
    };
    let latest: NetworkView | undefined;
    const model = await train(
      { train: blobs() },
      {
        method,
        hidden: [60, 40],
        epsilon: 7,
        epochs: 2,
        batch: 4,
        device: own,
        tune: "off",
        onNetwork: (view) => {
          latest = view;
          drawing.show(view);
          blocks = Math.max(...view.layers.map((layer) => layer.blocks.length));
        },
        // the weights are then those that are saved
        onEpoch: async ({ epoch }) => {
          if (epoch === 2 && latest) await ask(latest);
        },
      },
    );
    expect(blocks > 1).toBe("bindingBytes" in limits);
    const { layers } = (await model.save()).network;
    expect(picked.length).toBe(4);
    if (!latest) throw new Error("no view was lent");
    await expect(ask(latest)).rejects.toThrow("nothing is near"); // the view has ended
    const loaded = loadModel(own, await model.save());
    drawing.show(loaded.view, true); // that of a loaded model has not
    await ask(loaded.view);
    expect(picked.slice(4)).toEqual(picked.slice(0, 4));
    await loaded.dispose();
    for (const info of picked) {
      const into = connections(layers, info.layer - 1).filter(({ to }) => to === info.id);
      const out = connections(layers, info.layer).filter(({ from }) => from === info.id);
      const strength = (of: { weight: number }[]) => of.reduce((sum, { weight }) => sum + Math.abs(weight), 0);
      expect(info).toMatchObject({ degreeIn: into.length, degreeOut: out.length });
      expect(info.strengthIn).toBeCloseTo(strength(into), 4);
      expect(info.strengthOut).toBeCloseTo(strength(out), 4);
      into.sort((a, b) => Math.abs(b.weight) - Math.abs(a.weight));
      expect(info.inputs).toEqual(into.slice(0, 5).map(({ from, weight }) => ({ id: from, weight })));
    }
    expect(new Set(picked.map(({ layer }) => layer)).size).toBeGreaterThan(1);
    drawing.dispose();
    await model.dispose();
    await own.dispose();
  },
);

test("a network looks the same whether its layers are in one buffer or in several", async () => {
  const looksOf = async (limits: { bindingBytes?: number }) => {
    const own = await createWebgpuDevice({ gpuDevice: device.gpuDevice, ...limits });
    const { target, pixels } = textureTarget();
    const drawing = createDrawing(createGpuPainter(target, own), looks);
    drawing.resize(WIDTH, HEIGHT, 1);
    let picture = new Uint8Array();
    let blocks = 0;
    await trainSmall(
      async (view) => {
        blocks = view.layers[1].blocks.length;
        drawing.show(view, false, 0);
        drawing.frame(5000);
        picture = await pixels();
      },
      { device: own, epochs: 1, batch: 4, epsilon: 7 },
    );
    drawing.dispose();
    await own.dispose();
    return { picture, blocks };
  };
  const [whole, cut] = [await looksOf({}), await looksOf({ bindingBytes: 2048 })];
  expect([whole.blocks, cut.blocks]).toEqual([1, 2]);
  expect(same(whole.picture, cut.picture)).toBe(true);
});

/** Every connection of a saved layer by original ids; none beyond the network. */
function connections(layers: readonly LayerState[], l: number): { from: number; to: number; weight: number }[] {
  const layer = layers[l];
  if (!layer) return [];
  const ids = l > 0 ? layers[l - 1].neurons : Uint32Array.from({ length: layer.in }, (_, id) => id);
  const all: { from: number; to: number; weight: number }[] = [];
  for (let row = 0; row < layer.out; row++) {
    for (let col = 0; col < layer.in; col++) {
      const { topology } = layer;
      const slots = topology
        ? Array.from({ length: topology.rowPtr[row + 1] - topology.rowPtr[row] }, (_, k) => topology.rowPtr[row] + k)
        : [row * layer.in + col];
      for (const slot of slots)
        if (!topology || topology.colIdx[slot] === col)
          all.push({ from: ids[col], to: layer.neurons[row], weight: layer.params.values[slot] });
    }
  }
  return all;
}
