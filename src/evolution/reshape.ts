import { grow, NEW } from "../sparse/grow.js";
import { drawWeights, type WeightInit } from "../sparse/init-weights.js";
import { select, shrink } from "../sparse/remove.js";
import { fanIn, fanOut, type Topology } from "../sparse/topology.js";
import { random } from "../util/random.js";

/** A layer after an evolution, planned on the host. */
export interface Reshaped {
  readonly topology: Topology | null;
  readonly in: number;
  readonly out: number;
  /** Old slot of every new one, NEW for a grown connection. */
  readonly source: Uint32Array;
  /** Values of the grown connections, at their new slots; null where they start at 0. */
  readonly grown: Float32Array | null;
  readonly pruned: number;
  readonly regrown: number;
  readonly lost: number;
}

/** Who stays of a layer's connections before anything regrows, and what that leaves unconnected. */
export interface Pruned {
  readonly topology: Topology;
  readonly source: Uint32Array;
}

/** The connections whose bits are set in `survivors`; all of them when it is null. */
export function survivorsOf(topology: Topology, survivors: Uint32Array | null): Pruned {
  return survivors ? select(topology, survivors) : { topology, source: Uint32Array.from({ length: topology.nnz }, (_, k) => k) };
}

/** 1 for every neuron of a hidden layer that has no input or no output connection left, else 0; a dense layer (null) connects everything. */
export function unconnectedNeurons(incoming: Topology | null, outgoing: Topology | null, neurons: number): Uint8Array {
  const ins = incoming && fanIn(incoming);
  const outs = outgoing && fanOut(outgoing);
  return Uint8Array.from({ length: neurons }, (_, n) => (ins?.[n] === 0 || outs?.[n] === 0 ? 1 : 0));
}

export interface ReshapeOptions {
  /** Rows and columns that stay, increasing. */
  readonly keepRows: Uint32Array;
  readonly keepCols: Uint32Array;
  readonly budget: "constant" | "shrinking";
  readonly regrowInit: WeightInit;
  readonly seed: number;
  readonly layer: number;
  readonly epoch: number;
}

/**
 * The layer without the neurons that leave, and with as many connections grown at random free cells as the budget says:
 * constant: as many as before, at most all cells of the smaller layer; shrinking: what the magnitude took, not what left with neurons.
 */
export function reshapeSparse(before: Topology, pruned: Pruned, options: ReshapeOptions): Reshaped {
  const { keepRows, keepCols, budget, regrowInit, seed, layer, epoch } = options;
  const survivors = pruned.topology;
  const everyone = keepRows.length === before.rows && keepCols.length === before.cols;
  const kept = everyone ? pruned : shrink(survivors, keepRows, keepCols);
  const prunedCount = before.nnz - survivors.nnz;
  const cells = keepRows.length * keepCols.length;
  const wanted = budget === "constant" ? before.nnz : kept.topology.nnz + prunedCount;
  const regrown = Math.min(wanted, cells) - kept.topology.nnz;
  const keptSource = kept === pruned ? pruned.source : kept.source.map((k) => pruned.source[k]);
  const { topology, source } = grow(kept.topology, regrown, random(seed, "regrow", layer, epoch), keptSource);
  return {
    topology,
    in: keepCols.length,
    out: keepRows.length,
    source,
    grown:
      regrowInit === "zeros" ? null : grownValues(regrowInit, topology, source, random(seed, "regrown weights", layer, epoch)),
    pruned: prunedCount,
    regrown,
    lost: before.nnz - topology.nnz,
  };
}

/** A dense layer without the neurons that leave. */
export function reshapeDense(inputs: number, keepRows: Uint32Array, keepCols: Uint32Array): Reshaped {
  const source = new Uint32Array(keepRows.length * keepCols.length);
  let k = 0;
  for (const row of keepRows) for (const col of keepCols) source[k++] = row * inputs + col;
  return { topology: null, in: keepCols.length, out: keepRows.length, source, grown: null, pruned: 0, regrown: 0, lost: 0 };
}

function grownValues(kind: WeightInit, topology: Topology, source: Uint32Array, rng: ReturnType<typeof random>): Float32Array {
  const slots = new Uint32Array(source.length);
  let grown = 0;
  for (let k = 0; k < source.length; k++) if (source[k] === NEW) slots[grown++] = k;
  const values = new Float32Array(topology.nnz);
  drawWeights(kind, topology, slots.subarray(0, grown), rng).forEach((value, i) => {
    values[slots[i]] = value;
  });
  return values;
}
