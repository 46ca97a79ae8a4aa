import type { Device, DeviceBuffer } from "../device/device.js";
import type { Dispatch } from "../device/kernel.js";
import { runOnce } from "../device/run-once.js";
import { carry } from "../kernels/carry.js";
import { type Block, blockRows, connectionBuffers, createBlock } from "../layers/block.js";
import { isOwn } from "../layers/kind.js";
import { countOf } from "../layers/members.js";
import { elements } from "../layers/param.js";
import { createGradients, createMembers, headPlaces, type Layer, layerBuffers } from "../nn/layer.js";
import type { StackedLayer } from "./stack-reshaped.js";

/**
 * Makes the layer's buffers anew in their new sizes, carries values and optimiser state over on the device and frees the old ones.
 * Each parameter goes along its axis: survivors keep their bits; grown connections get their values, and state 0.
 */
export async function reallocate(
  device: Device,
  name: string,
  old: Layer,
  reshaped: StackedLayer,
  states: number,
): Promise<Layer> {
  const { topology, out, keepRows, keepCols, places } = reshaped;
  const connectivity = { in: reshaped.in, out, topology };
  const temporary: DeviceBuffer[] = [];
  const dispatches: Dispatch[] = [];
  const upload = (label: string, data: Uint32Array) => {
    const buffer = device.createBuffer(`${name}.${label}`, "u32", data);
    temporary.push(buffer);
    return buffer;
  };
  const together = places ?? headPlaces(connectivity, countOf(old.heads, 0));
  const ranges = isOwn(old.kind) ? [] : blockRows(connectivity, device.limits.bindingBytes, together);
  const blocks = ranges.map((range, i) => {
    const block = createBlock(device, `${name}.${i}`, connectivity, range, states, true, together);
    const part = [block.slotStart, block.slotStart + block.slots] as const;
    const source = upload("source", reshaped.source.subarray(...part));
    if (reshaped.grown) device.write(block.w, reshaped.grown.subarray(...part));
    for (const one of old.blocks.flatMap((from) => carryBlock(from, block, source))) dispatches.push(one);
    return block;
  });
  const kept = { output: keepRows, input: keepCols, layer: Uint32Array.of(0) };
  const params: Record<string, DeviceBuffer> = {};
  for (const { name: part, per } of old.specs) {
    if (per === "connection") continue;
    const source = upload("keep", kept[per]);
    const [from, length, before] = [old.params[part], kept[per].length, elements(per, old)];
    const parts = from.length / before;
    params[part] = device.createBuffer(`${name}.${part}`, "f32", parts * length);
    for (let p = 0; p < parts; p++) {
      const section = { length, slotStart: 0, slots: before, oldAt: p * before, newAt: p * length };
      dispatches.push(carry.on({ params: section, buffers: { source, old: from, next: params[part] } }));
    }
  }

  await runOnce(device, dispatches);
  device.destroyBuffers([...temporary, ...layerBuffers(old)]);
  const neurons = keepRows.map((row) => old.neurons[row]);
  const gradients = isOwn(old.kind) ? createGradients(device, name, connectivity, old.specs) : {};
  const members = places && createMembers(device, name, places);
  const heads = old.heads && createMembers(device, name, together);
  return { ...old, in: connectivity.in, out, blocks, members, heads, params, gradients, neurons };
}

/** Values and state of `to` that come from the row block `from` of the old layer. */
function carryBlock(from: Block, to: Block, source: DeviceBuffer): Dispatch[] {
  const params = { length: to.slots, slotStart: from.slotStart, slots: from.slots, oldAt: 0, newAt: 0 };
  const old = connectionBuffers(from);
  return connectionBuffers(to).map((next, i) => carry.on({ params, buffers: { source, old: old[i], next } }));
}
