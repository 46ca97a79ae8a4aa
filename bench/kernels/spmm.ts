import { batchTiling, spmm } from "../../src/kernels/spmm.js";
import { uniformDensity } from "../../src/sparse/initial.js";
import { random } from "../../src/util/random.js";
import { type BenchCase, randomFloats } from "../harness.js";

function spmmCase(rows: number, cols: number, density: number, batch: number): BenchCase {
  const quads = Math.ceil(batch / 4);
  return {
    label: `${rows} x ${cols}, density ${density}, batch ${batch}`,
    build(make) {
      const { rowPtr, colIdx, nnz } = uniformDensity(rows, cols, density, random(1, "bench"));
      const { lanes, VECS } = batchTiling(quads);
      const y = make("f32", rows * quads * 4);
      const dispatch = spmm.on({
        params: { rows, rowStart: 0, quads, lanes, alpha: 0, zScale: 1, neurons: rows, stream: 0, threshold: 0, keepScale: 1 },
        buffers: {
          cursor: make("u32", 4),
          rowPtr: make("u32", rowPtr),
          colIdx: make("u32", colIdx),
          values: make("f32", randomFloats(nnz)),
          bias: make("f32", rows),
          x: make("f32", randomFloats(cols * quads * 4)),
          y,
          z: null,
          srelu: null,
        },
        constants: { VECS, ACT: 1 },
      });
      return { dispatch, outputs: [y], flop: 2 * nnz * batch, bytes: 4 * (2 * nnz + rows + (rows + cols) * batch) };
    },
  };
}

export const cases = [
  spmmCase(1000, 1000, 0.1, 128),
  spmmCase(1000, 1000, 0.01, 128),
  spmmCase(1000, 1000, 0.1, 1),
  spmmCase(3000, 3312, 0.013, 2),
];
