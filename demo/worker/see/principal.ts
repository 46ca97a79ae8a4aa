import { EigenvalueDecomposition, Matrix } from "ml-matrix";
import { transpose } from "../../../src/util/transpose.js";

/** Samples in the plane of their two principal components. */
export interface Plane {
  /** [samples, 2]: the projections of the centred samples. */
  readonly points: Float64Array;
  /** The share of the variance along each. */
  readonly shares: readonly [number, number];
}

/**
 * The first two principal components of values [samples, features], whose means are subtracted. The smaller of X X' and X' X is decomposed, so that
 * wide tables cost no more than long ones. Signs are those that make the farthest projection positive: they have no meaning.
 */
export function principal(values: ArrayLike<number>, samples: number, features: number): Plane {
  const x = centred(values, samples, features);
  const wide = features > samples;
  const { eigenvalues, vectors } = decompose(
    wide ? gram(x, samples, features) : gram(transpose(x, samples, features), features, samples),
  );
  const total = eigenvalues.reduce((sum, value) => sum + Math.max(0, value), 0);
  const points = new Float64Array(2 * samples);
  for (const k of [0, 1]) {
    const [value, vector] = [Math.max(0, eigenvalues[k] ?? 0), vectors[k] ?? []];
    const along = wide
      ? vector.map((u) => u * Math.sqrt(value))
      : Array.from({ length: samples }, (_, i) => vector.reduce((sum, v, j) => sum + v * x[i * features + j], 0));
    const farthest = along.reduce((most, one) => (Math.abs(one) > Math.abs(most) ? one : most), 0);
    for (let i = 0; i < samples; i++) points[2 * i + k] = (farthest < 0 ? -1 : 1) * (along[i] ?? 0);
  }
  const share = (k: number) => (total > 0 ? Math.max(0, eigenvalues[k] ?? 0) / total : 0);
  return { points, shares: [share(0), share(1)] };
}

/** Eigenvalues of a symmetric matrix, largest first, and their vectors. */
function decompose(matrix: Matrix): { readonly eigenvalues: number[]; readonly vectors: number[][] } {
  const { realEigenvalues, eigenvectorMatrix } = new EigenvalueDecomposition(matrix, { assumeSymmetric: true });
  const order = realEigenvalues.map((_, k) => k).sort((a, b) => realEigenvalues[b] - realEigenvalues[a]);
  return {
    eigenvalues: order.map((k) => realEigenvalues[k]),
    vectors: order.slice(0, 2).map((k) => eigenvectorMatrix.getColumn(k)),
  };
}

function centred(values: ArrayLike<number>, samples: number, features: number): Float64Array {
  const x = Float64Array.from(values);
  for (let j = 0; j < features; j++) {
    let sum = 0;
    for (let i = 0; i < samples; i++) sum += x[i * features + j];
    for (let i = 0; i < samples; i++) x[i * features + j] -= sum / samples;
  }
  return x;
}

/** Products of all pairs of rows. */
function gram(x: Float64Array, rows: number, cols: number): Matrix {
  const products = Matrix.zeros(rows, rows);
  for (let a = 0; a < rows; a++) {
    for (let b = 0; b <= a; b++) {
      let sum = 0;
      for (let k = 0, i = a * cols, j = b * cols; k < cols; k++) sum += x[i + k] * x[j + k];
      products.set(a, b, sum);
      products.set(b, a, sum);
    }
  }
  return products;
}
