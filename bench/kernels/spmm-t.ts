import { batchTiling } from "../../src/kernels/spmm.js";
import { spmmT } from "../../src/kernels/spmm-t.js";
import { uniformDensity } from "../../src/sparse/initial.js";
import { toCsc } from "../../src/sparse/topology.js";
import { random } from "../../src/util/random.js";
import { type BenchCase, randomFloats } from "../harness.js";

function spmmTCase(rows: number, cols: number, density: number, batch: number): BenchCase {
  const quads = Math.ceil(batch / 4);
  return {
    label: `${rows} x ${cols}, density ${density}, batch ${batch}`,
    build(make) {
      const topology = uniformDensity(rows, cols, density, random(1, "bench"));
      const { colPtr, rowIdx, perm } = toCsc(topology);
      const { nnz } = topology;
      const { lanes, VECS } = batchTiling(quads);
      const dx = make("f32", cols * quads * 4);
      const dispatch = spmmT.on({
        params: { cols, rowStart: 0, quads, lanes, alpha: 0, stream: 0, threshold: 0, keepScale: 1 },
        buffers: {
          cursor: make("u32", 4),
          colPtr: make("u32", colPtr),
          rowIdx: make("u32", rowIdx),
          perm: make("u32", perm),
          values: make("f32", randomFloats(nnz)),
          dy: make("f32", randomFloats(rows * quads * 4)),
          saved: make("f32", randomFloats(cols * quads * 4, 2)),
          dx,
        },
        constants: { VECS, ACT: 1 },
      });
      return { dispatch, outputs: [dx], flop: 2 * nnz * batch, bytes: 4 * (3 * nnz + cols + (rows + 2 * cols) * batch) };
    },
  };
}

export const cases = [
  spmmTCase(1000, 1000, 0.1, 128),
  spmmTCase(1000, 1000, 0.01, 128),
  spmmTCase(1000, 1000, 0.1, 1),
  spmmTCase(3000, 3000, 0.013, 2),
];
