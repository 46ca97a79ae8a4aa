import type { DeviceBuffer } from "../device/device.js";
import type { Dispatch } from "../device/kernel.js";
import type { Place } from "../device/place.js";
import { runOnce } from "../device/run-once.js";
import type { Scratch } from "../device/scratch.js";
import { carry } from "../kernels/carry.js";
import { type Block, blockRows, connectionBuffers, createBlock, fits, indexBlock, rewriteIndices } from "../layers/block.js";
import { isOwn } from "../layers/kind.js";
import { countOf } from "../layers/members.js";
import { elements } from "../layers/param.js";
import { createGradients, createMembers, headPlaces, type Layer, layerBuffers } from "../nn/layer.js";
import type { StackedLayer } from "./stack-reshaped.js";

/** A row block's indices after the evolution. */
type Indices = ReturnType<typeof indexBlock>;

/** What a layer is made anew with. */
interface Room {
  readonly name: string;
  /** Arrays of optimiser state beside every weight. */
  readonly states: number;
  /** Connections of the network's longest row block. */
  readonly longest: number;
}

/**
 * Carries a layer's values and optimiser state over to its new connections and neurons, on the device. Each parameter goes along its axis:
 * survivors keep their bits; grown connections get their values, and state 0. Where all sizes are as they were it keeps its buffers, which
 * are written anew; else others are made, and the old ones freed.
 */
export async function reallocate(scratch: Scratch, old: Layer, reshaped: StackedLayer, room: Room): Promise<Layer> {
  const { device, space } = scratch;
  const start = space.mark();
  const together = placesIn(old, reshaped);
  const ranges = isOwn(old.kind) ? [] : blockRows(reshaped, device.limits.bindingBytes, together);
  const indices = ranges.map((range) => indexBlock(device, reshaped, range, true, together, space));
  const remake = keepsSizes(old, reshaped, indices) ? rewrite : rebuild;
  const layer = await remake(scratch, old, reshaped, indices, room);
  space.keep(start);
  return layer;
}

/** The places of an ensemble's members, or of the heads of members that share weights. */
function placesIn({ heads }: Layer, reshaped: StackedLayer): readonly Place[] {
  return reshaped.places ?? headPlaces(reshaped, countOf(heads, 0));
}

/** Whether no neuron leaves, and each member has as many connections as before. */
function keepsSizes(old: Layer, { keepRows, keepCols, places }: StackedLayer, indices: readonly Indices[]): boolean {
  const everyone = keepRows.length === old.out && keepCols.length === old.in;
  const alike = (places ?? []).every(({ slots }, j) => slots === old.members?.places[j].slots);
  return everyone && alike && indices.length === old.blocks.length && indices.every((own, b) => fits(old.blocks[b], own));
}

/** The layer in the buffers that it has: as rows stay in their blocks, a block draws from itself alone. */
async function rewrite(
  scratch: Scratch,
  old: Layer,
  reshaped: StackedLayer,
  indices: readonly Indices[],
  { name, longest }: Room,
): Promise<Layer> {
  const { device } = scratch;
  const source = scratch.buffer("source", "u32", longest);
  const next = scratch.buffer("next", "f32", longest);
  for (const [b, block] of old.blocks.entries()) {
    const { slotStart, slots } = block;
    const part = [slotStart, slotStart + slots] as const;
    const params = { length: slots, slotStart, slots, oldAt: 0, newAt: 0 };
    device.write(source, reshaped.source.subarray(...part));
    for (const [i, values] of connectionBuffers(block).entries()) {
      const grown = i === 0 ? reshaped.grown?.subarray(...part) : undefined;
      device.write(next, grown ?? new Float32Array(slots));
      await scratch.run(`${name}.${b}.carry.${i}`, [source, values, next, slotStart], () => [
        carry.on({ params, buffers: { source, old: values, next } }),
      ]);
      device.copy(next, values);
    }
  }
  return { ...old, blocks: old.blocks.map((block, b) => rewriteIndices(device, block, indices[b])) };
}

/** The layer in new buffers. */
async function rebuild(
  { device }: Scratch,
  old: Layer,
  reshaped: StackedLayer,
  indices: readonly Indices[],
  { name, states }: Room,
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
  const blocks = indices.map((own, i) => {
    const block = createBlock(device, `${name}.${i}`, own, states);
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
  const heads = old.heads && createMembers(device, name, placesIn(old, reshaped));
  return { ...old, in: connectivity.in, out, blocks, members, heads, params, gradients, neurons };
}

/** Values and state of `to` that come from the row block `from` of the old layer. */
function carryBlock(from: Block, to: Block, source: DeviceBuffer): Dispatch[] {
  const params = { length: to.slots, slotStart: from.slotStart, slots: from.slots, oldAt: 0, newAt: 0 };
  const old = connectionBuffers(from);
  return connectionBuffers(to).map((next, i) => carry.on({ params, buffers: { source, old: old[i], next } }));
}
