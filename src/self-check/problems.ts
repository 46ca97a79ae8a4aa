import type { Constants } from "../device/kernel.js";
import { NEW } from "../sparse/grow.js";
import { maskStart } from "../sparse/marks.js";
import { type Rng, random } from "../util/random.js";
import {
  BEHIND,
  batchQuads,
  connections,
  cursorOf,
  HYPER,
  identified,
  inputs,
  integers,
  knees,
  outputs,
  type Problem,
  placesOf,
  RATES,
  ROW_START,
  repeat,
  SHARED,
  shuffled,
  sparseRows,
  stackMembers,
  UNTOUCHED,
  untouched,
  updated,
  withState,
  words,
} from "./draw.js";
import { type ProblemPieces, piecesOf, type Use } from "./use.js";

/** Rows of a tile of the dense kernels, and three more. */
const tileRows = ({ WG, LX }: Constants) => (4 * WG) / LX + 3;

function histogramProblem(rng: Rng, { MEMBERS }: Constants, slots: number, digit: number, selection: readonly number[]): Problem {
  const values = integers(rng, MEMBERS * slots);
  values.set([-0, Number.POSITIVE_INFINITY]);
  const bins = words(rng, MEMBERS * 512, 9);
  const arrays = { values, selection: repeat(MEMBERS, selection), bins, places: placesOf(MEMBERS, { slots }) };
  return { params: { slots, slotStart: 65_500, digit }, arrays };
}

function pickProblem(rng: Rng, { MEMBERS }: Constants, digit: number): Problem {
  const bins = words(rng, MEMBERS * 512, 5);
  const selection = repeat(MEMBERS, [0, 0, 200, 1, 0, 0, 77, 1]);
  return { params: { digit }, arrays: { selection, bins } };
}

/** |w| as it is compared: the bits of an f32 shifted left by one. */
const [ONE, TWO, THREE] = [0x7f000000, 0x80000000, 0x80800000];

const PROBLEMS: Readonly<Record<string, (rng: Rng, constants: Constants, pieces: ProblemPieces) => readonly Problem[]>> = {
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
    const problem = {
      params: { ...params, rows, quads, ...table, identityAt: 0, partialAt: saved },
      arrays: { ...arrays, ...operands, z: z.length > 0 ? z : null },
    };
    return identified(rng, problem, "rowPtr", 23, constants);
  },
  dense: (rng, constants, { activation }) => {
    const [rows, cols, quads] = [tileRows(constants), 37, constants.LX * constants.VECS + 1];
    const { places, ...all } = stackMembers(constants, rows, cols);
    const { params, arrays, saved } = outputs(rng, all.rows, 4 * quads, constants, activation);
    const operands = {
      w: integers(rng, all.slots),
      x: integers(rng, all.cols * 4 * quads),
      places,
      z: saved ? untouched(saved * 4 * quads) : null,
    };
    return [{ params: { ...params, rows, cols, quads }, arrays: { ...arrays, ...operands } }];
  },
  "spmm-t": (rng, constants, { activation }) => {
    const { starts, indices, width, rows: cols, sums, table } = sparseRows(rng, 23, constants, 41);
    const quads = batchQuads(constants);
    const partial = constants.JOIN ? integers(rng, sums * 4 * quads) : untouched(sums * 4 * quads);
    const slots = indices.length;
    const problem = {
      params: { ...SHARED, cols, quads, ...table, identityAt: 0 },
      arrays: {
        ...inputs(rng, 23, 4 * quads, constants, activation),
        colPtr: starts,
        rowIdx: indices,
        perm: shuffled(rng, slots),
        values: integers(rng, slots),
        dy: integers(rng, (ROW_START + width) * 4 * quads),
        partial: sums > 0 ? partial : null,
      },
    };
    return identified(rng, problem, "colPtr", 23, constants);
  },
  "dense-t": (rng, constants, { activation }) => {
    const [rows, cols, quads] = [37, tileRows(constants), constants.LX * constants.VECS + 1];
    const { places, ...all } = stackMembers(constants, rows, cols);
    const operands = { w: integers(rng, all.slots), dy: integers(rng, (ROW_START + all.rows) * 4 * quads), places };
    return [
      {
        params: { ...SHARED, rows, cols, quads },
        arrays: { ...inputs(rng, all.cols, 4 * quads, constants, activation), ...operands },
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
    const { places, ...all } = stackMembers(constants, rows, cols);
    const { params, arrays } = updated(rng, all.rows, all.slots, all.cols, 5, constants, optimiser);
    return [{ params: { ...params, rows, cols }, arrays: { ...arrays, places } }];
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
  derive: (rng, { SAVED_Z: _, ...constants }, { activation }) => {
    const [neurons, quads] = [9, 5];
    const { rowStart: _none, ...shared } = SHARED;
    return [
      { params: { ...shared, neurons, quads }, arrays: inputs(rng, neurons, 4 * quads, { ...constants, ADD: 1 }, activation) },
    ];
  },
  scale: (rng, { MEMBERS, FIRST }) => {
    const [neurons, quads] = [9, 5];
    const rows = MEMBERS * neurons;
    const { rowStart: _none, ...shared } = SHARED;
    const own = () => integers(rng, rows);
    const arrays = {
      cursor: cursorOf(4 * quads),
      p: integers(rng, (FIRST ? neurons : rows) * 4 * quads),
      scaleOut: FIRST ? null : own(),
      bias: FIRST ? null : own(),
      scaleIn: own(),
      u: untouched(rows * 4 * quads),
    };
    return [{ params: { ...shared, neurons, quads, zScale: 2 ** -5 }, arrays }];
  },
  "scale-t": (rng, { MEMBERS, FIRST, STACKED }, { optimiser }) => {
    const [neurons, quads] = [9, 5];
    const rows = MEMBERS * neurons;
    const { rowStart: _none, ...shared } = SHARED;
    const own = (unit = 1) => withState(rng, integers(rng, rows, unit), optimiser);
    const arrays = {
      cursor: cursorOf(4 * quads),
      rates: RATES,
      g: integers(rng, rows * 4 * quads),
      p: integers(rng, (FIRST ? neurons : rows) * 4 * quads, 1 / 16), // |z| is 6 at most: no activation is flat there
      delta: FIRST ? null : untouched(rows * 4 * quads),
      scaleOut: FIRST ? null : own(),
      bias: FIRST ? null : own(1 / 4),
      scaleIn: STACKED ? null : own(),
    };
    return [{ params: { ...shared, ...HYPER, neurons, quads, gain: 2, share: 0.5 }, arrays }];
  },
  norm: (rng, constants, { activation }) => {
    const [rows, quads] = [9, 5];
    const { places, ...all } = stackMembers(constants, rows, 1);
    const { params, arrays, saved } = outputs(rng, all.rows, 4 * quads, constants, activation);
    const { rowStart: _none, ...shared } = params;
    const { neurons } = params;
    const own = {
      cursor: cursorOf(4 * quads - 3),
      gamma: constants.GAMMA ? integers(rng, neurons) : null,
      running: constants.RUNNING ? integers(rng, 2 * neurons).map(Math.abs) : null,
      x: integers(rng, neurons * 4 * quads),
      y: untouched(neurons * 4 * quads),
      z: saved ? untouched(saved * 4 * quads) : null,
      places,
    };
    return [{ params: { ...shared, rows, share: 1, eps: 1, quads, zScale: 1 }, arrays: { ...arrays, ...own } }];
  },
  "norm-t": (rng, { GAMMA }, { optimiser }) => {
    const [rows, quads, share] = [9, 5, 3];
    const own = () => (GAMMA ? withState(rng, integers(rng, rows), optimiser) : null);
    const arrays = {
      cursor: cursorOf(4 * quads - 3),
      rates: RATES,
      x: integers(rng, rows * 4 * quads),
      delta: integers(rng, rows * 4 * quads),
      gamma: own(),
      bias: own(),
      running: integers(rng, 2 * rows).map(Math.abs),
    };
    return [{ params: { rows, share, quads, eps: 1, momentum: 0.25, ...HYPER }, arrays }];
  },
  descend: (rng, _constants, { optimiser }) => {
    const length = 70;
    const arrays = { rates: RATES, g: integers(rng, length), parameters: withState(rng, integers(rng, length), optimiser) };
    return [{ params: { length, ...HYPER }, arrays }];
  },
  clip: (rng, { PACKED }, { optimiser }) => {
    const [total, length] = [90, 70];
    const [g, stepped] = [integers(rng, total), withState(rng, integers(rng, total), optimiser)];
    const part = (k: number) => (PACKED || k > optimiser.state.length ? null : stepped.slice(k * total, (k + 1) * total));
    const packed = Float32Array.of(...stepped.subarray(0, total), ...g, ...stepped.subarray(total));
    const arrays = {
      rates: RATES,
      factors: Float32Array.of(1, 0.5),
      w: PACKED ? packed : part(0),
      g: PACKED ? null : g,
      m: part(1),
      v: part(2),
    };
    return [{ params: { start: 5, length, total, at: 1, ...HYPER }, arrays }];
  },
  squares: (rng, { FACTOR }) => {
    const length = 300;
    const values = integers(rng, length + 3).map(Math.abs);
    const params = { start: 3, length, each: FACTOR ? length : 130, at: 2, most: 2 };
    return [{ params, arrays: { values, sums: untouched(6) } }];
  },
  "count-zeros": (rng) => {
    const [rows, share, quads] = [9, 2, 3];
    const x = integers(rng, rows * share * 4 * quads).map((value) => value % 2);
    const arrays = { cursor: Uint32Array.of(0, 10, 0, 0), x, counts: Uint32Array.from(words(rng, rows, 5)) };
    return [{ params: { rows, share, quads }, arrays }];
  },
  limit: (rng, { SPARSE }) => {
    const [rows, cols] = [9, 37];
    const { starts, indices } = connections(rng, rows, cols);
    const arrays = { rowPtr: SPARSE ? starts : null, w: integers(rng, SPARSE ? indices.length : 2 + rows * cols) };
    return [{ params: { rows, cols, slotStart: 2, most: 12 }, arrays }];
  },
  ema: (rng, { PACKED }) => {
    const length = 70;
    const own = { w: integers(rng, PACKED ? 3 * length : length), average: PACKED ? null : integers(rng, length) };
    return [{ params: { length, at: 2 * length }, arrays: { rates: Float32Array.of(0, 0, 0, 0.5), ...own } }];
  },
  loss: (rng, { MEMBERS, WEIGHTED }, { metrics }) => {
    const [outputs, count, stride] = [5, 130, 132];
    const arrays = {
      cursor: Uint32Array.of(3, count, 0, 1),
      order: shuffled(rng, count + 3),
      targets: Float32Array.from(words(rng, (count + 3) * outputs, outputs)),
      z: integers(rng, MEMBERS * outputs * stride).map((value) => value / 2),
      delta: untouched(MEMBERS * outputs * stride),
      stepSums: untouched(3 * MEMBERS * (1 + metrics.list.length)),
      weights: WEIGHTED ? Float32Array.from(words(rng, (count + 3) * MEMBERS, 3)) : null,
    };
    return [{ params: { outputs, stride, width: outputs }, arrays }];
  },
  average: (rng, { MEMBERS }) => {
    const [outputs, stride] = [5, 132];
    const weights = new Float32Array(MEMBERS).fill(1 / MEMBERS);
    const arrays = { z: integers(rng, MEMBERS * outputs * stride), weights };
    return [
      { params: { outputs, stride, before: 0 }, arrays: { ...arrays, y: untouched(outputs * stride) } },
      { params: { outputs, stride, before: 0.5 }, arrays: { ...arrays, y: integers(rng, outputs * stride) } },
    ];
  },
  "count-signs": (rng, { MEMBERS }) => {
    const slots = 2099;
    const values = integers(rng, MEMBERS * slots + 1);
    values.set([-0, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, Number.NaN]);
    const arrays = { values, counts: words(rng, 8 + 4 * MEMBERS, 9), places: placesOf(MEMBERS, { slots }) };
    return [{ params: { slots, at: 4 }, arrays }];
  },
  histogram: (rng, constants) => [
    histogramProblem(rng, constants, 2100, 0, [0, 0, 9, 1, 0, 0, 9, 1]),
    histogramProblem(rng, constants, 700, 1, [TWO, 0, 9, 1, ONE, 0, 9, 1]),
    histogramProblem(rng, constants, 700, 5, [TWO, 0, 9, 1, TWO, 0, 9, 0]),
  ],
  pick: (rng, constants) => [pickProblem(rng, constants, 1), pickProblem(rng, constants, 5)],
  mark: (rng, { MEMBERS }) => {
    const slots = 2100; // two workgroups, the last word half used
    const selection = repeat(MEMBERS, [TWO, 50 + 900, 0, 0, THREE, 2 ** 32 - 1, 0, 0]);
    const survivors = new Uint32Array(maskStart(MEMBERS * slots, MEMBERS) + 1).fill(UNTOUCHED);
    const values = integers(rng, MEMBERS * slots);
    values.set([2, 2, 2], 899); // before, at and after the last slot to go
    const arrays = { values, selection, survivors, places: placesOf(MEMBERS, { slots }) };
    return [{ params: { slots, slotStart: 50 }, arrays }];
  },
  score: (rng, { PERM, ADD, DENSE, USE_MASK, MEMBERS }) => {
    const [neurons, length, side] = [37, 41, PERM];
    const { starts, indices } = connections(rng, neurons, length);
    const slots = DENSE ? neurons * length : indices.length;
    const own = { rows: side ? length : neurons, cols: side ? neurons : length, slots };
    const scores = ROW_START + MEMBERS * neurons + BEHIND;
    const stacked = (array: Uint32Array) => repeat(MEMBERS, array).map((slot, i) => slot + slots * Math.floor(i / array.length));
    const arrays = {
      starts: DENSE ? null : Uint32Array.of(...stacked(starts.subarray(0, neurons)), MEMBERS * slots),
      perm: PERM ? stacked(shuffled(rng, slots)) : null,
      values: integers(rng, MEMBERS * slots),
      survivors: USE_MASK ? words(rng, maskStart(MEMBERS * slots, MEMBERS)) : null,
      scores: ADD ? integers(rng, scores) : untouched(scores),
      places: placesOf(MEMBERS, own),
    };
    return [{ params: { neurons, rowStart: ROW_START, length, side, valueStart: 0, maskShift: 0 }, arrays }];
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

/** The problems of a kernel with such constants and pieces: of each family of its work one, with the remainders that its variant leaves. */
export function problemsOf(use: Use): readonly Problem[] {
  const { name } = use.kernel;
  const make = PROBLEMS[name];
  if (!make) return []; // a kernel that is not ours
  return make(random(1, "self-check", name), use.constants, piecesOf(use));
}
