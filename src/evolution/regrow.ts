import { grow, NEW } from "../sparse/grow.js";
import { growWeights } from "../sparse/init-weights.js";
import { allMarked, countMarked, isMarked } from "../sparse/marks.js";
import { placeCells } from "../sparse/place.js";
import { select } from "../sparse/remove.js";
import { type Derived, rowIdxOf, type Topology, validateTopology } from "../sparse/topology.js";
import { check, isRecord } from "../util/check.js";
import { type Rng, random } from "../util/random.js";
import { shown } from "../util/shown.js";
import type { EvolveOptions } from "./evolve-options.js";
import type { GradientProbe } from "./gradient-probe.js";
import type { Room } from "./growers/grower.js";
import { marksOf, type Remains } from "./remains.js";

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

/** What is left of a layer with as many connections as it is to have: the grower chooses the cells of the others. */
export async function regrow(
  rest: Remains,
  nnz: number,
  options: EvolveOptions,
  probe: GradientProbe,
  explored: Room["explored"],
): Promise<Reshaped> {
  const { config, seed, epoch, space } = options;
  const { layer, before, pruned, left, base, slots } = rest;
  const { topology, source } = await growIn(rest, nnz - left, options, probe, explored);
  if (slots) for (let k = 0; k < source.length; k++) if (source[k] !== NEW) source[k] = slots[source[k]];
  const rng = random(seed, "regrown weights", layer, epoch);
  const grown = config.regrowInit === "zeros" ? null : growWeights(config.regrowInit, topology, source, nnz - left, rng, space);
  return { topology, in: base.cols, out: base.rows, source, grown, pruned, regrown: nnz - left, lost: before - nnz };
}

/** What is left, and `count` connections more; sources are base's slots. Where growth comes first, they are chosen beside those to be pruned. */
async function growIn(
  rest: Remains,
  count: number,
  { config, pieces: { grower }, seed, epoch, epochs, space }: EvolveOptions,
  probe: GradientProbe,
  explored: Room["explored"],
): Promise<Derived> {
  const { layer, base } = rest;
  const { growFirst } = config;
  const where = `grower ${grower.name}, layer ${layer}`;
  const survivors = growFirst ? allMarked(base.nnz) : rest.survivors;
  const staying = countMarked(survivors, base.nnz);
  const free = base.rows * base.cols - staying;
  check(count <= free, where, () => {
    return `${count} connections are to grow beside those to be pruned, but ${free} cells are free; prune first, or a smaller fraction`;
  });
  const made = new Set<Derived>(); // by the room, so they are right
  const rng = random(seed, "regrow", layer, epoch);
  const keep = (layer: Derived) => {
    made.add(layer);
    return layer;
  };
  const drawAll = () => grow(base, count, rng, survivors, space);
  const room: Room = {
    layer,
    base,
    survivors,
    count,
    free,
    gamma: config.gamma ?? 1,
    probe,
    get kept() {
      return growFirst ? base : rest.kept;
    },
    rng,
    explored,
    progress: epoch / epochs,
    place: (cells) => keep(placeCells(base, survivors, cells, where)),
    draw: (first) => keep(first ? drawBeside(placeCells(base, survivors, first, where), staying + count, rng) : drawAll()),
  };
  if (count === 0) return select(base, rest.survivors);
  const grown = await grower.grow(room);
  if (!made.has(grown)) checkGrown(base, survivors, grown, where);
  check(grown.topology.nnz === staying + count, where, () => {
    return `it grew ${grown.topology.nnz - staying} connections; ${count} were asked for`;
  });
  if (growFirst) return dropPruned(grown, rest.survivors);
  return grower.keepsReturning ? keepReturning(base, grown) : grown;
}

/** A grown layer with `nnz` connections, those that are missing at random. */
function drawBeside({ topology, source }: Derived, nnz: number, rng: Rng): Derived {
  const drawn = grow(topology, nnz - topology.nnz, rng);
  return { topology: drawn.topology, source: drawn.source.map((k) => (k === NEW ? NEW : source[k])) };
}

/** Throws unless a layer that the room did not make is a topology that holds each connection that stays once. */
function checkGrown(base: Topology, survivors: Uint32Array, grown: Derived, where: string): void {
  const sized = isRecord(grown?.topology) && grown.topology.rows === base.rows && grown.topology.cols === base.cols;
  check(sized, where, () => `grow returns ${shown(grown)}, no layer of this size; return place(cells)`);
  const { topology, source } = grown;
  validateTopology(topology, where);
  const kept = new Map<number, number>();
  for (const [k, from] of source.entries()) if (from !== NEW) kept.set(from, k);
  const [rows, grownRows] = [rowIdxOf(base), rowIdxOf(topology)];
  for (let k = 0; k < base.nnz; k++) {
    if (!isMarked(survivors, k)) continue;
    const at = kept.get(k) ?? topology.nnz;
    const same = grownRows[at] === rows[k] && topology.colIdx[at] === base.colIdx[k];
    check(same, where, () => `connection (${rows[k]}, ${base.colIdx[k]}) stays, and is not where it was; return place(cells)`);
  }
}

/** A grown layer whose new connections at cells of `base`, which were pruned just now, are those again. */
function keepReturning(base: Topology, { topology, source }: Derived): Derived {
  const from = source.slice();
  for (let row = 0; row < topology.rows; row++) {
    let old = base.rowPtr[row];
    for (let k = topology.rowPtr[row]; k < topology.rowPtr[row + 1]; k++) {
      while (old < base.rowPtr[row + 1] && base.colIdx[old] < topology.colIdx[k]) old++;
      if (old < base.rowPtr[row + 1] && base.colIdx[old] === topology.colIdx[k]) from[k] = old;
    }
  }
  return { topology, source: from };
}

function dropPruned({ topology, source }: Derived, survivors: Uint32Array): Derived {
  const { topology: kept, source: slots } = select(topology, marksOf(source, survivors));
  return { topology: kept, source: slots.map((k) => source[k]) };
}

/** A layer without connections, of a kind of one's own, without the neurons that leave. */
export function reshapeOwn(inputs: number, out: number): Reshaped {
  const none = { source: new Uint32Array(0), grown: null, pruned: 0, regrown: 0, lost: 0 };
  return { topology: null, in: inputs, out, ...none };
}

/** A dense layer without the neurons that leave. */
export function reshapeDense(inputs: number, keepRows: Uint32Array, keepCols: Uint32Array): Reshaped {
  const source = new Uint32Array(keepRows.length * keepCols.length);
  let k = 0;
  for (const row of keepRows) for (const col of keepCols) source[k++] = row * inputs + col;
  return { topology: null, in: keepCols.length, out: keepRows.length, source, grown: null, pruned: 0, regrown: 0, lost: 0 };
}
