import { type Place, placesTable } from "../../src/device/place.js";
import { fromCoo, type Topology } from "../../src/sparse/topology.js";
import { concat } from "./harness.js";

/** Where the parts of members lie that are stacked, each with neurons and connections of its own, and their number. */
export function stackPlaces(parts: readonly Pick<Place, "rows" | "cols" | "slots">[]): Place[] {
  const next = { rowStart: 0, colStart: 0, slotStart: 0 };
  return parts.map((part) => {
    const place = { ...next, ...part, stream: 0, streamBelow: 0 };
    next.rowStart += part.rows;
    next.colStart += part.cols;
    next.slotStart += part.slots;
    return place;
  });
}

/** The same of so many connections each, and the table of it. */
export function stackSlots(sizes: readonly number[]): { places: Place[]; table: Uint32Array } {
  const places = stackPlaces(sizes.map((slots) => ({ rows: 0, cols: 0, slots })));
  return { places, table: placesTable(places) };
}

const placesOfTopologies = (topologies: readonly Topology[]) =>
  stackPlaces(topologies.map(({ rows, cols, nnz }) => ({ rows, cols, slots: nnz })));

/** The connections of members as those of one matrix, each in its block. */
export function stackTopology(topologies: readonly Topology[], places = placesOfTopologies(topologies)): Topology {
  const cells = topologies.flatMap(({ rowPtr, colIdx, rows }, j) => {
    const { rowStart, colStart } = places[j];
    const inRow = (row: number) =>
      [...colIdx.subarray(rowPtr[row], rowPtr[row + 1])].map((col) => [rowStart + row, colStart + col]);
    return Array.from({ length: rows }, (_, row) => inRow(row)).flat();
  });
  const last = places[places.length - 1];
  const shape = { rows: last.rowStart + last.rows, cols: last.colStart + last.cols };
  const [rowIdx, colIdx] = [0, 1].map((side) => Uint32Array.from(cells, (cell) => cell[side]));
  return fromCoo({ ...shape, rowIdx, colIdx }).topology;
}

/** Members of an ensemble, of which the second has fewer tiles than the others. */
export const MEMBER_SIZES = [
  { rows: 35, cols: 40 },
  { rows: 3, cols: 7 },
  { rows: 45, cols: 33 },
] as const;

/** Their places as dense layers, with inputs of their own or with the same for all. */
export function placesOf(sizes: readonly Pick<Place, "rows" | "cols">[], shared = false): Place[] {
  return stackPlaces(sizes.map(({ rows, cols }) => ({ rows, cols, slots: rows * cols }))).map((place, j) => {
    return { ...place, colStart: shared ? 0 : place.colStart, stream: 0xfffffff0 + j, streamBelow: 5 + j };
  });
}

/** What params have of several members. */
export const largest = (places: readonly Place[]) => ({
  rows: Math.max(...places.map(({ rows }) => rows)),
  cols: Math.max(...places.map(({ cols }) => cols)),
});

/** Arrays of sections, one for each of the members: the sections of all the members one after the other. */
export function stackSections<T extends Float32Array | Float64Array>(arrays: readonly T[], sections: number): T {
  const parts = Array.from({ length: sections }, (_, k) =>
    arrays.map((array) => array.subarray((k * array.length) / sections, ((k + 1) * array.length) / sections) as T),
  );
  return concat(parts.flat());
}
