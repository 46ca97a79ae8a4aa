import type { Topology } from "../../src/sparse/topology.js";

/** The activations in f64 by their definitions, beside the largest error that WGSL's own functions may add in f32 (u = 2^-23). */
export interface Reference {
  readonly f: (z: number) => number;
  /** f'(z). */
  readonly slope: (z: number) => number;
  /** Lipschitz constant of f. */
  readonly steepest: number;
  /** Error of f in f32 at z: exp has 3 + 2 |z| ulp, tanh is a quotient of two sums of exps, erf is within 1.5e-7. */
  readonly error: (z: number) => number;
  /** Error of f' in f32. */
  readonly slopeError: (z: number) => number;
}

const u = 2 ** -23;
const logistic = (z: number) => 1 / (1 + Math.exp(-z));
const normalCdf = (z: number) => 0.5 * (1 + erf(z / Math.SQRT2));
const expError = (z: number) => (3 + 2 * Math.abs(z)) * u;

/** Slope of the rectifier below 0. These parameters are rounded to f32, so that the oracle takes what the others take. */
export const ALPHA = Math.fround(0.3);
/** tl, al, tr, ar of the S-shaped rectifier in these tests: pieces differ, and meet at the knees. */
export const KNEES = [-0.7, 0.2, 0.9, 0.4].map(Math.fround);

const rectifier: Reference = {
  f: (z) => (z > 0 ? z : ALPHA * z),
  slope: (z) => (z > 0 ? 1 : ALPHA),
  steepest: 1,
  error: (z) => 2 * u * Math.abs(z),
  slopeError: () => u,
};

export const REFERENCES: Readonly<Record<"linear" | "relu" | "sigmoid" | "tanh" | "gelu" | "srelu", Reference>> = {
  linear: { f: (z) => z, slope: () => 1, steepest: 1, error: () => 0, slopeError: () => 0 },
  relu: rectifier,
  sigmoid: {
    f: logistic,
    slope: (z) => logistic(z) * (1 - logistic(z)),
    steepest: 0.25,
    error: (z) => 0.25 * expError(z) + 4 * u,
    slopeError: (z) => 0.25 * expError(z) + 8 * u,
  },
  tanh: {
    f: Math.tanh,
    slope: (z) => 1 - Math.tanh(z) ** 2,
    steepest: 1,
    error: (z) => 2 * expError(z) + 4 * u,
    slopeError: (z) => 4 * expError(z) + 12 * u,
  },
  gelu: {
    f: (z) => z * normalCdf(z),
    slope: (z) => normalCdf(z) + (z * Math.exp((-z * z) / 2)) / Math.sqrt(2 * Math.PI),
    steepest: 1.13,
    error: (z) => Math.abs(z) * (0.75e-7 + 8 * u),
    slopeError: (z) => 0.75e-7 + 8 * u + expError(z * z),
  },
  srelu: {
    f: (z) => {
      const [tl, al, tr, ar] = KNEES;
      return z <= tl ? tl + al * (z - tl) : z >= tr ? tr + ar * (z - tr) : z;
    },
    slope: () => 1, // a kernel of its own applies it
    steepest: 1,
    error: (z) => 4 * u * (1 + Math.abs(z)),
    slopeError: () => 0,
  },
};

/** erf(x) = 2 / sqrt(pi) times the integral of exp(-t^2) from 0 to x: Gauss-Legendre of 5 points on 40 panels, to about 1e-15. */
function erf(x: number): number {
  const near = Math.sqrt(5 - 2 * Math.sqrt(10 / 7)) / 3;
  const far = Math.sqrt(5 + 2 * Math.sqrt(10 / 7)) / 3;
  const [wNear, wFar] = [(322 + 13 * Math.sqrt(70)) / 900, (322 - 13 * Math.sqrt(70)) / 900];
  const f = (t: number) => Math.exp(-t * t);
  const half = Math.max(-7, Math.min(7, x)) / 80;
  let sum = 0;
  for (let panel = 0; panel < 40; panel++) {
    const mid = (2 * panel + 1) * half;
    sum += (128 / 225) * f(mid);
    sum += wNear * (f(mid - near * half) + f(mid + near * half)) + wFar * (f(mid - far * half) + f(mid + far * half));
  }
  return (2 / Math.sqrt(Math.PI)) * half * sum;
}

/** A product and, element for element, the sum of the absolute values of its terms and how many there are. */
export interface Product {
  readonly value: Float64Array;
  readonly abs: Float64Array;
  readonly terms: Uint32Array;
}

const product = (n: number): Product => ({ value: new Float64Array(n), abs: new Float64Array(n), terms: new Uint32Array(n) });

function add({ value, abs, terms }: Product, i: number, term: number): void {
  value[i] += term;
  abs[i] += Math.abs(term);
  terms[i]++;
}

/** Calls `visit(row, col, slot)` for every connection. */
export function forEachCell({ rows, rowPtr, colIdx }: Topology, visit: (r: number, c: number, k: number) => void): void {
  for (let r = 0; r < rows; r++) for (let k = rowPtr[r]; k < rowPtr[r + 1]; k++) visit(r, colIdx[k], k);
}

/** bias + W x by definition, in f64: x is [cols, batch], the result [rows, batch]. */
export function multiply(t: Topology, w: Float32Array, bias: Float32Array | null, x: Float32Array, batch: number): Product {
  const y = product(t.rows * batch);
  forEachCell(t, (r, c, k) => {
    for (let b = 0; b < batch; b++) add(y, r * batch + b, w[k] * x[c * batch + b]);
  });
  if (bias) for (let i = 0; i < y.value.length; i++) add(y, i, bias[Math.floor(i / batch)]);
  return y;
}

/** W' dy by definition, in f64: dy is [rows, batch], the result [cols, batch]. */
export function multiplyTransposed(t: Topology, w: Float32Array, dy: Float32Array, batch: number): Product {
  const dx = product(t.cols * batch);
  forEachCell(t, (r, c, k) => {
    for (let b = 0; b < batch; b++) add(dx, c * batch + b, w[k] * dy[r * batch + b]);
  });
  return dx;
}

/** (dy x') at the connections of t, by definition, in f64: dy is [rows, batch], x [cols, batch], the result one a slot. */
export function sampledProduct(t: Topology, dy: Float32Array, x: Float32Array, batch: number): Product {
  const dw = product(t.nnz);
  forEachCell(t, (r, c, k) => {
    for (let b = 0; b < batch; b++) add(dw, k, dy[r * batch + b] * x[c * batch + b]);
  });
  return dw;
}

/** Sums of the rows of a [rows, batch] matrix in f64. */
export function rowSums(values: Float32Array, rows: number, batch: number): Product {
  const sums = product(rows);
  for (let i = 0; i < values.length; i++) add(sums, Math.floor(i / batch), values[i]);
  return sums;
}
