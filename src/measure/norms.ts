import type { Device } from "../device/device.js";
import { prepareSpmm, prepareSpmmT } from "../kernels/public.js";
import type { NetworkState } from "../nn/state.js";
import type { Topology } from "../sparse/topology.js";
import { random } from "../util/random.js";
import type { FloatArray } from "../util/types.js";

/** A matrix W [rows, cols] of a network: its connections, null where all are there, and their weights. */
export interface Weights {
  readonly rows: number;
  readonly cols: number;
  readonly topology: Topology | null;
  readonly values: FloatArray;
}

/** Norms of one matrix W. */
export interface MatrixNorms {
  /** The largest singular value. */
  readonly spectral: number;
  /** The root of the sum of squares. */
  readonly frobenius: number;
  /** The sum over neurons of the root of the sum of squares of what enters them: Bartlett's (2, 1) norm of W'. */
  readonly rows: number;
}

/** Norms of a network. */
export interface Norms {
  /** (sum over the paths from an input or a bias to an output of the product of |w|^p)^(1/p), of p = 1 and p = 2. */
  readonly path1: number;
  readonly path2: number;
  /** The product of the layers' spectral norms, with that of a linear skip added: how far outputs move with the inputs, of activations with slopes up to 1. */
  readonly spectral: number;
  /** The same of Frobenius norms. */
  readonly frobenius: number;
  /** Bartlett's R = prod s_i (sum (r_i / s_i)^(2/3))^(3/2) of the layers' spectral norms s and (2, 1) norms r; null of a linear skip. */
  readonly complexity: number | null;
  /** Neyshabur's prod s_i (sum (f_i / s_i)^2)^(1/2) of spectral norms s and Frobenius norms f; null of a linear skip. */
  readonly spectralFrobenius: number | null;
  /** Each layer's own, first to last, and then those of a linear skip. */
  readonly layers: readonly MatrixNorms[];
}

/** The matrices of a network, first to last, and then that of its linear skip. */
export function matricesOf({ layers, skip }: NetworkState): Weights[] {
  const all = layers.map(({ in: cols, out: rows, topology, params: { values } }) => ({ rows, cols, topology, values }));
  const [cols, rows] = [layers[0].in, layers[layers.length - 1].out];
  return skip ? [...all, { rows, cols, topology: null, values: skip.values }] : all;
}

/**
 * Norms of a network by its weights alone: path norms (Neyshabur et al. 2015, arXiv:1503.00036), whose products are summed by one pass forward in
 * f64, biases as paths of their own; and spectral and Frobenius norms of the layers (Bartlett et al. 2017, arXiv:1706.08498; Neyshabur et al.
 * 2018, arXiv:1707.09564), which know nothing of biases. A layer whose weights are all 0 makes every product 0.
 */
export async function normsOf(device: Device, state: NetworkState): Promise<Norms> {
  const layers: MatrixNorms[] = [];
  for (const matrix of matricesOf(state)) {
    const squares = rowSums(matrix, 2);
    const frobenius = Math.sqrt(squares.reduce((sum, square) => sum + square, 0));
    const rows = squares.reduce((sum, square) => sum + Math.sqrt(square), 0);
    layers.push({ spectral: await spectralNorm(device, matrix), frobenius, rows });
  }
  const count = state.layers.length;
  const product = (of: "spectral" | "frobenius") => {
    return layers.slice(0, count).reduce((all, norms) => all * norms[of], 1) + (layers[count]?.[of] ?? 0);
  };
  const spread = (of: "rows" | "frobenius", power: number) => {
    if (state.skip) return null;
    const spectral = product("spectral");
    const sum = layers.reduce((all, norms) => all + (norms[of] / norms.spectral) ** power, 0);
    return spectral === 0 ? 0 : spectral * sum ** (1 / power);
  };
  return {
    path1: pathNorm(state, 1),
    path2: pathNorm(state, 2),
    spectral: product("spectral"),
    frobenius: product("frobenius"),
    complexity: spread("rows", 2 / 3),
    spectralFrobenius: spread("frobenius", 2),
    layers,
  };
}

/** (sum over all paths from an input, or a bias, to an output of the product of |w|^p along it)^(1/p): one pass forward of ones. */
export function pathNorm(state: NetworkState, p: number): number {
  const matrices = matricesOf(state);
  const ones = new Float64Array(matrices[0].cols).fill(1);
  let y = ones;
  for (const [i, { params }] of state.layers.entries()) {
    const z = rowSums(matrices[i], p, y);
    y = z.map((sum, row) => sum + Math.abs(params.bias[row]) ** p);
  }
  const beside = state.skip && rowSums(matrices[state.layers.length], p, ones);
  return y.reduce((sum, value, row) => sum + value + (beside?.[row] ?? 0), 0) ** (1 / p);
}

/** [rows] the sums over a row of |w|^p x. */
function rowSums({ rows, cols, topology, values }: Weights, p: number, x?: Float64Array): Float64Array {
  const sums = new Float64Array(rows);
  for (let row = 0; row < rows; row++) {
    const [begin, end] = topology ? [topology.rowPtr[row], topology.rowPtr[row + 1]] : [row * cols, (row + 1) * cols];
    for (let k = begin; k < end; k++)
      sums[row] += Math.abs(values[k]) ** p * (x?.[topology ? topology.colIdx[k] : k - begin] ?? 1);
  }
  return sums;
}

/** Power iterations at most, and the relative change of a norm at which they end: f32 products tell no more. */
const [MOST, CHANGE] = [2000, 1e-7];

/** The largest singular value of W by power iteration: v becomes W'W v over its length, on the device, until ||W v|| stays; 0 of a W of zeros. */
export async function spectralNorm(device: Device, { rows, cols, topology, values }: Weights): Promise<number> {
  const { rowPtr, colIdx } = topology ?? everyCell(rows, cols);
  const matrix = { rows, cols, rowPtr, colIdx, values: Float32Array.from(values) };
  const product = await prepareSpmm(device, matrix, 1);
  const back = await prepareSpmmT(device, matrix, 1);
  try {
    const rng = random(1, "power iteration");
    let v = unit(Float32Array.from({ length: cols }, () => rng.normal()));
    let norm = 0;
    for (let i = 0; i < MOST; i++) {
      const u = await product.compute(v);
      const before = norm;
      norm = lengthOf(u);
      if (norm === 0 || Math.abs(norm - before) <= CHANGE * norm) break;
      v = unit(await back.compute(unit(u)));
    }
    return norm;
  } finally {
    product.dispose();
    back.dispose();
  }
}

/** The topology of a matrix that has every cell. */
function everyCell(rows: number, cols: number): Pick<Topology, "rowPtr" | "colIdx"> {
  const rowPtr = Uint32Array.from({ length: rows + 1 }, (_, row) => row * cols);
  return { rowPtr, colIdx: Uint32Array.from({ length: rows * cols }, (_, k) => k % cols) };
}

const lengthOf = (v: Float32Array) => Math.sqrt(v.reduce((sum, value) => sum + value * value, 0));

function unit(v: Float32Array): Float32Array {
  const length = lengthOf(v);
  return length === 0 ? v : v.map((value) => value / length);
}
