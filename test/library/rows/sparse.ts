import { toCsc } from "../../../src/api/sparse.js";
import { WRONG } from "../wrong.js";
import { coo, device, LISTS, MATRIX, matrix, type Rows, rng, topology, without, x } from "./right.js";

/** The functions of `coppice/sparse`. */
export const OF_SPARSE: Rows = {
  selectSmallest: {
    args: [device, x, { count: 2 }],
    wrong: [
      WRONG.device,
      WRONG.floats.filter((value) => value !== WRONG.floats[8]),
      { count: [...WRONG.count, 99], zeta: [0.5], signed: WRONG.boolean, cuont: [1] },
    ],
  },
  prepareSpmm: {
    args: [device, matrix, 2, {}],
    wrong: [WRONG.device, MATRIX, [...WRONG.count, 0], { x: [null, 5, {}], y: [null, 5, {}], z: [1] }],
  },
  prepareSpmmT: {
    args: [device, matrix, 2, {}],
    wrong: [WRONG.device, MATRIX, [...WRONG.count, 0], { dx: [null, 5, {}], dy: [null, 5], z: [1] }],
  },
  prepareSddmm: {
    args: [device, coo, 2, {}],
    wrong: [WRONG.device, without(MATRIX, "rowPtr"), [...WRONG.count, 0], { x: [null, 5, {}], z: [1] }],
  },
  spmm: { args: [device, matrix, x, 2], wrong: [WRONG.device, MATRIX, WRONG.floats, [...WRONG.count, 0, 3]] },
  spmmT: {
    args: [device, matrix, new Float32Array(4), 2],
    wrong: [WRONG.device, MATRIX, WRONG.floats.slice(0, -3), [...WRONG.count, 0, 3]],
  },
  sddmm: {
    args: [device, coo, new Float32Array(4), x, 2],
    wrong: [WRONG.device, without(MATRIX, "rowPtr"), WRONG.floats, WRONG.floats, [...WRONG.count, 0]],
  },
  erdosRenyi: {
    args: [4, 4, 1, rng],
    wrong: [
      [...WRONG.count, 0],
      [...WRONG.count, 0],
      [...WRONG.number, 0],
      [...WRONG.object, {}],
    ],
  },
  uniformDensity: {
    args: [4, 4, 0.5, rng],
    wrong: [
      [...WRONG.count, 0],
      [...WRONG.count, 0],
      [...WRONG.number, 0, 2],
      [...WRONG.object, {}],
    ],
  },
  fromCoo: {
    args: [coo, "w"],
    wrong: [{ rows: [...WRONG.count, 1], cols: [...WRONG.count, 1], rowIdx: WRONG.floats, colIdx: WRONG.floats }],
  },
  fromDense: {
    args: [[1, 0, 2, 0], 2, 2],
    wrong: [
      [...LISTS, "abcd", [1]],
      [...WRONG.count, 0],
      [...WRONG.count, 0],
    ],
  },
  toCoo: {
    args: [topology],
    wrong: [{ rows: [...WRONG.count, 9], cols: WRONG.count, rowPtr: WRONG.floats, colIdx: WRONG.floats, nnz: WRONG.count }],
  },
  toCsc: {
    args: [topology],
    wrong: [{ rows: [...WRONG.count, 9], cols: WRONG.count, rowPtr: WRONG.floats, colIdx: WRONG.floats, nnz: WRONG.count }],
  },
  validateTopology: {
    args: [topology],
    wrong: [
      { rows: [...WRONG.count, 9], cols: WRONG.count, rowPtr: WRONG.floats, colIdx: WRONG.floats, nnz: [...WRONG.count, 9] },
    ],
  },
  validateCsc: {
    args: [toCsc(topology), topology],
    wrong: [
      { colPtr: WRONG.floats, rowIdx: WRONG.floats, perm: [...WRONG.floats, Uint32Array.of(2, 1, 0)] },
      { rows: WRONG.count, rowPtr: WRONG.floats },
    ],
  },
  random: { args: [1, "a", 2], wrong: [[null, "1", Number.NaN, {}, Symbol("s")], [null, undefined, {}, Number.NaN], []] },
};
