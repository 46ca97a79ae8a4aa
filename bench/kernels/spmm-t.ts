import { ACTIVATIONS } from "../../src/activations/index.js";
import { candidatesOf } from "../../src/kernels/candidates.js";
import { cutLongRows, joined, UNCUT } from "../../src/kernels/segments.js";
import { spmmT } from "../../src/kernels/spmm-t.js";
import type { BenchCase } from "../harness.js";
import { randomFloats, type SparseProblem, someCols, spreadIndices, takeRows } from "../problems.js";
import { sparseCell } from "../suites/cells.js";

/** dx = relu'(saved) W' dy. `saved` [cols, 4 quads] are the outputs of the layer below. */
export function spmmTCase(problem: SparseProblem, batch: number, saved?: Float32Array): BenchCase {
  const { rows, cols, nnz } = problem.topology;
  const quads = Math.ceil(batch / 4);
  const candidates = (software: boolean) => candidatesOf("spmm-t", { rows, cols, nnz, quads, software });
  const outputsBelow = () => saved ?? randomFloats(cols * quads * 4, 2);
  return {
    name: "spmm-t",
    cell: sparseCell(problem, batch),
    flop: 2 * nnz * batch,
    bytes: 4 * (3 * nnz + cols + (rows + 2 * cols) * batch),
    candidates,
    build(make, { software, variant = candidates(software)[0] }) {
      const { colPtr, rowIdx, perm } = problem.csc();
      const cut = cutLongRows(colPtr);
      const dx = make("f32", cols * quads * 4);
      const dispatch = spmmT.on({
        params: { cols, rowStart: 0, quads, alpha: 0, stream: 0, threshold: 0, keepScale: 1, ...UNCUT },
        buffers: {
          cursor: make("u32", 4),
          colPtr: make("u32", cut.starts),
          rowIdx: make("u32", rowIdx),
          perm: make("u32", perm),
          values: make("f32", problem.values),
          dy: make("f32", randomFloats(rows * quads * 4)),
          saved: make("f32", outputsBelow()),
          dx,
          partial: cut.segments > 0 ? make("f32", cut.segments * quads * 4) : null,
        },
        constants: variant,
        pieces: { activation: ACTIVATIONS.relu },
      });
      return { dispatches: joined(dispatch, cols, cut), outputs: [dx] };
    },
    part(count) {
      const picked = spreadIndices(cols, count);
      const bench = spmmTCase(someCols(problem, picked), batch, takeRows(outputsBelow(), 4 * quads, picked));
      return { bench, of: ([dx]) => [takeRows(dx, 4 * quads, picked)] };
    },
  };
}
