import { ACTIVATIONS } from "../../src/activations/index.js";
import { candidatesOf } from "../../src/kernels/candidates.js";
import { denseT } from "../../src/kernels/dense-t.js";
import type { BenchCase } from "../harness.js";
import { randomFloats, spreadIndices, takeRows } from "../problems.js";

/** dx = relu'(saved) W' dy, W dense [rows, cols]. `given` are W and the outputs of the layer below [cols, 4 quads]. */
export function denseTCase(
  rows: number,
  cols: number,
  batch: number,
  given?: { readonly w: Float32Array; readonly saved: Float32Array },
): BenchCase {
  const quads = Math.ceil(batch / 4);
  const candidates = (software: boolean) => candidatesOf("dense-t", { rows, cols, nnz: rows * cols, quads, software });
  const operands = () => given ?? { w: randomFloats(rows * cols), saved: randomFloats(cols * quads * 4, 2) };
  return {
    name: "dense-t",
    cell: { rows, cols, batch },
    flop: 2 * rows * cols * batch,
    bytes: 4 * (rows * cols + (rows + 2 * cols) * batch),
    candidates,
    build(make, { software, variant = candidates(software)[0] }) {
      const { w, saved } = operands();
      const dx = make("f32", cols * quads * 4);
      const dispatch = denseT.on({
        params: { rows, cols, rowStart: 0, quads, alpha: 0, stream: 0, threshold: 0, keepScale: 1 },
        buffers: {
          cursor: make("u32", 4),
          w: make("f32", w),
          dy: make("f32", randomFloats(rows * quads * 4)),
          saved: make("f32", saved),
          dx,
          places: null,
        },
        constants: variant,
        pieces: { activation: ACTIVATIONS.relu },
      });
      return { dispatches: [dispatch], outputs: [dx] };
    },
    part(count) {
      const picked = spreadIndices(cols, count);
      const { w, saved } = operands();
      const columns = new Float32Array(rows * picked.length);
      for (let row = 0; row < rows; row++) {
        for (let j = 0; j < picked.length; j++) columns[row * picked.length + j] = w[row * cols + picked[j]];
      }
      const bench = denseTCase(rows, picked.length, batch, { w: columns, saved: takeRows(saved, 4 * quads, picked) });
      return { bench, of: ([dx]) => [takeRows(dx, 4 * quads, picked)] };
    },
  };
}
