import { check, checkInteger, checkNumber } from "../util/check.js";
import { checkRng, type Rng } from "../util/random.js";
import { shown } from "../util/shown.js";
import { grow } from "./grow.js";
import { checkSizes, denseTopology, type Topology } from "./topology.js";

/** The epsilon where none is given. */
export const EPSILON = 20;

/**
 * The density of an Erdos-Renyi layer, min(1, epsilon (rows + cols) / (rows cols)), after Mocanu et al. 2018: about
 * epsilon connections a neuron, so that connections grow linearly with neurons. Throws unless epsilon is finite and
 * positive and the sizes are integers of at least 1.
 */
export function erdosRenyiDensity(epsilon: number, rows: number, cols: number): number {
  checkNumber(epsilon, "Erdos-Renyi epsilon", 0, Infinity, true);
  checkInteger(rows, "Erdos-Renyi rows", 1);
  checkInteger(cols, "Erdos-Renyi cols", 1);
  return Math.min(1, (epsilon * (rows + cols)) / (rows * cols));
}

/** A random topology of the Erdos-Renyi density: exactly round(density rows cols) cells, all such sets equally likely. */
export function erdosRenyi(rows: number, cols: number, epsilon: number, rng: Rng): Topology {
  return uniformDensity(rows, cols, erdosRenyiDensity(epsilon, rows, cols), rng);
}

/**
 * A random topology of exactly round(density rows cols) cells, every such set equally likely. Throws unless the density
 * is above 0 and at most 1 and gives at least one connection.
 */
export function uniformDensity(rows: number, cols: number, density: number, rng: Rng): Topology {
  const where = "initial topology";
  checkSizes(rows, cols, where);
  const share = typeof density === "number" && density > 0 && density <= 1;
  check(share, `${where}: density`, () => `${shown(density)} is not above 0 and at most 1`);
  checkRng(rng, `${where}: random stream`);
  if (density === 1) return denseTopology(rows, cols);
  const nnz = Math.round(density * rows * cols);
  check(nnz > 0, where, () => `density ${density} of ${rows} x ${cols} cells rounds to no connection at all; raise it`);
  const empty = { rows, cols, nnz: 0, rowPtr: new Uint32Array(rows + 1), colIdx: new Uint32Array(0) };
  return grow(empty, nnz, rng).topology;
}
