import { grow } from "../../sparse/grow.js";
import type { Topology } from "../../sparse/topology.js";
import type { Rng } from "../../util/random.js";
import { erdosRenyi } from "./erdos-renyi.js";
import { evenRows } from "./even-rows.js";
import type { TopologyRule } from "./rule.js";

/** As many connections as erdos-renyi; each neuron has as many inputs, drawn at random, or one more (constant fan-in: Lasby et al. 2024). */
export const fanIn: TopologyRule = { name: "fan-in", densities: erdosRenyi.densities, connect: drawRows };

function drawRows(rows: number, cols: number, density: number, rng: Rng): Topology {
  const rowPtr = evenRows(rows, cols, density, "topology fan-in");
  const nnz = rowPtr[rows];
  const colIdx = new Uint32Array(nnz);
  const empty = { rows: 1, cols, nnz: 0, rowPtr: new Uint32Array(2), colIdx: new Uint32Array(0) };
  for (let row = 0; row < rows; row++) colIdx.set(grow(empty, rowPtr[row + 1] - rowPtr[row], rng).topology.colIdx, rowPtr[row]);
  return { rows, cols, nnz, rowPtr, colIdx };
}
