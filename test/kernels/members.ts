import { type Place, placesTable } from "../../src/device/place.js";
import { fromCoo, type Topology } from "../../src/sparse/topology.js";

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

/** The connections of members as those of one matrix, each in its block. */
export function stackTopology(topologies: readonly Topology[], places: readonly Place[]): Topology {
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
