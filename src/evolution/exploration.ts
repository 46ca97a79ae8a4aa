import { type Layer, layerTopology } from "../nn/layer.js";
import type { Network } from "../nn/network.js";
import { memberTopology } from "../nn/stack.js";
import type { NetworkState } from "../nn/state.js";
import { countMarked, isMarked, setMark } from "../sparse/marks.js";
import type { Topology } from "../sparse/topology.js";
import { CoppiceError, check } from "../util/check.js";

/** Marks of one layer's cells: cell (row, col), numbered as neurons were at the very start, is bit row x cols + col. Null where it is dense. */
export type ExploredCells = Uint32Array | null;

/** Which cells ever held a connection: a bit each, of every member and layer. */
export interface Exploration {
  /** [member][layer]. */
  readonly cells: readonly (readonly ExploredCells[])[];
  /** Inputs of each layer at the very start. */
  readonly cols: readonly number[];
  /** Marks what is connected now. */
  mark(network: Network): void;
  /** The share of all cells of sparse layers that ever held a connection (R_s; Liu et al. 2021); 1 where every layer is dense, and so has all. */
  rate(): number;
}

/** The most cells, of all layers and members: their bits take 512 MiB on the host. */
const MOST = 2 ** 32;

/** Cells of the layers at the very start, by sizes; 0 of a layer that has none of its own. */
const cellsIn = (sizes: readonly number[], sparse: readonly boolean[]): number[] =>
  sparse.map((is, i) => (is ? sizes[i] * sizes[i + 1] : 0));

/** Throws where the sparse layers of all members have more cells than may be marked. */
export function checkExploration(sizes: readonly number[], sparse: readonly boolean[], members: number): void {
  const cells = members * cellsIn(sizes, sparse).reduce((sum, own) => sum + own, 0);
  check(cells <= MOST, "exploration", () => {
    return `takes a bit for each of ${cells} possible connections, and ${MOST} may have one (512 MiB); leave it out, or make layers smaller`;
  });
}

/** Goes on with what networks that are resumed have explored, or begins with what is connected. Throws where that is of other sizes. */
export function openExploration(network: Network, members: readonly NetworkState[], sizes: readonly number[]): Exploration {
  const sparse = network.layers.map(({ kind }) => kind.connect !== undefined);
  const counts = cellsIn(sizes, sparse);
  const cells = members.map(({ layers }, j) =>
    layers.map(({ explored }, i) => {
      const words = Math.ceil(counts[i] / 32);
      check(explored === undefined || explored.length === words, `resume: member ${j}, layer ${i}`, () => {
        return `its explored cells have ${explored?.length} words, expected ${words}`;
      });
      return sparse[i] ? (explored?.slice() ?? new Uint32Array(words)) : null;
    }),
  );
  const mark = ({ layers }: Network) => {
    for (const [i, layer] of layers.entries())
      for (const [j, own] of cells.entries())
        if (own[i]) markCells(own[i], partOf(layer, j), idsOf(layer, j), i > 0 ? idsOf(layers[i - 1], j) : null, sizes[i]);
  };
  mark(network);
  const all = members.length * counts.reduce((sum, count) => sum + count, 0);
  const markedIn = (own: ExploredCells, i: number) => (own ? countMarked(own, counts[i]) : 0);
  const rate = () => (all > 0 ? cells.flatMap((own) => own.map(markedIn)).reduce((sum, many) => sum + many, 0) / all : 1);
  return { cells, cols: sizes, mark, rate };
}

/** Networks with what they have explored, as it stands. */
export function withExplored(networks: readonly NetworkState[], { cells }: Exploration): NetworkState[] {
  return networks.map((network, j) => ({
    ...network,
    layers: network.layers.map((layer, i) => ({ ...layer, ...(cells[j][i] && { explored: cells[j][i].slice() }) })),
  }));
}

/** The connections of member j of a layer, and the ids of its output neurons. */
const partOf = (layer: Layer, j: number): Topology => {
  const topology = layerTopology(layer) as Topology;
  return layer.members ? memberTopology(topology, layer.members.places[j]) : topology;
};
function idsOf({ neurons, members }: Layer, j: number): Uint32Array {
  const place = members?.places[j];
  return place ? neurons.subarray(place.rowStart, place.rowStart + place.rows) : neurons;
}

function markCells(cells: Uint32Array, own: Topology, rowIds: Uint32Array, colIds: Uint32Array | null, cols: number): void {
  const { rows, rowPtr, colIdx } = own;
  for (let row = 0; row < rows; row++)
    for (let k = rowPtr[row]; k < rowPtr[row + 1]; k++)
      setMark(cells, rowIds[row] * cols + (colIds ? colIds[colIdx[k]] : colIdx[k]));
}

/** Stands for what is not counted. */
export const notExplored = (): never => {
  throw new CoppiceError("explored: it is not counted which cells ever held a connection; set the grower's field `explores`");
};

/** Whether a cell ever held a connection, by the neurons that are left. */
export function exploredIn(
  cells: Uint32Array,
  cols: number,
  rowIds: Uint32Array,
  colIds: Uint32Array,
): (row: number, col: number) => boolean {
  return (row, col) => isMarked(cells, rowIds[row] * cols + colIds[col]);
}
