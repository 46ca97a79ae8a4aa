import { candidatesOf } from "../../src/kernels/candidates.js";
import { sddmm } from "../../src/kernels/sddmm.js";
import { cutLongRows, inSegments, UNCUT } from "../../src/kernels/segments.js";
import { type BenchCase, HYPER, RATES, RULES } from "../harness.js";
import { randomFloats, type SparseProblem, someRows, spreadIndices, takeRows } from "../problems.js";
import { sparseCell } from "../suites/cells.js";

/** The gradient at W's connections and the update of W by it, in one. `delta` is [rows, 4 quads]. */
export function sddmmCase(
  problem: SparseProblem,
  batch: number,
  rule: keyof typeof RULES = "momentum",
  delta?: Float32Array,
): BenchCase {
  const { rows, cols, nnz, rowPtr, colIdx } = problem.topology;
  const quads = Math.ceil(batch / 4);
  const candidates = (software: boolean) => candidatesOf("sddmm", { rows, cols, nnz, quads, software });
  const slots = RULES[rule].state.length;
  const errors = () => delta ?? randomFloats(rows * quads * 4);
  return {
    name: "sddmm",
    cell: { ...sparseCell(problem, batch), rule },
    flop: 2 * nnz * batch,
    bytes: 4 * ((3 + 2 * slots) * nnz + rows + (rows + cols) * batch),
    candidates,
    build(make, { software, variant = candidates(software)[0] }) {
      const cut = cutLongRows(rowPtr);
      const w = make("f32", problem.values);
      const dispatch = sddmm.on({
        params: { rows, rowStart: 0, quads, neurons: rows, ...HYPER, ...UNCUT },
        buffers: {
          rates: make("f32", RATES),
          rowPtr: make("u32", cut.starts),
          colIdx: make("u32", colIdx),
          w,
          m: slots > 0 ? make("f32", nnz) : null,
          v: slots > 1 ? make("f32", nnz) : null,
          delta: make("f32", errors()),
          x: make("f32", randomFloats(cols * quads * 4, 2)),
          bias: make("f32", rows * (1 + slots)),
        },
        constants: variant,
        pieces: { optimiser: RULES[rule] },
      });
      return { dispatches: [inSegments(dispatch, rows, cut)], outputs: [w] };
    },
    part(count) {
      const picked = spreadIndices(rows, count);
      const { problem: piece, slots } = someRows(problem, picked);
      const bench = sddmmCase(piece, batch, rule, takeRows(errors(), 4 * quads, picked));
      return { bench, of: ([w]) => [Float32Array.from(slots, (k) => w[k])] };
    },
  };
}
