import type { DeviceBuffer, TypedData } from "../device/device.js";
import type { Dispatch } from "../device/kernel.js";
import type { Scratch } from "../device/scratch.js";
import { carry } from "../kernels/carry.js";
import { type Layer, layerConnections, layerTopology } from "../nn/layer.js";
import { countStacked, type Network } from "../nn/network.js";
import { memberTopology } from "../nn/stack.js";
import { allMarked, isMarked, setMark } from "../sparse/marks.js";
import { maximum } from "../util/extremes.js";
import type { EvolveOptions, LayerEvolution } from "./evolve-options.js";
import { maskOf, prune } from "./prune.js";
import { reallocate } from "./reallocate.js";
import { inputWeights } from "./remove-inputs.js";
import { dueRemoval, scoreDispatches, scoreNeurons } from "./remove-neurons.js";
import { openProbes, type PrunedShape, reshape } from "./reshape.js";
import { pruneDispatches } from "./select-smallest.js";
import { stackReshaped } from "./stack-reshaped.js";

/**
 * One evolution, in the order of NPSET: prune, remove neurons, allocate, regrow, reallocate. One read-back (a bit a connection, and a score a
 * neuron when neurons go) and those that pieces ask for; indices and grown values go up. Replaces `network.layers`. A layer that
 * keeps its sizes keeps its buffers; with the same scratch, an evolution that changes no size makes nothing on the device after the first.
 */
export async function evolve(scratch: Scratch, network: Network, options: EvolveOptions): Promise<LayerEvolution[]> {
  const { layers } = network;
  const { space } = scratch;
  space.keep();
  const masks = await prune(scratch, network, options);
  const scorer = dueRemoval(options) ? options.pieces.scorer : null;
  const scores = await scoreNeurons(scratch, network, masks, scorer);
  const weights = inputWeights(network, options);
  const read = await scratch.device.read([...masks.flatMap((mask) => mask ?? []), ...scores, ...weights]);

  const queue = [...read];
  const found = layers.map((layer, i): PrunedShape[] => {
    const own = masks[i] ? (queue.splice(0, layer.blocks.length) as Uint32Array[]) : null;
    return membersOf(layer, own);
  });
  const inputs = weights.length > 0 ? joinSlots(layers[0], queue.splice(scores.length)) : null;
  const seeds = countStacked(network) > 1 ? network.seeds : [options.seed];
  const probes = openProbes(options);
  const reshaped = await Promise.all(
    seeds.map((seed, j) => {
      const scored = queue.map((of, i) => scoresOf(of, found[i][j]));
      const own = found.map((members) => members[j]);
      const { place } = own[0];
      const first = inputs && place ? inputs.subarray(place.slotStart, place.slotStart + place.slots) : inputs;
      return reshape(own, scored, first, { ...options, seed, space }, probes, options.exploration?.cells[j]);
    }),
  );

  const records: LayerEvolution[] = [];
  const longest = maximum(layers.flatMap(({ blocks }) => blocks.map(({ topology }) => topology?.nnz ?? 0)));
  for (const [i, layer] of layers.entries()) {
    const next = stackReshaped(
      layer,
      reshaped.map((member) => member[i]),
    );
    const removedNeurons = layer.out - next.keepRows.length;
    const unchanged = removedNeurons === 0 && next.keepCols.length === layer.in && next.pruned === 0 && next.regrown === 0;
    if (!unchanged)
      network.layers[i] = await reallocate(scratch, layer, next, { name: `layer${i}`, states: network.states, longest });
    const { pruned: taken, regrown, lost } = next;
    records.push({ pruned: taken, regrown, lost, nnz: layerConnections(network.layers[i]), removedNeurons });
  }
  return records;
}

/** What pruning leaves of a layer, of each member's part of it; `masks` of its row blocks, null where nothing was pruned. */
function membersOf(layer: Layer, masks: readonly Uint32Array[] | null): PrunedShape[] {
  const { kind, members } = layer;
  const topology = layerTopology(layer);
  if (!members) {
    const pruned = topology && { topology, survivors: masks ? joinMasks(layer, masks) : allMarked(topology.nnz) };
    return [{ in: layer.in, out: layer.out, kind, pruned, place: null, ids: layer.neurons }];
  }
  return members.places.map((place, j) => {
    const own = topology && memberTopology(topology, place);
    const pruned = own && { topology: own, survivors: masks ? maskOf(masks[0], place, j) : allMarked(own.nnz) };
    const ids = layer.neurons.subarray(place.rowStart, place.rowStart + place.rows);
    return { in: place.cols, out: place.rows, kind, pruned, place, ids };
  });
}

/** The scores of a member's neurons. */
function scoresOf(scores: TypedData, { place }: PrunedShape): TypedData {
  return place ? scores.subarray(place.rowStart, place.rowStart + place.rows) : scores;
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

/** The values of a layer's connections from those of each block. */
function joinSlots({ blocks }: Layer, values: readonly TypedData[]): Float64Array {
  const last = blocks[blocks.length - 1];
  const joined = new Float64Array(last.slotStart + last.slots);
  blocks.forEach(({ slotStart, slots }, b) => {
    joined.set(values[b].subarray(0, slots), slotStart);
  });
  return joined;
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
