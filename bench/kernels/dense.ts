import { dense, denseTiling } from "../../src/kernels/dense.js";
import { type BenchCase, randomFloats } from "../harness.js";

function denseCase(rows: number, cols: number, batch: number): BenchCase {
  const quads = Math.ceil(batch / 4);
  return {
    label: `${rows} x ${cols}, batch ${batch}`,
    build(make, software) {
      const y = make("f32", rows * quads * 4);
      const dispatch = dense.on({
        params: { rows, cols, rowStart: 0, quads, alpha: 0, zScale: 1, neurons: rows, stream: 0, threshold: 0, keepScale: 1 },
        buffers: {
          cursor: make("u32", 4),
          w: make("f32", randomFloats(rows * cols)),
          bias: make("f32", rows),
          x: make("f32", randomFloats(cols * quads * 4)),
          y,
          z: null,
          srelu: null,
        },
        constants: { ...denseTiling(quads, software), ACT: 1 },
      });
      return { dispatch, outputs: [y], flop: 2 * rows * cols * batch, bytes: 4 * (rows * cols + (rows + cols) * batch) };
    },
  };
}

export const cases = [denseCase(1000, 1000, 128), denseCase(1000, 1000, 1), denseCase(10, 1000, 128), denseCase(500, 3312, 32)];
