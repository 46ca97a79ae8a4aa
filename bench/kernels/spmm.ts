import { ACTIVATIONS } from "../../src/activations/index.js";
import { candidatesOf } from "../../src/kernels/candidates.js";
import { cutLongRows, joined, UNCUT } from "../../src/kernels/segments.js";
import { spmm } from "../../src/kernels/spmm.js";
import type { BenchCase } from "../harness.js";
import { randomFloats, type SparseProblem, someRows, spreadIndices, takeRows } from "../problems.js";
import { sparseCell } from "../suites/cells.js";

/** y = relu(W x). */
export function spmmCase(problem: SparseProblem, batch: number): BenchCase {
  const { rows, cols, nnz, rowPtr, colIdx } = problem.topology;
  const quads = Math.ceil(batch / 4);
  const candidates = (software: boolean) => candidatesOf("spmm", { rows, cols, nnz, quads, software });
  return {
    name: "spmm",
    cell: sparseCell(problem, batch),
    flop: 2 * nnz * batch,
    bytes: 4 * (2 * nnz + rows + (rows + cols) * batch),
    candidates,
    build(make, { software, variant = candidates(software)[0] }) {
      const cut = cutLongRows(rowPtr);
      const y = make("f32", rows * quads * 4);
      const dispatch = spmm.on({
        params: {
          rows,
          rowStart: 0,
          quads,
          alpha: 0,
          zScale: 1,
          neurons: rows,
          stream: 0,
          threshold: 0,
          keepScale: 1,
          ...UNCUT,
          partialAt: 0,
        },
        buffers: {
          cursor: make("u32", 4),
          rowPtr: make("u32", cut.starts),
          colIdx: make("u32", colIdx),
          values: make("f32", problem.values),
          bias: make("f32", rows),
          x: make("f32", randomFloats(cols * quads * 4)),
          y,
          z: cut.segments > 0 ? make("f32", cut.segments * quads * 4) : null,
          parameters: null,
        },
        constants: variant,
        pieces: { activation: ACTIVATIONS.relu },
      });
      return { dispatches: joined(dispatch, rows, cut), outputs: [y] };
    },
    part(count) {
      const picked = spreadIndices(rows, count);
      const { problem: piece } = someRows(problem, picked);
      return { bench: spmmCase(piece, batch), of: ([y]) => [takeRows(y, 4 * quads, picked)] };
    },
  };
}
