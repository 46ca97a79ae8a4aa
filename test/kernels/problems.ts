import { denseTopology, fromCoo, type Topology } from "../../src/sparse/topology.js";
import { type Rng, random } from "../../src/util/random.js";

/** A topology in which every cell holds a connection with probability `density`, except in the given rows and columns. */
export function randomTopology(
  rng: Rng,
  rows: number,
  cols: number,
  density: number,
  empty: { rows?: number[]; cols?: number[] } = {},
): Topology {
  const cells: [number, number][] = [];
  for (let r = 0; r < rows; r++) {
    for (let c = 0; c < cols; c++) {
      if (!empty.rows?.includes(r) && !empty.cols?.includes(c) && rng.float() < density) cells.push([r, c]);
    }
  }
  return topologyOf(rows, cols, cells);
}

function topologyOf(rows: number, cols: number, cells: readonly (readonly [number, number])[]): Topology {
  const rowIdx = Uint32Array.from(cells, ([r]) => r);
  const colIdx = Uint32Array.from(cells, ([, c]) => c);
  return fromCoo({ rows, cols, rowIdx, colIdx }).topology;
}

/** `long` rows or columns with one connection each, to the other side's `short` neurons in turn. */
function singles(long: number, short: number, longRows: boolean): Topology {
  const cells = Array.from({ length: long }, (_, i) => [i, i % short] as const);
  return longRows
    ? topologyOf(long, short, cells)
    : topologyOf(
        short,
        long,
        cells.map(([a, b]) => [b, a] as const),
      );
}

export interface Problem {
  readonly reason: string;
  readonly topology: Topology;
  readonly batch: number;
  /** Invocations of a workgroup, where the kernel's default would not reach what the problem is for. */
  readonly WG?: number;
}

const problem = (reason: string, batch: number, make: (rng: Rng) => Topology, WG?: number): Problem => ({
  reason,
  batch,
  topology: make(random(1, "problem", reason)),
  WG,
});

/** Shapes that have broken sparse kernels, each with the reason it is here. */
export const PROBLEMS: readonly Problem[] = [
  problem("one cell", 1, () => denseTopology(1, 1)),
  problem("batch 1: three of four columns are padding", 1, (rng) => randomTopology(rng, 37, 29, 0.2)),
  problem("batch 2", 2, (rng) => randomTopology(rng, 29, 37, 0.2)),
  problem("3 quads on 2 lanes of 2: one lane has a quad beyond the batch", 10, (rng) => randomTopology(rng, 23, 19, 0.3)),
  problem("5 quads on 2 lanes of 4: three quads beyond the batch", 20, (rng) => randomTopology(rng, 23, 19, 0.3)),
  problem("nothing divides the workgroup", 31, (rng) => randomTopology(rng, 101, 67, 0.1)),
  problem("batch 128: every lane is full", 128, (rng) => randomTopology(rng, 40, 33, 0.15)),
  problem("batch 500: many lanes a row", 500, (rng) => randomTopology(rng, 17, 13, 0.4)),
  problem("empty rows and columns, the first and last too", 6, (rng) =>
    randomTopology(rng, 41, 43, 0.2, { rows: [0, 1, 7, 20, 40], cols: [0, 3, 21, 42] }),
  ),
  problem("one connection in a large matrix", 3, () => topologyOf(90, 80, [[88, 77]])),
  problem("no connection at all", 5, () => topologyOf(9, 11, [])),
  problem("fully dense", 9, () => denseTopology(19, 17)),
  problem("a row of 50,000 connections among short ones", 3, () =>
    topologyOf(3, 50_000, [[0, 5], ...Array.from({ length: 50_000 }, (_, c) => [1, c] as const), [2, 49_999]]),
  ),
  problem("a column of 50,000 connections among short ones", 3, () =>
    topologyOf(50_000, 3, [[5, 0], ...Array.from({ length: 50_000 }, (_, r) => [r, 1] as const), [49_999, 2]]),
  ),
  problem("70,000 rows on workgroups of 1: more workgroups than one grid dimension holds", 1, () => singles(70_000, 20, true), 1),
  problem(
    "70,000 columns on workgroups of 1: more workgroups than one grid dimension holds",
    1,
    () => singles(70_000, 20, false),
    1,
  ),
];
