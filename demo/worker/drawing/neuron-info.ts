import type { NetworkView, WebgpuDevice } from "../../../src/api/index.js";
import { inputIds, rowsOf } from "./picture.js";

/** A neuron as it is now; layer 0 is the inputs. */
export interface NeuronInfo {
  readonly layer: number;
  /** What it was numbered before any neuron left. */
  readonly id: number;
  /** Where it is drawn, in CSS pixels. */
  readonly x: number;
  readonly y: number;
  readonly degreeIn: number;
  readonly degreeOut: number;
  /** sum |w| over its connections. */
  readonly strengthIn: number;
  readonly strengthOut: number;
  /** Up to 5 connections into it, by |w|, the largest first; `id` as above, in the layer before. */
  readonly inputs: readonly { readonly id: number; readonly weight: number }[];
}

/** Looks a neuron up: its connections on the host, their weights out of the lent buffers. `view` has to be valid when this is called. */
export async function describeNeuron(
  device: WebgpuDevice,
  gather: GPUComputePipeline,
  view: NetworkView,
  { layer, id, x, y }: Pick<NeuronInfo, "layer" | "id" | "x" | "y">,
): Promise<NeuronInfo> {
  const into: { id: number; slot: number }[] = [];
  if (layer > 0) {
    const rows = rowsOf(view.layers[layer - 1]);
    const ids = inputIds(view, layer - 1);
    const row = view.layers[layer - 1].neurons.indexOf(id);
    for (let slot = rows.start(row); slot < rows.start(row + 1); slot++) into.push({ id: ids[rows.input(slot)], slot });
  }
  const out = layer < view.layers.length ? slotsOut(view, layer, id) : [];
  const slotsIn = into.map(({ slot }) => slot);
  const read = (l: number, slots: readonly number[]) => readWeights(device, gather, view, l, slots);
  const [win, wout] = await Promise.all([read(layer - 1, slotsIn), read(layer, out)]);
  const inputs = into
    .map(({ id }, k) => ({ id, weight: win[k] }))
    .sort((a, b) => Math.abs(b.weight) - Math.abs(a.weight))
    .slice(0, 5);
  const strength = (weights: Float32Array) => weights.reduce((sum, weight) => sum + Math.abs(weight), 0);
  return {
    layer,
    id,
    x,
    y,
    inputs,
    degreeIn: into.length,
    degreeOut: out.length,
    strengthIn: strength(win),
    strengthOut: strength(wout),
  };
}

/** Slots of the connections out of a neuron, increasing. */
function slotsOut(view: NetworkView, layer: number, id: number): number[] {
  const { in: inputs, out, topology } = view.layers[layer];
  const col = inputIds(view, layer).indexOf(id);
  if (!topology) return Array.from({ length: out }, (_, row) => row * inputs + col);
  const slots: number[] = [];
  for (let slot = topology.colIdx.indexOf(col); slot >= 0; slot = topology.colIdx.indexOf(col, slot + 1)) slots.push(slot);
  return slots;
}

/** The weights in some slots (increasing) of a layer: submitted before this returns, so the view need not stay valid. */
async function readWeights(
  { gpuDevice: gpu, gpuBuffer }: WebgpuDevice,
  pipeline: GPUComputePipeline,
  view: NetworkView,
  l: number,
  slots: readonly number[],
): Promise<Float32Array> {
  if (slots.length === 0) return new Float32Array(0);
  const bytes = 4 * slots.length;
  const make = (size: number, usage: number) => gpu.createBuffer({ label: "drawing pick", size, usage });
  const { STORAGE, UNIFORM, COPY_DST, COPY_SRC, MAP_READ } = GPUBufferUsage;
  const chosen = make(bytes, STORAGE | COPY_DST);
  const weights = make(bytes, STORAGE | COPY_SRC);
  const staging = make(bytes, COPY_DST | MAP_READ);
  const made = [chosen, weights, staging];
  gpu.queue.writeBuffer(chosen, 0, new Uint32Array(slots));
  const encoder = gpu.createCommandEncoder({ label: "drawing pick" });
  const pass = encoder.beginComputePass();
  pass.setPipeline(pipeline);
  for (const block of view.layers[l].blocks) {
    const first = slots.findIndex((slot) => slot >= block.slotStart);
    const count = slots.filter((slot) => slot >= block.slotStart && slot < block.slotStart + block.slots).length;
    if (count === 0) continue;
    const params = make(16, UNIFORM | COPY_DST);
    made.push(params);
    gpu.queue.writeBuffer(params, 0, new Uint32Array([first, count, block.slotStart, 0]));
    const entries = [params, chosen, gpuBuffer(block.values), weights].map((buffer, binding) => ({
      binding,
      resource: { buffer },
    }));
    pass.setBindGroup(0, gpu.createBindGroup({ layout: pipeline.getBindGroupLayout(0), entries }));
    pass.dispatchWorkgroups(Math.ceil(count / 64));
  }
  pass.end();
  encoder.copyBufferToBuffer(weights, 0, staging, 0, bytes);
  gpu.queue.submit([encoder.finish()]);
  try {
    await staging.mapAsync(GPUMapMode.READ);
    return new Float32Array(staging.getMappedRange().slice(0));
  } finally {
    for (const buffer of made) buffer.destroy();
  }
}
