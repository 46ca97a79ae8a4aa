import type { DeviceBuffer, TypedData } from "../device/device.js";
import type { Network } from "../nn/network.js";
import { isMarked } from "../sparse/marks.js";
import { fanOut } from "../sparse/topology.js";
import type { EvolveOptions } from "./evolve-options.js";
import { removedTarget } from "./neurons.js";
import type { Reshaped } from "./regrow.js";
import type { Pruned } from "./remains.js";
import { allOf, dueRemoval, livingNeurons } from "./remove-neurons.js";

// An input that has left has no connection, and gets none again: the network still takes all features, so data and files stay as they are.

/** What has to be read to rank the inputs: the weights of the first layer, a buffer for each row block; none where no input leaves now. */
export function inputWeights({ layers: [first] }: Network, options: EvolveOptions): DeviceBuffer[] {
  return dueRemoval(options)?.inputAmount ? first.blocks.map(({ w }) => w) : [];
}

/**
 * The inputs of a network that may have connections after this evolution, increasing. The weakest leave, by the sum of |w| over what survives of their
 * connections, until as many are gone as the removal's schedule says. From its first epoch on, an input without a connection has left.
 */
export function keepInputs(pruned: Pruned | null, weights: TypedData | null, options: EvolveOptions): Uint32Array {
  const { config, firstSizes, epoch } = options;
  const [inputs] = firstSizes;
  const { removal } = config;
  if (!pruned || !removal?.inputAmount || epoch < removal.first) return allOf(inputs);
  const { topology, survivors } = pruned;
  const before = fanOut(topology);
  if (!weights) return allOf(inputs).filter((input) => before[input] > 0);
  const strength = new Float64Array(inputs);
  const alone = new Uint8Array(inputs).fill(1);
  for (let k = 0; k < topology.nnz; k++) {
    if (!isMarked(survivors, k)) continue;
    strength[topology.colIdx[k]] += Math.abs(weights[k]);
    alone[topology.colIdx[k]] = 0;
  }
  const living = inputs - before.reduce((gone, degree) => gone + Number(degree === 0), 0);
  const due = removedTarget({ ...removal, amount: removal.inputAmount }, inputs, living, epoch);
  return livingNeurons(strength, alone, due, removal.floor);
}

/** A layer that was reshaped among some of its columns, with all of them again. */
export function widen(layer: Reshaped, kept: Uint32Array, cols: number): Reshaped {
  if (kept.length === cols || !layer.topology) return layer;
  const { topology } = layer;
  return { ...layer, in: cols, topology: { ...topology, cols, colIdx: topology.colIdx.map((col) => kept[col]) } };
}
