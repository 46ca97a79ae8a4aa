import { NEW } from "../sparse/grow.js";
import { countMarked, isMarked, setMark } from "../sparse/marks.js";
import { select, shrink } from "../sparse/remove.js";
import type { Topology } from "../sparse/topology.js";
import type { EvolveOptions } from "./evolve-options.js";

/** A sparse layer's connections, with marks (sparse/marks.ts) of those that pruning leaves. */
export interface Pruned {
  readonly topology: Topology;
  readonly survivors: Uint32Array;
}

/** What is left of a sparse layer after pruning and after neurons have left, and what may grow there. */
export interface Remains {
  readonly layer: number;
  /** Connections before the evolution, those that were pruned, and those that are left. */
  readonly before: number;
  readonly pruned: number;
  readonly left: number;
  /** Connections among the neurons that stay, of which those marked are left. */
  readonly base: Topology;
  readonly survivors: Uint32Array;
  /** The slot that each of base's had before; null where it is the same. */
  readonly slots: Uint32Array | null;
  /** The connections that are left, alone. */
  readonly kept: Topology;
}

/** What is left of a layer; where growth comes first, or what was pruned may come back, its base holds that as well. */
export function remainsOf(
  layer: number,
  { topology, survivors }: Pruned,
  keepRows: Uint32Array,
  keepCols: Uint32Array,
  { config: { growFirst }, pieces: { grower } }: EvolveOptions,
): Remains {
  const surviving = countMarked(survivors, topology.nnz);
  const everyone = keepRows.length === topology.rows && keepCols.length === topology.cols;
  const among = everyone
    ? null
    : shrink(topology, keepRows, keepCols, growFirst || grower.keepsReturning ? undefined : survivors);
  const base = among?.topology ?? topology;
  const marks = among ? marksOf(among.source, survivors) : survivors;
  let kept: Topology | undefined;
  return {
    layer,
    before: topology.nnz,
    pruned: topology.nnz - surviving,
    left: among ? countMarked(marks, base.nnz) : surviving,
    base,
    survivors: marks,
    slots: among?.source ?? null,
    get kept() {
      kept ??= select(base, marks).topology;
      return kept;
    },
  };
}

/** Marks of the slots whose sources are new or marked. */
export function marksOf(source: Uint32Array, marks: Uint32Array): Uint32Array {
  const own = new Uint32Array(Math.ceil(source.length / 32));
  for (let k = 0; k < source.length; k++) {
    const from = source[k];
    if (from === NEW || isMarked(marks, from)) setMark(own, k);
  }
  return own;
}
