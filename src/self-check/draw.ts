import { type Activation, isDerived } from "../activations/activation.js";
import type { Constants } from "../device/kernel.js";
import { type Place, placesTable } from "../device/place.js";
import { cutLongRows } from "../kernels/segments.js";
import type { Optimiser } from "../optimisers/optimiser.js";
import type { Rng } from "../util/random.js";

/** What a kernel is tried on: integers from -8 to 8 and powers of two, so that sums are exact in f32 in any order. */
export interface Problem {
  readonly params: Readonly<Record<string, number>>;
  /** What the bindings hold at first; null for those that the constants leave unused. */
  readonly arrays: Readonly<Record<string, Float32Array | Uint32Array | null>>;
}

/** What outputs hold before a kernel has run: no result comes to it. */
export const UNTOUCHED = 12_345;
/** Where a row block starts in its layer, and how many neurons follow it: neither may be touched. */
export const [ROW_START, BEHIND] = [2, 3];
export const SHARED = { rowStart: ROW_START, alpha: 0.25, stream: 0x9e3779b9, threshold: 2 ** 31, keepScale: 2 };
export const HYPER = { hyper0: 0.5, hyper1: 0.75, hyper2: 2 ** -10, decay: 0.25 };
export const RATES = Float32Array.of(0.5, 2, 4, 0);

export const untouched = (length: number) => new Float32Array(length).fill(UNTOUCHED);
/** Multiples of `unit`, from -8 to 8 of them. */
export const integers = (rng: Rng, length: number, unit = 1) => Float32Array.from({ length }, () => unit * (rng.below(17) - 8));
export const words = (rng: Rng, length: number, below = 2 ** 32) => rng.fillBelow(below, new Uint32Array(length));
export const cursorOf = (samples: number) => Uint32Array.of(0, samples, 3, 0);

export function shuffled(rng: Rng, length: number): Uint32Array {
  const all = Uint32Array.from({ length }, (_, i) => i);
  rng.shuffle(all);
  return all;
}

/** Starts and indices of `count` rows: the first is empty, the second full, the third may be given, the others have up to 13 connections. */
export function connections(rng: Rng, count: number, width: number, third = 5): { starts: Uint32Array; indices: Uint32Array } {
  const rows = Array.from({ length: count }, (_, row) => {
    const most = [0, width, third][row] ?? rng.below(14);
    return shuffled(rng, width).subarray(0, most).sort();
  });
  const starts = new Uint32Array(count + 1);
  for (const [row, { length }] of rows.entries()) starts[row + 1] = starts[row] + length;
  return { starts, indices: Uint32Array.from(rows.flatMap((row) => [...row])) };
}

/** `connections` with its full row cut and another just not, where the constants ask for it, and the part of them that a dispatch takes. */
export function sparseRows(rng: Rng, count: number, { SPLIT, JOIN }: Constants, least: number) {
  const width = SPLIT > 0 ? SPLIT + 76 : least;
  const { starts: whole, indices } = connections(rng, count, width, SPLIT || undefined);
  const { starts, segments, joins } = SPLIT > 0 ? cutLongRows(whole, SPLIT) : { starts: whole, segments: 0, joins: 0 };
  const table = JOIN
    ? { segments: joins, tableAt: count + 1 + 3 * segments }
    : { segments, tableAt: segments > 0 ? count + 1 : 0 };
  return { starts, indices, width, rows: JOIN ? 0 : count, sums: segments, table };
}

/** Where members of the same sizes lie, one after the other; of a single network nothing tells it. */
export function placesOf(MEMBERS: number, { rows = 0, cols = 0, slots }: { rows?: number; cols?: number; slots: number }) {
  const placeOf = (j: number) => ({ rowStart: j * rows, rows, colStart: j * cols, cols, slotStart: j * slots, slots });
  const places = Array.from({ length: MEMBERS }, (_, j) => ({ ...placeOf(j), stream: j, streamBelow: j }));
  return MEMBERS > 1 ? placesTable(places) : null;
}

/** What each of the members has, one after the other. */
export const repeat = (MEMBERS: number, words: ArrayLike<number>) =>
  Uint32Array.from({ length: MEMBERS * words.length }, (_, i) => words[i % words.length]);

/** The problem, and where neurons drop out another in which each of its `count` has an identity of its own behind the starts. */
export function identified(
  rng: Rng,
  { params, arrays }: Problem,
  starts: "rowPtr" | "colPtr",
  count: number,
  { DROPOUT }: Constants,
): Problem[] {
  const shared = { params, arrays };
  if (DROPOUT === 0) return [shared];
  const listed = arrays[starts] as Uint32Array;
  const own = Uint32Array.from([...listed, ...words(rng, 2 * count)]);
  return [shared, { params: { ...params, identityAt: listed.length }, arrays: { ...arrays, [starts]: own } }];
}

/** What the members of a dense layer have together, of whom each after the first has half the rows and a column less. */
export function stackMembers({ MEMBERS }: Constants, rows: number, cols: number) {
  const all = { rows: 0, cols: 0, slots: 0 };
  const places: Place[] = [];
  for (let j = 0; j < MEMBERS; j++) {
    const own = { rows: Math.max(1, Math.floor(rows / 2 ** j)), cols: Math.max(1, cols - j) };
    const slots = own.rows * own.cols;
    const starts = { rowStart: ROW_START + all.rows, colStart: all.cols, slotStart: all.slots };
    places.push({ ...own, slots, ...starts, stream: SHARED.stream + j, streamBelow: j });
    all.rows += own.rows;
    all.cols += own.cols;
    all.slots += slots;
  }
  return { ...all, places: MEMBERS > 1 ? placesTable(places) : null };
}

/** Three tiles of the batch, the last with one quad; two where rows are long. */
export const batchQuads = ({ LANES, VECS, SPLIT }: Constants) => (SPLIT > 0 ? 1 : 2) * LANES * VECS + 1;

/** Bias, knees and others with the optimiser's state behind them: a second moment is not negative. */
export function withState(rng: Rng, values: Float32Array, optimiser: Optimiser): Float32Array {
  const state = optimiser.state.map((_, slot) => stateOf(rng, values.length, optimiser, slot));
  return Float32Array.from([values, ...state].flatMap((part) => [...part]));
}

/** The last state of a rule that rounds may be a second moment. */
export function stateOf(rng: Rng, length: number, { state, exact }: Optimiser, slot: number): Float32Array {
  const values = integers(rng, length);
  return slot === state.length - 1 && exact !== "all" ? values.map(Math.abs) : values;
}

/** Parameters of an activation, those of SReLU in their order. */
export function knees({ parameters = [] }: Activation, neurons: number): Float32Array {
  const values = parameters.map((_, k) => [-2, 0.25, 2, 1.5][k]);
  return Float32Array.from(values.flatMap((value) => Array.from({ length: neurons }, (_, n) => value + (n % 4) / 4)));
}

/** What the forward products share, of `neurons` outputs: z is behind SAVED_Z or holds the sums of segments. */
export function outputs(rng: Rng, rows: number, stride: number, { BIAS, SAVED_Z }: Constants, activation: Activation) {
  const neurons = ROW_START + rows + BEHIND;
  return {
    params: { ...SHARED, neurons, zScale: 2 ** -5 },
    arrays: {
      cursor: cursorOf(stride),
      bias: BIAS === 1 ? integers(rng, neurons) : null,
      y: BIAS === 2 ? integers(rng, neurons * stride) : untouched(neurons * stride),
      parameters: activation.parameters ? knees(activation, neurons) : null,
    },
    saved: SAVED_Z ? neurons : 0,
  };
}

/** What the backward products share, of `cols` inputs. */
export function inputs(rng: Rng, cols: number, stride: number, { ADD }: Constants, activation: Activation) {
  return {
    cursor: cursorOf(stride),
    saved: isDerived(activation) ? integers(rng, cols * stride).map((value) => value / 4) : null,
    dx: ADD ? integers(rng, cols * stride) : untouched(cols * stride),
  };
}

/** What the updates share, of `rows` rows and so many weights and inputs. */
export function updated(
  rng: Rng,
  rows: number,
  weights: number,
  cols: number,
  quads: number,
  { BIAS }: Constants,
  optimiser: Optimiser,
) {
  const neurons = ROW_START + rows + BEHIND;
  const slots = optimiser.state.length;
  return {
    params: { rows, rowStart: ROW_START, quads, neurons, ...HYPER },
    arrays: {
      rates: RATES,
      w: integers(rng, weights),
      m: slots > 0 ? stateOf(rng, weights, optimiser, 0) : null,
      v: slots > 1 ? stateOf(rng, weights, optimiser, 1) : null,
      delta: integers(rng, neurons * 4 * quads),
      x: integers(rng, cols * 4 * quads),
      bias: BIAS ? withState(rng, integers(rng, neurons), optimiser) : null,
    },
  };
}
