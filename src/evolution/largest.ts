import type { Cells } from "../sparse/place.js";
import type { Topology } from "../sparse/topology.js";
import { check } from "../util/check.js";
import { joinArrays } from "../util/join-arrays.js";

/** The bits of a magnitude in f32, which are in its order, and those of infinity. */
const [MAGNITUDE, INFINITE] = [0x7fffffff, 0x7f800000];
/** The low bits are counted where the high ones are those of the threshold. */
const LOW = 15;
/** Counts by high bits and by low ones, anew in each call: to make them takes as long as to count. */
const [TOPS, LOWS] = [new Uint32Array(2 ** (31 - LOW)), new Uint32Array(2 ** LOW)];

/** The places, increasing, of the `count` largest of |values|, or of all; of equal ones the first. Throws where one is not finite. O(values). */
export function largestPlaces(values: Float32Array, count: number): Uint32Array {
  const bits = bitsOf(values);
  const tops = TOPS.fill(0);
  for (let i = 0; i < bits.length; i++) tops[(bits[i] & MAGNITUDE) >>> LOW]++;
  const bad = tops.subarray(INFINITE >>> LOW).reduce((sum, many) => sum + many, 0);
  check(bad === 0, "growth", () => `${bad} gradients are not finite, so none is the largest; use a lower learning rate`);
  const chosen = new Uint32Array(Math.min(count, bits.length));
  if (chosen.length === 0) return chosen;
  const top = reach(tops, chosen.length);
  const lows = LOWS.fill(0);
  for (let i = 0; i < bits.length; i++) if ((bits[i] & MAGNITUDE) >>> LOW === top.bucket) lows[bits[i] & (2 ** LOW - 1)]++;
  const low = reach(lows, chosen.length - top.above);
  const least = top.bucket * 2 ** LOW + low.bucket;
  let equal = chosen.length - top.above - low.above; // of those with the least magnitude so many are chosen
  for (let i = 0, found = 0; found < chosen.length; i++) {
    const size = bits[i] & MAGNITUDE;
    chosen[found] = i; // or is written over by the next one: no branch to guess
    found += Number(size > least || (size === least && equal-- > 0));
  }
  return chosen;
}

const bitsOf = (values: Float32Array) => new Int32Array(values.buffer, values.byteOffset, values.length);

/** The bucket in which the count-th largest lies, and how many lie above it. */
function reach(buckets: Uint32Array, count: number): { readonly bucket: number; readonly above: number } {
  let [bucket, above] = [buckets.length - 1, 0];
  while (above + buckets[bucket] < count) above += buckets[bucket--];
  return { bucket, above };
}

/** Of a topology's slots those with the `count` largest of |gradients|, or all; of equal ones the first. */
export function largestCells({ rows, cols, rowPtr, colIdx }: Topology, gradients: Float32Array, count: number): Topology {
  const slots = largestPlaces(gradients, count);
  const starts = new Uint32Array(rows + 1);
  for (let row = 0, nnz = 0; row < rows; row++) {
    while (nnz < slots.length && slots[nnz] < rowPtr[row + 1]) nnz++;
    starts[row + 1] = nnz;
  }
  return { rows, cols, nnz: slots.length, rowPtr: starts, colIdx: pick(colIdx, slots) };
}

/** Cells by rows, with their gradients. */
export interface GradientCells extends Cells {
  readonly gradients: Float32Array;
}

/** The `count` cells of the largest |gradient| among `best` and those of the rows from `firstRow` on, which come after. */
export function keepLargest(
  best: GradientCells,
  cells: Topology,
  firstRow: number,
  gradients: Float32Array,
  count: number,
): GradientCells {
  const slots = best.gradients.length < count ? largestPlaces(gradients, count) : placesAbove(gradients, leastOf(best.gradients));
  if (slots.length === 0) return best;
  const all = {
    rowIdx: joinArrays([best.rowIdx, rowsOf(cells, slots, firstRow)]),
    colIdx: joinArrays([best.colIdx, pick(cells.colIdx, slots)]),
    gradients: joinArrays([best.gradients, pick(gradients, slots)]),
  };
  const places = largestPlaces(all.gradients, count);
  return { rowIdx: pick(all.rowIdx, places), colIdx: pick(all.colIdx, places), gradients: pick(all.gradients, places) };
}

/** The values at these places. A loop, as typed arrays are made of others value by value far more slowly. */
function pick<A extends Float32Array | Uint32Array>(values: A, places: Uint32Array): A {
  const picked = new (values.constructor as new (length: number) => A)(places.length);
  for (let i = 0; i < places.length; i++) picked[i] = values[places[i]];
  return picked;
}

function leastOf(values: Float32Array): number {
  let least = Infinity;
  for (let i = 0; i < values.length; i++) least = Math.min(least, Math.abs(values[i]));
  return least;
}

/** The places of the values whose magnitude is above `least`, or no number. */
function placesAbove(values: Float32Array, least: number): Uint32Array {
  const bits = bitsOf(values);
  const [bound] = bitsOf(Float32Array.of(least));
  const places: number[] = [];
  for (let i = 0; i < bits.length; i++) if ((bits[i] & MAGNITUDE) > bound) places.push(i);
  return Uint32Array.from(places);
}

/** The rows of a topology's slots, which increase. */
function rowsOf({ rowPtr }: Topology, slots: Uint32Array, firstRow: number): Uint32Array {
  let row = 0;
  return slots.map((slot) => {
    while (rowPtr[row + 1] <= slot) row++;
    return firstRow + row;
  });
}
