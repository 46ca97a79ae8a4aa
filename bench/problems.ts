import { uniformDensity } from "../src/sparse/initial.js";
import { type Csc, type Topology, toCsc } from "../src/sparse/topology.js";
import { random } from "../src/util/random.js";
import fan from "./fan.json" with { type: "json" };

/** Numbers uniform in [-1, 1), the same for every run: a linear congruential generator, as cases draw millions. */
export function randomFloats(length: number, seed = 1): Float32Array {
  const values = new Float32Array(length);
  let state = seed >>> 0;
  for (let i = 0; i < length; i++) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    values[i] = state / 2 ** 31 - 1;
  }
  return values;
}

/** A sparse W [rows, cols] to multiply with. */
export interface SparseProblem {
  readonly topology: Topology;
  /** By column; made when first asked for. */
  csc(): Csc;
  readonly values: Float32Array;
  /** What its topology is, in a word, for tables. */
  readonly kind: string;
}

/** Puts values to a topology. */
export function sparseProblem(kind: string, topology: Topology): SparseProblem {
  let csc: Csc | undefined;
  return {
    kind,
    topology,
    values: randomFloats(topology.nnz),
    csc: () => {
      csc ??= toCsc(topology);
      return csc;
    },
  };
}

/** How connections lie: `er`, all cells equally likely; `evolved`, as after 199 evolutions of a real training run (see `evolvedTopology`). */
export const TOPOLOGIES = ["er", "evolved"] as const;

/** A square problem of a size and density. */
export function squareProblem(kind: (typeof TOPOLOGIES)[number], size: number, density: number): SparseProblem {
  return sparseProblem(
    kind,
    kind === "er" ? uniformDensity(size, size, density, random(1, "bench")) : evolvedTopology(size, size, density),
  );
}

/**
 * Skewed as SET's networks become: cell (r, c) exists with probability min(1, density in_r out_c), where in and out are the fan-in and
 * fan-out, relative to their means, of the second layer of a network that was trained on digits with 199 evolutions (fan.json, which
 * bench/fan.mjs writes), at random ranks. So nnz is near density rows cols, and rows differ as they did there.
 */
export function evolvedTopology(rows: number, cols: number, density: number): Topology {
  const [rowWeights, colWeights] = [weights(fan.fanIn, rows, "rows"), weights(fan.fanOut, cols, "columns")];
  const rowPtr = new Uint32Array(rows + 1);
  let colIdx = new Uint32Array(Math.ceil(1.1 * density * rows * cols) + cols);
  let state = 1;
  let nnz = 0;
  for (let row = 0; row < rows; row++) {
    if (nnz + cols > colIdx.length) {
      const longer = new Uint32Array(Math.ceil(1.5 * colIdx.length) + cols);
      longer.set(colIdx);
      colIdx = longer;
    }
    const scale = density * rowWeights[row] * 2 ** 32;
    for (let col = 0; col < cols; col++) {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
      if (state < scale * colWeights[col]) colIdx[nnz++] = col;
    }
    rowPtr[row + 1] = nnz;
  }
  return { rows, cols, nnz, rowPtr, colIdx: colIdx.slice(0, nnz) };
}

/** `count` draws from quantiles: equally spaced ranks in random order, so that the whole distribution is there at any size. */
function weights(quantiles: readonly number[], count: number, name: string): Float64Array {
  const ranks = Uint32Array.from({ length: count }, (_, i) => i);
  random(1, "bench", name).shuffle(ranks);
  return Float64Array.from(ranks, (rank) => {
    const at = (rank / Math.max(1, count - 1)) * (quantiles.length - 1);
    const low = Math.min(Math.floor(at), quantiles.length - 2);
    return quantiles[low] + (at - low) * (quantiles[low + 1] - quantiles[low]);
  });
}

/** Rows of 10 connections and one of 50,000 (`skewed`), or as many connections in rows that are equal within one (`balanced`). */
export function skewProblem(kind: "skewed" | "balanced", rows = 4096, long = 50_000, short = 10): SparseProblem {
  const nnz = long + (rows - 1) * short;
  const lengths = Uint32Array.from({ length: rows }, (_, row) => {
    if (kind === "balanced") return Math.floor(((row + 1) * nnz) / rows) - Math.floor((row * nnz) / rows);
    return row === rows >> 1 ? long : short;
  });
  return sparseProblem(kind, rowsOf(lengths, long));
}

/** A topology whose rows have these lengths: row r's columns are spread evenly from a random one on. */
function rowsOf(lengths: Uint32Array, cols: number): Topology {
  const rng = random(1, "bench", "skew");
  const rowPtr = new Uint32Array(lengths.length + 1);
  lengths.forEach((length, row) => {
    rowPtr[row + 1] = rowPtr[row] + length;
  });
  const colIdx = new Uint32Array(rowPtr[lengths.length]);
  lengths.forEach((length, row) => {
    const first = rng.below(cols);
    const line = colIdx.subarray(rowPtr[row], rowPtr[row + 1]);
    for (let i = 0; i < length; i++) line[i] = (first + Math.floor((i * cols) / length)) % cols;
    line.sort();
  });
  return { rows: lengths.length, cols, nnz: colIdx.length, rowPtr, colIdx };
}

/** W' of a problem: skewed rows become skewed columns. */
export function transposed({ kind, topology, csc }: SparseProblem): SparseProblem {
  const { colPtr, rowIdx } = csc();
  return sparseProblem(kind, { rows: topology.cols, cols: topology.rows, nnz: topology.nnz, rowPtr: colPtr, colIdx: rowIdx });
}

/** The problem's rows at the given indices alone. `slots` are theirs in the whole problem. */
export function someRows(
  { kind, topology, values }: SparseProblem,
  rows: Uint32Array,
): { problem: SparseProblem; slots: Uint32Array } {
  const { rowPtr, colIdx, cols } = topology;
  const slots = Uint32Array.from([...rows].flatMap((row) => range(rowPtr[row], rowPtr[row + 1])));
  const part = new Uint32Array(rows.length + 1);
  rows.forEach((row, i) => {
    part[i + 1] = part[i] + rowPtr[row + 1] - rowPtr[row];
  });
  const kept = { rows: rows.length, cols, nnz: slots.length, rowPtr: part, colIdx: slots.map((k) => colIdx[k]) };
  return { problem: { ...sparseProblem(kind, kept), values: Float32Array.from(slots, (k) => values[k]) }, slots };
}

/** The problem's columns at the given (increasing) indices alone. */
export function someCols(problem: SparseProblem, cols: Uint32Array): SparseProblem {
  const { topology, values, kind } = problem;
  const place = new Int32Array(topology.cols).fill(-1);
  cols.forEach((col, i) => {
    place[col] = i;
  });
  const rowPtr = new Uint32Array(topology.rows + 1);
  const slots: number[] = [];
  for (let row = 0; row < topology.rows; row++) {
    for (let k = topology.rowPtr[row]; k < topology.rowPtr[row + 1]; k++) if (place[topology.colIdx[k]] >= 0) slots.push(k);
    rowPtr[row + 1] = slots.length;
  }
  const colIdx = Uint32Array.from(slots, (k) => place[topology.colIdx[k]]);
  const kept = { rows: topology.rows, cols: cols.length, nnz: slots.length, rowPtr, colIdx };
  return { ...sparseProblem(kind, kept), values: Float32Array.from(slots, (k) => values[k]) };
}

/** `count` of `size` indices, evenly spread, the first and the last among them. */
export function spreadIndices(size: number, count: number): Uint32Array {
  if (count >= size) return Uint32Array.from({ length: size }, (_, i) => i);
  return Uint32Array.from({ length: count }, (_, i) => Math.round((i * (size - 1)) / Math.max(1, count - 1)));
}

/** Rows of a row-major [rows, width] matrix. */
export function takeRows(values: ArrayLike<number>, width: number, rows: Uint32Array): Float32Array {
  const taken = new Float32Array(rows.length * width);
  rows.forEach((row, i) => {
    for (let j = 0; j < width; j++) taken[i * width + j] = values[row * width + j];
  });
  return taken;
}

function range(from: number, to: number): number[] {
  return Array.from({ length: to - from }, (_, i) => from + i);
}
