import type { Device, DeviceBuffer, TypedData } from "../device/device.js";
import type { Dispatch } from "../device/kernel.js";
import { carry } from "../kernels/carry.js";
import { isOwn } from "../layers/kind.js";
import { type Layer, layerConnections, layerTopology } from "../nn/layer.js";
import type { Network } from "../nn/network.js";
import { allMarked, isMarked, setMark } from "../sparse/marks.js";
import { allocate } from "./allocate.js";
import type { EvolveOptions, LayerEvolution } from "./evolve-options.js";
import { type GradientProbe, NO_PROBE, type Numbering } from "./gradient-probe.js";
import { prune } from "./prune.js";
import { reallocate } from "./reallocate.js";
import { type Reshaped, regrow, reshapeDense, reshapeOwn } from "./regrow.js";
import { remainsOf } from "./remains.js";
import { allOf, dueRemoval, keepNeurons, scoreDispatches, scoreNeurons } from "./remove-neurons.js";
import { pruneDispatches } from "./select-smallest.js";

/**
 * One evolution, in the order of NPSET: prune, remove neurons, allocate, regrow, reallocate. One read-back (a bit a connection, and a score a
 * neuron when neurons go) and those that pieces ask for; indices and grown values go up. Replaces `network.layers`.
 */
export async function evolve(device: Device, network: Network, options: EvolveOptions): Promise<LayerEvolution[]> {
  const { layers } = network;
  const masks = await prune(device, network, options);
  const scorer = dueRemoval(options) ? options.pieces.scorer : null;
  const scores = await scoreNeurons(device, network, masks, scorer);
  const read = await takeBack(device, [...masks.flatMap((mask) => mask ?? []), ...scores]);

  const queue = [...read];
  const pruned = layers.map((layer, i) => {
    const topology = layerTopology(layer);
    const mask = masks[i] && joinMasks(layer, queue.splice(0, layer.blocks.length) as Uint32Array[]);
    return topology && { topology, survivors: mask ?? allMarked(topology.nnz) };
  });
  const keepRows = keepNeurons(layers, pruned, queue, options);
  const keepCols = [allOf(layers[0].in), ...keepRows.slice(0, -1)];
  const remains = pruned.map((part, i) => part && remainsOf(i, part, keepRows[i], keepCols[i], options));

  const probe = openProbe(options, { keepRows, keepCols });
  const counts = await allocate(remains, options, probe);
  const reshaped: Reshaped[] = [];
  for (const [i, rest] of remains.entries()) {
    if (rest) reshaped.push(await regrow(rest, counts[i], options, probe));
    else if (isOwn(layers[i].kind)) reshaped.push(reshapeOwn(keepCols[i].length, keepRows[i].length));
    else reshaped.push(reshapeDense(layers[i].in, keepRows[i], keepCols[i]));
  }

  const records: LayerEvolution[] = [];
  for (const [i, layer] of layers.entries()) {
    const next = reshaped[i];
    const removedNeurons = layer.out - keepRows[i].length;
    const keep = { keepRows: keepRows[i], keepCols: keepCols[i] };
    const unchanged = removedNeurons === 0 && keepCols[i].length === layer.in && next.pruned === 0 && next.regrown === 0;
    if (!unchanged) network.layers[i] = await reallocate(device, `layer${i}`, layer, next, keep, network.states);
    const { pruned: taken, regrown, lost } = next;
    records.push({ pruned: taken, regrown, lost, nnz: layerConnections(network.layers[i]), removedNeurons });
  }
  return records;
}

/** Stands for a buffer where only a dispatch's kernel and constants are asked for. */
const NO_BUFFER: DeviceBuffer = { label: "", type: "f32", length: 1 };

/** The kernels that evolutions of a network dispatch, with their constants; nothing of it can be run. Those of keys and gradients are left out. */
export function evolutionKernels(
  { layers }: Network,
  { pieces: { pruner, scorer }, evolves }: Pick<EvolveOptions, "pieces" | "evolves">,
): Pick<Dispatch, "kernel" | "constants">[] {
  const pruned = layers.map((_, i) => evolves[i] && pruner.count !== undefined);
  const masks = pruned.map((is) => (is ? [] : null));
  const scores = layers.slice(1).map(() => NO_BUFFER);
  const SIGNED = pruner.scope === "sign" ? 1 : 0;
  const members = layers.flatMap((layer) => layer.members ?? []);
  return [
    ...(pruned.includes(true) ? pruneDispatches([NO_BUFFER], [NO_BUFFER], NO_BUFFER, NO_BUFFER, SIGNED, members) : []),
    ...scoreDispatches(layers, masks, scorer, scores),
    carry.on({
      params: { length: 0, slotStart: 0, slots: 0, oldAt: 0, newAt: 0 },
      buffers: { source: NO_BUFFER, old: NO_BUFFER, next: NO_BUFFER },
    }),
  ];
}

/** Reads buffers that were made for this, and frees them. */
async function takeBack(device: Device, buffers: readonly DeviceBuffer[]): Promise<TypedData[]> {
  const read = await device.read(buffers);
  device.destroyBuffers(buffers);
  return read;
}

function openProbe({ pieces: { grower, allocator }, probe }: EvolveOptions, numbering: Numbering): GradientProbe {
  const over = grower.gradients ?? allocator.gradients;
  return over && probe ? probe(over, numbering) : NO_PROBE;
}

/** One mask for the layer from one for each block: bit k % 32 of word k >> 5, slots numbered through the blocks. */
function joinMasks({ blocks }: Layer, masks: readonly Uint32Array[]): Uint32Array {
  if (masks.length === 1) return masks[0];
  const last = blocks[blocks.length - 1];
  const joined = new Uint32Array(Math.ceil((last.slotStart + last.slots) / 32));
  blocks.forEach(({ slotStart, slots }, b) => {
    for (let k = 0; k < slots; k++) if (isMarked(masks[b], k)) setMark(joined, slotStart + k);
  });
  return joined;
}
