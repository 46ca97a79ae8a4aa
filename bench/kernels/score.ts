import { score } from "../../src/kernels/score.js";
import { uniformDensity } from "../../src/sparse/initial.js";
import { toCsc } from "../../src/sparse/topology.js";
import { random } from "../../src/util/random.js";
import type { BenchCase } from "../harness.js";
import { randomFloats } from "../problems.js";

/** Strengths of a layer's outputs (by row) or inputs (by column, through perm), three in four connections surviving. */
function scoreCase(rows: number, cols: number, density: number, by: "row" | "column"): BenchCase {
  const nnz = Math.round(density * rows * cols);
  const neurons = by === "row" ? rows : cols;
  return {
    name: "score",
    cell: { rows, cols, density, by },
    flop: nnz,
    bytes: 4 * (nnz * (by === "row" ? 1 : 2) + 2 * neurons) + nnz / 8,
    build(make) {
      const topology = uniformDensity(rows, cols, density, random(1, "bench"));
      const { colPtr, perm } = toCsc(topology);
      const scores = make("f32", neurons);
      const dispatch = score.on({
        params: { neurons, rowStart: 0, length: 0, side: 0, valueStart: 0, maskShift: 0 },
        buffers: {
          starts: make("u32", by === "row" ? topology.rowPtr : colPtr),
          perm: by === "row" ? null : make("u32", perm),
          values: make("f32", randomFloats(nnz)),
          survivors: make("u32", new Uint32Array(Math.ceil(nnz / 32)).fill(0xeeeeeeee)),
          scores,
          places: null,
        },
        constants: { PERM: by === "row" ? 0 : 1 },
      });
      return { dispatches: [dispatch], outputs: [scores] };
    },
  };
}

/** Scores of a 3000 x 3000 layer of density 0.1, by row and by column. */
export const cases = [scoreCase(3000, 3000, 0.1, "row"), scoreCase(3000, 3000, 0.1, "column")];
