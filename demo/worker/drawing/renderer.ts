import type { WebgpuDevice } from "../../../src/api/index.js";
import gatherShader from "./gather.wgsl?raw";
import linksShader from "./links.wgsl?raw";
import neuronsShader from "./neurons.wgsl?raw";
import type { Picture } from "./picture.js";
import scalesShader from "./scales.wgsl?raw";
import sceneShader from "./scene.wgsl?raw";

/** Words of the shaders' Scene. */
export const SCENE_WORDS = 16 + 5 * 4 + 8;

const blend: GPUBlendState = {
  color: { srcFactor: "one", dstFactor: "one-minus-src-alpha" }, // colours come multiplied by their alpha
  alpha: { srcFactor: "one", dstFactor: "one-minus-src-alpha" },
};

/** The pipelines of a drawing into textures of `format`. */
export function createPipelines(device: GPUDevice, format: GPUTextureFormat) {
  const compute = (label: string, code: string) =>
    device.createComputePipeline({ label, layout: "auto", compute: { module: device.createShaderModule({ label, code }) } });
  const render = (label: string, code: string, topology: GPUPrimitiveTopology) => {
    const module = device.createShaderModule({ label, code: `${sceneShader}\n${code}` });
    const fragment = { module, targets: [{ format, blend }] };
    return device.createRenderPipeline({ label, layout: "auto", vertex: { module }, fragment, primitive: { topology } });
  };
  return {
    gather: compute("drawing gather", gatherShader),
    scales: compute("drawing scales", scalesShader),
    links: render("drawing links", linksShader, "triangle-list"),
    neurons: render("drawing neurons", neuronsShader, "triangle-strip"),
  };
}

/** What there is on the device of a picture. */
export interface Scenery {
  /** Records the copies of the weights that are drawn, out of the lent buffers: only while the view is valid. */
  gather(encoder: GPUCommandEncoder): void;
  /** Takes the places anew, with how much each is lit. */
  lit(): void;
  /** Draws the planes and the links between them, the farthest from `eyeX` first. */
  draw(pass: GPURenderPassEncoder, eyeX: number): void;
  destroy(): void;
}

/** Puts a picture on the device: its bind groups and buffers, so that drawing it makes nothing. */
export function createScenery(
  device: WebgpuDevice,
  pipelines: ReturnType<typeof createPipelines>,
  scene: GPUBuffer,
  picture: Picture,
): Scenery {
  const gpu = device.gpuDevice;
  const owned: GPUBuffer[] = [];
  const buffer = (label: string, data: ArrayBuffer, usage = GPUBufferUsage.STORAGE) => {
    const made = gpu.createBuffer({
      label: `drawing ${label}`,
      size: Math.max(64, data.byteLength),
      usage: usage | GPUBufferUsage.COPY_DST,
    });
    gpu.queue.writeBuffer(made, 0, data);
    owned.push(made);
    return made;
  };
  const bind = (pipeline: GPUComputePipeline | GPURenderPipeline, ...buffers: GPUBuffer[]) =>
    gpu.createBindGroup({
      layout: pipeline.getBindGroupLayout(0),
      entries: buffers.map((buffer, binding) => ({ binding, resource: { buffer } })),
    });

  const packed = packLinks(picture);
  const dots = packDots(picture);
  const places = buffer("places", picture.layout.places.buffer);
  const slots = buffer("slots", packed.slots.buffer);
  const weights = buffer("weights", new ArrayBuffer(packed.slots.byteLength));
  const scales = buffer("scales", packed.scales.buffer);
  const gathers = packed.blocks.map(({ first, count, slotStart, values }) => {
    const params = buffer("gather", new Uint32Array([first, count, slotStart, 0]).buffer, GPUBufferUsage.UNIFORM);
    return { group: bind(pipelines.gather, params, slots, device.gpuBuffer(values), weights), workgroups: Math.ceil(count / 64) };
  });
  const scaling = bind(pipelines.scales, buffer("ranges", packed.live.buffer), weights, scales);
  const linkGroup = bind(pipelines.links, scene, places, buffer("links", packed.links), weights, scales);
  const dotGroup = bind(pipelines.neurons, scene, places, buffer("neurons", dots.dots));
  const { depth } = picture.layout;
  const items = [
    ...dots.ranges.map((range, plane) => ({ ...range, x: depth[plane], links: false })),
    ...packed.ranges.map((range, l) => ({ ...range, x: (depth[l] + depth[l + 1]) / 2, links: true })),
  ];

  return {
    gather(encoder) {
      const pass = encoder.beginComputePass({ label: "drawing weights" });
      pass.setPipeline(pipelines.gather);
      for (const { group, workgroups } of gathers) {
        pass.setBindGroup(0, group);
        pass.dispatchWorkgroups(workgroups);
      }
      pass.setPipeline(pipelines.scales);
      pass.setBindGroup(0, scaling);
      pass.dispatchWorkgroups(picture.links.length);
      pass.end();
    },
    lit: () => gpu.queue.writeBuffer(places, 0, picture.layout.places),
    draw(pass, eyeX) {
      // Planes do not cross: what is farther along x from the eye is behind, and needs no depth buffer.
      for (const { links, first, count } of items.toSorted((a, b) => Math.abs(b.x - eyeX) - Math.abs(a.x - eyeX))) {
        pass.setPipeline(links ? pipelines.links : pipelines.neurons);
        pass.setBindGroup(0, links ? linkGroup : dotGroup);
        if (links) pass.draw(6 * count, 1, 6 * first);
        else pass.draw(4, count, 0, first);
      }
    },
    destroy() {
      for (const buffer of owned) buffer.destroy();
    },
  };
}

/** Links of all layers, one after the other, the live ones of a layer first; which of them each block of the network has. */
function packLinks({ view, links: layers }: Picture) {
  const total = layers.reduce((sum, { live, leaving }) => sum + live.length + leaving.length, 0);
  const links = new ArrayBuffer(20 * total);
  const [words, floats] = [new Uint32Array(links), new Float32Array(links)];
  const slots = new Uint32Array(total);
  const live = new Uint32Array(2 * layers.length);
  const scales = new Float32Array(2 * layers.length);
  const ranges: { first: number; count: number }[] = [];
  let at = 0;
  layers.forEach((layer, l) => {
    const count = layer.live.length + layer.leaving.length;
    ranges.push({ first: at, count });
    live.set([at, layer.live.length], 2 * l);
    scales.set([1, opacity(layer.live.length)], 2 * l);
    for (const { start, end, slot, since, until } of [...layer.live, ...layer.leaving]) {
      words.set([start, end, l], 5 * at);
      floats.set([since, until], 5 * at + 3);
      slots[at++] = slot;
    }
  });
  const blocks = layers.flatMap(({ live }, l) => {
    let first = ranges[l].first;
    return view.layers[l].blocks.flatMap(({ slotStart, slots, values }) => {
      const count = live.filter(({ slot }) => slot >= slotStart && slot < slotStart + slots).length;
      const block = { first, count, slotStart, values };
      first += count;
      return count > 0 ? [block] : [];
    });
  });
  return { links, slots, live, scales, ranges, blocks };
}

/** Opacity of a layer's strongest links: fewer may be bolder. */
function opacity(links: number): number {
  return Math.min(1, Math.max(0.45, 40 / Math.sqrt(links + 1)));
}

function packDots({ dots: planes }: Picture) {
  const total = planes.reduce((sum, { live, leaving }) => sum + live.length + leaving.length, 0);
  const dots = new ArrayBuffer(16 * total);
  const [words, floats] = [new Uint32Array(dots), new Float32Array(dots)];
  let at = 0;
  const ranges = planes.map(({ live, leaving }) => {
    const first = at;
    for (const { place, radius, since, until } of [...live, ...leaving]) {
      words[4 * at] = place;
      floats.set([radius, since, until], 4 * at + 1);
      at++;
    }
    return { first, count: at - first };
  });
  return { dots, ranges };
}
