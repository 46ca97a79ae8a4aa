import { denseTiling } from "../../src/kernels/dense.js";
import { denseT } from "../../src/kernels/dense-t.js";
import { type BenchCase, randomFloats } from "../harness.js";

function denseTCase(rows: number, cols: number, batch: number): BenchCase {
  const quads = Math.ceil(batch / 4);
  return {
    label: `${rows} x ${cols}, batch ${batch}`,
    build(make, software) {
      const dx = make("f32", cols * quads * 4);
      const dispatch = denseT.on({
        params: { rows, cols, rowStart: 0, quads, alpha: 0, stream: 0, threshold: 0, keepScale: 1 },
        buffers: {
          cursor: make("u32", 4),
          w: make("f32", randomFloats(rows * cols)),
          dy: make("f32", randomFloats(rows * quads * 4)),
          saved: make("f32", randomFloats(cols * quads * 4, 2)),
          dx,
        },
        constants: { ...denseTiling(quads, software), ACT: 1 },
      });
      return { dispatch, outputs: [dx], flop: 2 * rows * cols * batch, bytes: 4 * (rows * cols + (rows + 2 * cols) * batch) };
    },
  };
}

export const cases = [denseTCase(1000, 1000, 128), denseTCase(1000, 1000, 1), denseTCase(10, 1000, 128)];
