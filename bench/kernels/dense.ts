import { ACTIVATIONS } from "../../src/activations/index.js";
import { candidatesOf } from "../../src/kernels/candidates.js";
import { dense } from "../../src/kernels/dense.js";
import type { BenchCase } from "../harness.js";
import { randomFloats, spreadIndices, takeRows } from "../problems.js";

/** y = relu(W x), W dense [rows, cols]. */
export function denseCase(rows: number, cols: number, batch: number, weights?: Float32Array): BenchCase {
  const quads = Math.ceil(batch / 4);
  const candidates = (software: boolean) => candidatesOf("dense", { rows, cols, nnz: rows * cols, quads, software });
  const w = () => weights ?? randomFloats(rows * cols);
  return {
    name: "dense",
    cell: { rows, cols, batch },
    flop: 2 * rows * cols * batch,
    bytes: 4 * (rows * cols + (rows + cols) * batch),
    candidates,
    build(make, { software, variant = candidates(software)[0] }) {
      const y = make("f32", rows * quads * 4);
      const dispatch = dense.on({
        params: { rows, cols, rowStart: 0, quads, alpha: 0, zScale: 1, neurons: rows, stream: 0, threshold: 0, keepScale: 1 },
        buffers: {
          cursor: make("u32", 4),
          w: make("f32", w()),
          bias: make("f32", rows),
          x: make("f32", randomFloats(cols * quads * 4)),
          y,
          z: null,
          parameters: null,
          places: null,
        },
        constants: variant,
        pieces: { activation: ACTIVATIONS.relu },
      });
      return { dispatches: [dispatch], outputs: [y] };
    },
    part(count) {
      const picked = spreadIndices(rows, count);
      const bench = denseCase(picked.length, cols, batch, takeRows(w(), cols, picked));
      return { bench, of: ([y]) => [takeRows(y, 4 * quads, picked)] };
    },
  };
}
