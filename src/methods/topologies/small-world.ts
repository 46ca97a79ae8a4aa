import type { Topology } from "../../sparse/topology.js";
import type { Rng } from "../../util/random.js";
import { erdosRenyi } from "./erdos-renyi.js";
import { evenRows } from "./even-rows.js";
import type { TopologyRule } from "./rule.js";

/** The part of the links that leave the ring: our choice. */
const REWIRED = 0.1;

/**
 * As many connections as erdos-renyi. Inputs and outputs stand around a ring, and each output is connected to the inputs nearest to it; then a tenth of
 * its connections go to others at random (Watts and Strogatz 1998, between two sides as Zhang et al. 2025 have it). Rows have as many, or one more.
 */
export const smallWorld: TopologyRule = { name: "small-world", densities: erdosRenyi.densities, connect: connectRing };

function connectRing(rows: number, cols: number, density: number, rng: Rng): Topology {
  const rowPtr = evenRows(rows, cols, density, "topology small-world");
  const nnz = rowPtr[rows];
  const colIdx = new Uint32Array(nnz);
  for (let row = 0; row < rows; row++) {
    const degree = rowPtr[row + 1] - rowPtr[row];
    const first = Math.floor(((row + 0.5) * cols) / rows) - Math.floor(degree / 2) + cols;
    const near = Uint32Array.from({ length: degree }, (_, k) => (first + k) % cols);
    const held = new Set(near);
    for (const col of near) {
      if (held.size === cols || rng.float() >= REWIRED) continue;
      let other = rng.below(cols);
      while (held.has(other)) other = rng.below(cols);
      held.delete(col);
      held.add(other);
    }
    colIdx.set(Uint32Array.from(held).sort(), rowPtr[row]);
  }
  return { rows, cols, nnz, rowPtr, colIdx };
}
