import { grow, NEW, regrow } from "../sparse/grow.js";
import { drawWeights, type WeightInit } from "../sparse/init-weights.js";
import { countMarked } from "../sparse/marks.js";
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

/** A sparse layer's connections, with marks (sparse/marks.ts) of those that magnitude pruning leaves. */
export interface Marked {
  readonly topology: Topology;
  readonly survivors: Uint32Array;
}

/** 1 for every neuron of a hidden layer that has no input or no output connection left, else 0; a dense layer (null) connects everything. */
export function unconnectedNeurons(incoming: Marked | null, outgoing: Marked | null, neurons: number): Uint8Array {
  const ins = incoming && fanIn(select(incoming.topology, incoming.survivors).topology);
  const outs = outgoing && fanOut(select(outgoing.topology, outgoing.survivors).topology);
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
 * The layer without what does not survive and without the neurons that leave, and with connections grown at random free cells as the budget
 * says: constant: to as many as before, at most all cells of the smaller layer; shrinking: what the magnitude took, not what left with neurons.
 */
export function reshapeSparse({ topology: before, survivors }: Marked, options: ReshapeOptions): Reshaped {
  const { keepRows, keepCols, budget, regrowInit, seed, layer, epoch } = options;
  const everyone = keepRows.length === before.rows && keepCols.length === before.cols;
  const kept = everyone ? null : shrink(before, keepRows, keepCols, survivors);
  const surviving = countMarked(survivors, before.nnz);
  const pruned = before.nnz - surviving;
  const left = kept ? kept.topology.nnz : surviving;
  const wanted = budget === "constant" ? before.nnz : left + pruned;
  const regrown = Math.min(wanted, keepRows.length * keepCols.length) - left;
  const rng = random(seed, "regrow", layer, epoch);
  const { topology, source } = kept ? grow(kept.topology, regrown, rng, kept.source) : regrow(before, survivors, rng);
  return {
    topology,
    in: keepCols.length,
    out: keepRows.length,
    source,
    grown:
      regrowInit === "zeros" ? null : grownValues(regrowInit, topology, source, random(seed, "regrown weights", layer, epoch)),
    pruned,
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
