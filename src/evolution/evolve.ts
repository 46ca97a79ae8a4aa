import type { Device, DeviceBuffer } from "../device/device.js";
import type { Dispatch } from "../device/kernel.js";
import { carry } from "../kernels/carry.js";
import { type Layer, layerConnections, layerTopology } from "../nn/layer.js";
import type { Network } from "../nn/network.js";
import { allMarked } from "../sparse/marks.js";
import { check } from "../util/check.js";
import { random } from "../util/random.js";
import { type EvolutionConfig, zetaAt } from "./config.js";
import { livingNeurons, removalDue, removedTarget } from "./neurons.js";
import { markSurvivors, pruneDispatches, removedCounts } from "./prune.js";
import { reallocate } from "./reallocate.js";
import { type Marked, type Reshaped, reshapeDense, reshapeSparse, unconnectedNeurons } from "./reshape.js";
import { scoreDispatches, scoreNeurons } from "./scores.js";

/** What happened to one layer. */
export interface LayerEvolution {
  /** Connections taken by magnitude. */
  readonly pruned: number;
  readonly regrown: number;
  /** Connections that left with neurons and were not grown again, by the budget or for want of free cells: the layer has so many fewer. */
  readonly lost: number;
  readonly nnz: number;
  /** Output neurons that left. */
  readonly removedNeurons: number;
}

/** What an evolution goes by. */
export interface EvolveOptions {
  readonly config: EvolutionConfig;
  /** The epoch just trained (from 1), of how many. */
  readonly epoch: number;
  readonly epochs: number;
  readonly seed: number;
  /** Neurons of every layer at the very start, inputs and classes included: removal is measured against them. */
  readonly firstSizes: readonly number[];
  /** Whether layer i evolves; a sparse layer that does not keeps its connections, but may lose neurons. */
  readonly evolves: readonly boolean[];
  /** For every layer: how many weights are positive, negative, zero, not finite (kernel count-signs). */
  readonly counts: ArrayLike<number>;
}

/**
 * One evolution, in the order of NPSET: prune by magnitude, score and remove neurons, regrow, reallocate. One read-back (a bit a
 * connection, and a score a neuron when neurons go); indices and grown values go up. Replaces `network.layers`.
 */
export async function evolve(device: Device, network: Network, options: EvolveOptions): Promise<LayerEvolution[]> {
  const { config, epoch, evolves } = options;
  const { layers } = network;
  const masks = await Promise.all(
    layers.map((layer, i) => (evolves[i] && config.prune !== "none" ? prune(device, layer, i, options) : null)),
  );
  const removal = config.removal && removalDue(config.removal, epoch) ? config.removal : null;
  const scored = removal && removal.score !== "random" ? await scoreNeurons(device, network, masks, removal.score) : [];
  const read = await device.read([...masks.flatMap((mask) => mask ?? []), ...scored]);
  device.destroyBuffers([...masks.flatMap((mask) => mask ?? []), ...scored]);

  const queue = [...read];
  const marked = layers.map((layer, i): Marked | null => {
    const topology = layerTopology(layer);
    if (!topology) return null;
    const survivors = masks[i]
      ? joinMasks(layer, queue.splice(0, layer.blocks.length) as Uint32Array[])
      : allMarked(topology.nnz);
    return { topology, survivors };
  });
  const neuronScores = queue;
  const keep = layers.map((layer, i) => {
    const hidden = i < layers.length - 1;
    if (!removal || !hidden) return everyone(layer.out);
    const scores = removal.score === "random" ? randomScores(layer.out, options, i) : neuronScores[i];
    const unconnected = unconnectedNeurons(marked[i], marked[i + 1], layer.out);
    const n0 = options.firstSizes[i + 1];
    const due = removedTarget(removal, n0, layer.out, epoch) - (n0 - layer.out);
    return livingNeurons(scores, unconnected, due, removal.floor);
  });

  const records: LayerEvolution[] = [];
  for (const [i, layer] of layers.entries()) {
    const keepCols = i === 0 ? everyone(layer.in) : keep[i - 1];
    const reshaped = reshape(layer, marked[i], keep[i], keepCols, options, i);
    const removedNeurons = layer.out - keep[i].length;
    const unchanged = removedNeurons === 0 && keepCols.length === layer.in && reshaped.pruned === 0;
    if (!unchanged) network.layers[i] = await reallocate(device, `layer${i}`, layer, reshaped, keep[i], network.slots);
    const { pruned: taken, regrown, lost } = reshaped;
    records.push({ pruned: taken, regrown, lost, nnz: layerConnections(network.layers[i]), removedNeurons });
  }
  return records;
}

/** Stands for a buffer where only a dispatch's kernel and constants are asked for. */
const NO_BUFFER: DeviceBuffer = { label: "", type: "f32", length: 1 };

/** The kernels that evolutions of a network dispatch, with their constants; nothing of it can be run. */
export function evolutionKernels(
  { layers }: Network,
  { config, evolves }: Pick<EvolveOptions, "config" | "evolves">,
): Pick<Dispatch, "kernel" | "constants">[] {
  const { prune, removal } = config;
  const pruned = layers.map((_, i) => evolves[i] && prune !== "none");
  const masks = pruned.map((is) => (is ? [] : null));
  const scored = removal && removal.score !== "random" ? layers.slice(1).map(() => NO_BUFFER) : [];
  return [
    ...(pruned.includes(true) ? pruneDispatches([NO_BUFFER], [NO_BUFFER], NO_BUFFER, NO_BUFFER, prune === "set" ? 1 : 0) : []),
    ...scoreDispatches(layers, masks, removal?.score ?? "random", scored),
    carry.on({
      params: { length: 0, slotStart: 0, slots: 0, oldAt: 0, newAt: 0 },
      buffers: { source: NO_BUFFER, old: NO_BUFFER, next: NO_BUFFER },
    }),
  ];
}

function reshape(
  layer: Layer,
  marked: Marked | null,
  keepRows: Uint32Array,
  keepCols: Uint32Array,
  { config, evolves, seed, epoch }: EvolveOptions,
  index: number,
): Reshaped {
  if (!marked) return reshapeDense(layer.in, keepRows, keepCols);
  // A layer that is not rewired only loses connections.
  const budget = evolves[index] ? (config.removal?.budget ?? "constant") : "shrinking";
  return reshapeSparse(marked, { keepRows, keepCols, budget, regrowInit: config.regrowInit, seed, layer: index, epoch });
}

/** Marks what survives magnitude pruning of layer `index`, by the counts that came with the epoch's metrics. */
async function prune(
  device: Device,
  layer: Layer,
  index: number,
  { config, counts, epoch, epochs }: EvolveOptions,
): Promise<DeviceBuffer[]> {
  const [positive, negative, , notFinite] = Array.from({ length: 4 }, (_, j) => counts[4 * index + j]);
  check(notFinite === 0, `layer ${index}`, () => `${notFinite} weights are not finite; nothing is pruned on them`);
  const zeta = zetaAt(config, epoch, epochs);
  const removed = removedCounts(positive, negative, zeta);
  const values = layer.blocks.map((block) => block.w);
  return markSurvivors(device, values, config.prune === "set" ? removed : Math.floor(zeta * (positive + negative)));
}

/** One mask for the layer from one for each block: bit k % 32 of word k >> 5, slots numbered through the blocks. */
function joinMasks({ blocks }: Layer, masks: readonly Uint32Array[]): Uint32Array {
  if (masks.length === 1) return masks[0];
  const last = blocks[blocks.length - 1];
  const joined = new Uint32Array(Math.ceil((last.slotStart + last.slots) / 32));
  blocks.forEach(({ slotStart, slots }, b) => {
    for (let k = 0; k < slots; k++) {
      if ((masks[b][k >>> 5] >>> (k & 31)) & 1) joined[(slotStart + k) >>> 5] |= 1 << ((slotStart + k) & 31);
    }
  });
  return joined;
}

function everyone(count: number): Uint32Array {
  const all = new Uint32Array(count); // filled by a loop: Uint32Array.from takes tens of times as long
  for (let i = 0; i < count; i++) all[i] = i;
  return all;
}

function randomScores(count: number, { seed, epoch }: EvolveOptions, layer: number): Float64Array {
  const rng = random(seed, "removal", layer, epoch);
  return Float64Array.from({ length: count }, () => rng.float());
}
