import { type Activation, isDerived } from "../activations/activation.js";
import type { Constants, Dispatch } from "../device/kernel.js";
import { cutLongRows } from "../kernels/segments.js";
import type { MetricList } from "../metrics/metric.js";
import type { Optimiser } from "../optimisers/optimiser.js";
import { NEW } from "../sparse/grow.js";
import { type Rng, random } from "../util/random.js";

/** What a kernel is tried on: integers from -8 to 8 and powers of two, so that sums are exact in f32 in any order. */
export interface Problem {
  readonly params: Readonly<Record<string, number>>;
  /** What the bindings hold at first; null for those that the constants leave unused. */
  readonly arrays: Readonly<Record<string, Float32Array | Uint32Array | null>>;
}

/** What outputs hold before a kernel has run: no result comes to it. */
const UNTOUCHED = 12_345;
/** Where a row block starts in its layer, and how many neurons follow it: neither may be touched. */
const [ROW_START, BEHIND] = [2, 3];
const SHARED = { rowStart: ROW_START, alpha: 0.25, stream: 0x9e3779b9, threshold: 2 ** 31, keepScale: 2 };
const HYPER = { hyper0: 0.5, hyper1: 0.75, hyper2: 2 ** -10, decay: 0.25 };
const RATES = Float32Array.of(0.5, 2, 4, 0);

const untouched = (length: number) => new Float32Array(length).fill(UNTOUCHED);
const integers = (rng: Rng, length: number) => Float32Array.from({ length }, () => rng.below(17) - 8);
const words = (rng: Rng, length: number, below = 2 ** 32) => rng.fillBelow(below, new Uint32Array(length));
const cursorOf = (samples: number) => Uint32Array.of(0, samples, 3, 0);

function shuffled(rng: Rng, length: number): Uint32Array {
  const all = Uint32Array.from({ length }, (_, i) => i);
  rng.shuffle(all);
  return all;
}

/** Starts and indices of `count` rows: the first is empty, the second full, the third may be given, the others have up to 13 connections. */
function connections(rng: Rng, count: number, width: number, third = 5): { starts: Uint32Array; indices: Uint32Array } {
  const rows = Array.from({ length: count }, (_, row) => {
    const most = [0, width, third][row] ?? rng.below(14);
    return shuffled(rng, width).subarray(0, most).sort();
  });
  const starts = new Uint32Array(count + 1);
  for (const [row, { length }] of rows.entries()) starts[row + 1] = starts[row] + length;
  return { starts, indices: Uint32Array.from(rows.flatMap((row) => [...row])) };
}

/** `connections` with its full row cut and another just not, where the constants ask for it, and the part of them that a dispatch takes. */
function sparseRows(rng: Rng, count: number, { SPLIT, JOIN }: Constants, least: number) {
  const width = SPLIT > 0 ? SPLIT + 76 : least;
  const { starts: whole, indices } = connections(rng, count, width, SPLIT || undefined);
  const { starts, segments, joins } = SPLIT > 0 ? cutLongRows(whole, SPLIT) : { starts: whole, segments: 0, joins: 0 };
  const table = JOIN
    ? { segments: joins, tableAt: count + 1 + 3 * segments }
    : { segments, tableAt: segments > 0 ? count + 1 : 0 };
  return { starts, indices, width, rows: JOIN ? 0 : count, sums: segments, table };
}

/** Three tiles of the batch, the last with one quad; two where rows are long. */
const batchQuads = ({ LANES, VECS, SPLIT }: Constants) => (SPLIT > 0 ? 1 : 2) * LANES * VECS + 1;

/** Bias, knees and others with the optimiser's state behind them: a second moment is not negative. */
function withState(rng: Rng, values: Float32Array, optimiser: Optimiser): Float32Array {
  const state = optimiser.state.map((_, slot) => stateOf(rng, values.length, optimiser, slot));
  return Float32Array.from([values, ...state].flatMap((part) => [...part]));
}

/** The last state of a rule that rounds may be a second moment. */
function stateOf(rng: Rng, length: number, { state, exact }: Optimiser, slot: number): Float32Array {
  const values = integers(rng, length);
  return slot === state.length - 1 && exact !== "all" ? values.map(Math.abs) : values;
}

/** Parameters of an activation, those of SReLU in their order. */
function knees({ parameters = [] }: Activation, neurons: number): Float32Array {
  const values = parameters.map((_, k) => [-2, 0.25, 2, 1.5][k]);
  return Float32Array.from(values.flatMap((value) => Array.from({ length: neurons }, (_, n) => value + (n % 4) / 4)));
}

/** What the forward products share, of `neurons` outputs: z is behind SAVED_Z or holds the sums of segments. */
function outputs(rng: Rng, rows: number, stride: number, { BIAS, SAVED_Z }: Constants, activation: Activation) {
  const neurons = ROW_START + rows + BEHIND;
  return {
    params: { ...SHARED, neurons, zScale: 2 ** -5 },
    arrays: {
      cursor: cursorOf(stride),
      bias: BIAS ? integers(rng, neurons) : null,
      y: untouched(neurons * stride),
      parameters: activation.parameters ? knees(activation, neurons) : null,
    },
    saved: SAVED_Z ? neurons : 0,
  };
}

/** What the backward products share, of `cols` inputs. */
function inputs(rng: Rng, cols: number, stride: number, { ADD }: Constants, activation: Activation) {
  return {
    cursor: cursorOf(stride),
    saved: isDerived(activation) ? integers(rng, cols * stride).map((value) => value / 4) : null,
    dx: ADD ? integers(rng, cols * stride) : untouched(cols * stride),
  };
}

/** What the updates share, of `rows` rows and so many weights and inputs. */
function updated(
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

/** Rows of a tile of the dense kernels, and three more. */
const tileRows = ({ WG, LX }: Constants) => (4 * WG) / LX + 3;

function histogramProblem(rng: Rng, slots: number, digit: number, selection: readonly number[]): Problem {
  const values = integers(rng, slots);
  values.set([-0, Number.POSITIVE_INFINITY]);
  const arrays = { values, selection: Uint32Array.from(selection), bins: words(rng, 512, 9) };
  return { params: { slots, slotStart: 65_500, digit }, arrays };
}

function pickProblem(rng: Rng, digit: number): Problem {
  const bins = words(rng, 512, 5);
  const selection = Uint32Array.of(0, 0, 200, 1, 0, 0, 77, 1);
  return { params: { digit }, arrays: { selection, bins } };
}

/** |w| as it is compared: the bits of an f32 shifted left by one. */
const [ONE, TWO, THREE] = [0x7f000000, 0x80000000, 0x80800000];

/** What a kernel of a problem is put together with: those that its own `pieces` names. */
interface Pieces {
  readonly activation: Activation;
  readonly optimiser: Optimiser;
  readonly metrics: MetricList;
}

const PROBLEMS: Readonly<Record<string, (rng: Rng, constants: Constants, pieces: Pieces) => readonly Problem[]>> = {
  advance: (rng) => [
    {
      params: { unused: 0 },
      arrays: {
        counter: Uint32Array.of(1),
        schedule: words(rng, 12),
        rateTable: integers(rng, 12),
        cursor: new Uint32Array(4).fill(UNTOUCHED),
        rates: untouched(4),
      },
    },
  ],
  gather: (rng) => {
    const [features, stride] = [21, 20];
    const cursor = Uint32Array.of(2, 18, 0, 0);
    const arrays = { cursor, order: shuffled(rng, 50), data: integers(rng, 40 * features), x: untouched(features * stride) };
    return [{ params: { features, stride, shardStart: 5, shardEnd: 45 }, arrays }];
  },
  spmm: (rng, constants, { activation }) => {
    const { starts, indices, width, rows, sums, table } = sparseRows(rng, 23, constants, 41);
    const quads = batchQuads(constants);
    const { params, arrays, saved } = outputs(rng, 23, 4 * quads, constants, activation);
    const z = constants.JOIN ? integers(rng, (saved + sums) * 4 * quads) : untouched((saved + sums) * 4 * quads);
    const operands = {
      rowPtr: starts,
      colIdx: indices,
      values: integers(rng, indices.length),
      x: integers(rng, width * 4 * quads),
    };
    return [
      {
        params: { ...params, rows, quads, ...table, partialAt: saved },
        arrays: { ...arrays, ...operands, z: z.length > 0 ? z : null },
      },
    ];
  },
  dense: (rng, constants, { activation }) => {
    const [rows, cols, quads] = [tileRows(constants), 37, constants.LX * constants.VECS + 1];
    const { params, arrays, saved } = outputs(rng, rows, 4 * quads, constants, activation);
    const operands = {
      w: integers(rng, rows * cols),
      x: integers(rng, cols * 4 * quads),
      z: saved ? untouched(saved * 4 * quads) : null,
    };
    return [{ params: { ...params, rows, cols, quads }, arrays: { ...arrays, ...operands } }];
  },
  "spmm-t": (rng, constants, { activation }) => {
    const { starts, indices, width, rows: cols, sums, table } = sparseRows(rng, 23, constants, 41);
    const quads = batchQuads(constants);
    const partial = constants.JOIN ? integers(rng, sums * 4 * quads) : untouched(sums * 4 * quads);
    const slots = indices.length;
    return [
      {
        params: { ...SHARED, cols, quads, ...table },
        arrays: {
          ...inputs(rng, 23, 4 * quads, constants, activation),
          ...{ colPtr: starts, rowIdx: indices, perm: shuffled(rng, slots), values: integers(rng, slots) },
          dy: integers(rng, (ROW_START + width) * 4 * quads),
          partial: sums > 0 ? partial : null,
        },
      },
    ];
  },
  "dense-t": (rng, constants, { activation }) => {
    const [rows, cols, quads] = [37, tileRows(constants), constants.LX * constants.VECS + 1];
    const operands = { w: integers(rng, rows * cols), dy: integers(rng, (ROW_START + rows) * 4 * quads) };
    return [
      {
        params: { ...SHARED, rows, cols, quads },
        arrays: { ...inputs(rng, cols, 4 * quads, constants, activation), ...operands },
      },
    ];
  },
  sddmm: (rng, constants, { optimiser }) => {
    const least = Math.max(41, constants.LANES * constants.EACH + 7);
    const { starts, indices, width, rows, table } = sparseRows(rng, 33, { ...constants, JOIN: 0 }, least);
    const { params, arrays } = updated(rng, rows, indices.length, width, 5, constants, optimiser);
    return [{ params: { ...params, ...table }, arrays: { ...arrays, rowPtr: starts, colIdx: indices } }];
  },
  "dense-update": (rng, constants, { optimiser }) => {
    const [rows, cols] = [tileRows(constants), 4 * constants.LX + 3];
    const { params, arrays } = updated(rng, rows, rows * cols, cols, 5, constants, optimiser);
    return [{ params: { ...params, cols }, arrays }];
  },
  "activation-update": (rng, _constants, { activation, optimiser }) => {
    const [neurons, quads] = [9, 5];
    const { decay: _none, ...hyper } = HYPER;
    const z = integers(rng, neurons * 4 * quads).map((value) => value / 2);
    const arrays = {
      rates: RATES,
      z,
      g: integers(rng, z.length),
      parameters: withState(rng, knees(activation, neurons), optimiser),
    };
    return [{ params: { neurons, quads, alpha: SHARED.alpha, ...hyper }, arrays }];
  },
  loss: (rng, _constants, { metrics }) => {
    const [outputs, count, stride] = [5, 130, 132];
    const arrays = {
      cursor: Uint32Array.of(3, count, 0, 1),
      order: shuffled(rng, count + 3),
      targets: Float32Array.from(words(rng, (count + 3) * outputs, outputs)),
      z: integers(rng, outputs * stride).map((value) => value / 2),
      delta: untouched(outputs * stride),
      stepSums: untouched(3 * (1 + metrics.list.length)),
    };
    return [{ params: { outputs, stride, width: outputs }, arrays }];
  },
  "count-signs": (rng) => {
    const values = integers(rng, 2100);
    values.set([-0, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, Number.NaN]);
    return [{ params: { slots: values.length - 1, at: 4 }, arrays: { values, counts: words(rng, 12, 9) } }];
  },
  histogram: (rng) => [
    histogramProblem(rng, 2100, 0, [0, 0, 9, 1, 0, 0, 9, 1]),
    histogramProblem(rng, 700, 1, [TWO, 0, 9, 1, ONE, 0, 9, 1]),
    histogramProblem(rng, 700, 5, [TWO, 0, 9, 1, TWO, 0, 9, 0]),
  ],
  pick: (rng) => [pickProblem(rng, 1), pickProblem(rng, 5)],
  mark: (rng) => {
    const slots = 2100; // two workgroups, the last word half used
    const selection = Uint32Array.of(TWO, 50 + 900, 0, 0, THREE, 2 ** 32 - 1, 0, 0);
    const survivors = new Uint32Array(Math.ceil(slots / 32) + 1).fill(UNTOUCHED);
    const values = integers(rng, slots);
    values.set([2, 2, 2], 899); // before, at and after the last slot to go
    return [{ params: { slots, slotStart: 50 }, arrays: { values, selection, survivors } }];
  },
  score: (rng, { PERM, ADD, DENSE, USE_MASK }) => {
    const [neurons, length] = [37, 41];
    const { starts, indices } = connections(rng, neurons, length);
    const slots = DENSE ? neurons * length : indices.length;
    const scores = ROW_START + neurons + BEHIND;
    const arrays = {
      starts: DENSE ? null : starts,
      perm: PERM ? shuffled(rng, slots) : null,
      values: integers(rng, slots),
      survivors: USE_MASK ? words(rng, Math.ceil(slots / 32)) : null,
      scores: ADD ? integers(rng, scores) : untouched(scores),
    };
    return [{ params: { neurons, rowStart: ROW_START, length, strideI: length, strideJ: 1 }, arrays }];
  },
  carry: (rng) => {
    const length = 300;
    const source = words(rng, length, 250).map((slot) => (slot % 7 === 0 ? NEW : slot));
    const arrays = { source, old: integers(rng, 205), next: untouched(length + 6) };
    return [{ params: { length, slotStart: 10, slots: 200, oldAt: 5, newAt: 3 }, arrays }];
  },
};

/** The names of all kernels. */
export const KERNELS: readonly string[] = Object.keys(PROBLEMS);

/** What names a problem. */
type Use = Pick<Dispatch, "kernel" | "constants" | "pieces">;

const piecesOf = ({ kernel, pieces }: Use) => ({ ...kernel.pieces, ...pieces }) as unknown as Pieces;

/** The problems of a kernel with such constants and pieces: of each family of its work one, with the remainders that its variant leaves. */
export function problemsOf(use: Use): readonly Problem[] {
  const { name } = use.kernel;
  const make = PROBLEMS[name];
  if (!make) return []; // a kernel that is not ours
  return make(random(1, "self-check", name), use.constants, piecesOf(use));
}

/** Of what is not exact: errors are relative to each element (at least 1), or to the largest of the array. */
export type Rounding = "exact" | "element" | "array";

/** How a kernel's output is rounded: what goes through exp, sqrt or a division is off by up to 2^-14, all else is exact. */
export function roundingOf(use: Use, output: string): Rounding {
  const { optimiser, activation } = piecesOf(use);
  const transcendental = activation !== undefined && !activation.exact;
  if (transcendental && output === "y") return "element";
  if (transcendental && (output === "dx" || output === "g" || output === "parameters")) return "array";
  const { exact = "nothing" } = optimiser ?? { exact: "all" };
  if (exact !== "all" && (output === "w" || output === "bias" || output === "parameters")) return "element";
  if (exact === "nothing" && (output === "m" || output === "v")) return "element";
  if (use.kernel.name === "loss" && output === "delta") return "array";
  if (use.kernel.name === "loss" && output === "stepSums") return "element";
  return "exact";
}
