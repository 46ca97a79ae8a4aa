import { check, checkOneOf } from "../util/check.js";
import { type Rng, stepWith } from "../util/random.js";
import { NEW } from "./grow.js";
import { common, type Workspace } from "./loops.js";
import { checkNnz, checkSizes, fanOut, type Topology } from "./topology.js";

/** How weights start; `WEIGHT_INITS` lists the choices, `drawWeights` defines them. */
export type WeightInit = "heUniform" | "heNormal" | "xavierUniform" | "xavierNormal" | "normal" | "zeros";

type Draw = (rng: Rng) => number;
const uniform: Draw = (rng) => 2 * rng.float() - 1;
const normal: Draw = (rng) => rng.normal();

/** A weight is scale(fan-in, fan-out), or scale(fan-in), times a draw: uniform in [-1, 1) or standard normal. */
const DISTRIBUTIONS: Record<WeightInit, { draw: Draw; scale: (fanIn: number, fanOut: number) => number }> = {
  heUniform: { draw: uniform, scale: (fanIn) => Math.sqrt(6 / fanIn) },
  heNormal: { draw: normal, scale: (fanIn) => Math.sqrt(2 / fanIn) },
  xavierUniform: { draw: uniform, scale: (fanIn, fanOut) => Math.sqrt(6 / (fanIn + fanOut)) },
  xavierNormal: { draw: normal, scale: (fanIn, fanOut) => Math.sqrt(2 / (fanIn + fanOut)) },
  normal: { draw: normal, scale: () => 0.1 },
  zeros: { draw: () => 0, scale: () => 0 },
};

/** The names of the weight initialisations. */
export const WEIGHT_INITS = Object.keys(DISTRIBUTIONS) as WeightInit[];

/**
 * Weights for slots of a topology, in the order of `slots`, which must strictly increase. With the actual fan-in of the
 * slot's row and fan-out of its column, which keep the variance of activations whatever the density:
 * - heUniform: uniform within sqrt(6 / fanIn); heNormal: variance 2 / fanIn (He et al. 2015);
 * - xavierUniform: within sqrt(6 / (fanIn + fanOut)); xavierNormal: variance 2 / (fanIn + fanOut) (Glorot, Bengio 2010);
 * - normal: N(0, 1) / 10, as in the first release of SET; zeros: 0.
 *
 * No f32 weight but those of "zeros" is 0, as pruning would take it for a missing one: such draws are repeated.
 * Throws when the kind is unknown or a slot is out of range or out of order.
 */
export function drawWeights(kind: WeightInit, t: Topology, slots: Uint32Array, rng: Rng): Float32Array {
  checkOneOf(kind, WEIGHT_INITS, "weight initialisation");
  const { nnz, rowPtr, colIdx } = t;
  const { draw, scale } = DISTRIBUTIONS[kind];
  const values = new Float32Array(slots.length);
  const outs = scale.length > 1 ? fanOut(t) : null; // where scale looks at it
  let row = 0;
  let end = 0;
  let size = 0;
  for (let i = 0; i < slots.length; i++) {
    const k = slots[i];
    const last = i === 0 ? -1 : slots[i - 1];
    if (k >= nnz || k <= last) {
      // what messages would close over takes longer than this
      check(k < nnz, "weight initialisation", () => `slot ${k} is not below nnz = ${nnz}`);
      check(k > last, "weight initialisation", () => `slot ${k} follows ${last}; sort the slots`);
    }
    const isNext = k >= end;
    while (rowPtr[row + 1] <= k) row++;
    end = rowPtr[row + 1];
    if (isNext || outs) size = scale(end - rowPtr[row], outs ? outs[colIdx[k]] : 0);
    values[i] = drawWeight(draw, size, rng);
  }
  return values;
}

/**
 * Weights for the slots of a topology whose source is NEW, `most` of them at most, and 0 for the others: those of `drawWeights`. Uniform ones are
 * drawn in WebAssembly where there is room for it, and may lie in `space`.
 */
export function growWeights(
  kind: WeightInit,
  t: Topology,
  source: Uint32Array,
  most: number,
  rng: Rng,
  space: Workspace = common,
): Float32Array {
  const uniform = kind === "heUniform" || kind === "xavierUniform";
  return (uniform && drawInRoom(kind === "xavierUniform", t, source, rng, space)) || drawGrown(kind, t, source, most, rng);
}

/** Null where there is no room, or the stream is not one of `random`. */
function drawInRoom(byOuts: boolean, t: Topology, source: Uint32Array, rng: Rng, space: Workspace): Float32Array | null {
  const room = space.room(3 * t.nnz + t.rows + 2 * t.cols + 6);
  if (!room) return null;
  const [values, free] = [t.nnz, t.cols + 1].map(room.take);
  const [rowPtr, colIdx, sources] = [t.rowPtr, t.colIdx, source].map(room.put);
  const outs = byOuts ? room.put(fanOut(t)) : 0;
  const drawn = stepWith(rng, (state) => {
    const at = room.put(state);
    room.loops.growWeights(t.rows, rowPtr, colIdx, sources, outs, at, values, free);
    state.set(room.words(at, 4));
  });
  if (!drawn) return null;
  const found = room.floats(values, t.nnz);
  room.end();
  return found;
}

/** `growWeights` on typed arrays. */
export function drawGrown(kind: WeightInit, t: Topology, source: Uint32Array, most: number, rng: Rng): Float32Array {
  const slots = new Uint32Array(most + 1);
  let grown = 0;
  for (let k = 0; k < source.length; k++) {
    slots[grown] = k;
    grown += Number(source[k] === NEW); // what is not new is overwritten by what follows: no branch to guess
  }
  const drawn = drawWeights(kind, t, slots.subarray(0, grown), rng);
  const values = new Float32Array(t.nnz);
  for (let i = 0; i < grown; i++) values[slots[i]] = drawn[i];
  return values;
}

/**
 * Weights for every slot of a topology, or for all cells of a dense layer (row-major [rows, cols]) given only its sizes.
 * A dense layer draws what the topology of density 1 would. See `drawWeights`.
 */
export function initWeights(kind: WeightInit, layer: Topology | { rows: number; cols: number }, rng: Rng): Float32Array {
  checkOneOf(kind, WEIGHT_INITS, "weight initialisation");
  if ("rowPtr" in layer) {
    const slots = new Uint32Array(layer.nnz);
    for (let k = 0; k < layer.nnz; k++) slots[k] = k;
    return drawWeights(kind, layer, slots, rng);
  }
  checkSizes(layer.rows, layer.cols, "dense layer");
  checkNnz(layer.rows * layer.cols, "dense layer");
  const { draw, scale } = DISTRIBUTIONS[kind];
  const values = new Float32Array(layer.rows * layer.cols);
  const size = scale(layer.cols, layer.rows);
  for (let i = 0; i < values.length; i++) values[i] = drawWeight(draw, size, rng);
  return values;
}

/** A draw times `size`, as f32, and not 0 unless all are. */
function drawWeight(draw: Draw, size: number, rng: Rng): number {
  let value: number;
  do {
    value = Math.fround(size * draw(rng));
  } while (value === 0 && size !== 0);
  return value;
}
