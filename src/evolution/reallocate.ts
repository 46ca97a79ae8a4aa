import type { Device, DeviceBuffer } from "../device/device.js";
import type { Dispatch } from "../device/kernel.js";
import { carry } from "../kernels/carry.js";
import { type Block, blockBuffers, blockRows, createBlock, type Layer } from "../nn/layer.js";
import type { Reshaped } from "./regrow.js";

/**
 * Makes the layer's buffers anew in their new sizes, carries values and optimiser state over on the device and frees the old ones.
 * Survivors keep their bits; grown connections get their values, and state 0. `keepRows` are the output neurons that stay.
 */
export async function reallocate(
  device: Device,
  name: string,
  old: Layer,
  reshaped: Reshaped,
  keepRows: Uint32Array,
  slots: number,
): Promise<Layer> {
  const { topology, out } = reshaped;
  const neurons = keepRows.map((row) => old.neurons[row]);
  const shape = { in: reshaped.in, out, topology, neurons };
  const temporary: DeviceBuffer[] = [];
  const dispatches: Dispatch[] = [];
  const upload = (label: string, data: Uint32Array) => {
    const buffer = device.createBuffer(`${name}.${label}`, "u32", data);
    temporary.push(buffer);
    return buffer;
  };

  const blocks = blockRows(shape, device.limits.bindingBytes).map((range, i) => {
    const block = createBlock(device, `${name}.${i}`, shape, range, slots);
    const part = [block.slotStart, block.slotStart + block.slots] as const;
    const source = upload("source", reshaped.source.subarray(...part));
    if (reshaped.grown) device.write(block.w, reshaped.grown.subarray(...part));
    for (const one of old.blocks.flatMap((from) => carryBlock(from, block, source))) dispatches.push(one);
    return block;
  });
  const packed = (from: DeviceBuffer, label: string): DeviceBuffer => {
    const parts = from.length / old.out;
    const buffer = device.createBuffer(`${name}.${label}`, "f32", parts * out);
    const source = upload("keep", keepRows);
    for (let p = 0; p < parts; p++) {
      const params = { length: out, slotStart: 0, slots: old.out, oldAt: p * old.out, newAt: p * out };
      dispatches.push(carry.on({ params, buffers: { source, old: from, next: buffer } }));
    }
    return buffer;
  };
  const bias = packed(old.bias, "bias");
  const trained = old.trained && packed(old.trained, "trained");

  const plan = await device.record(dispatches);
  await device.run(plan);
  device.releasePlan(plan);
  device.destroyBuffers([...temporary, ...old.blocks.flatMap(blockBuffers), old.bias, old.trained]);
  return { in: shape.in, out, sparse: old.sparse, blocks, bias, trained, neurons };
}

/** Values and state of `to` that come from the row block `from` of the old layer. */
function carryBlock(from: Block, to: Block, source: DeviceBuffer): Dispatch[] {
  const params = { length: to.slots, slotStart: from.slotStart, slots: from.slots, oldAt: 0, newAt: 0 };
  const pairs = [
    [from.w, to.w],
    [from.m, to.m],
    [from.v, to.v],
  ];
  return pairs.flatMap(([old, next]) => (old && next ? [carry.on({ params, buffers: { source, old, next } })] : []));
}
