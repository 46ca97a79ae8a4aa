import { limit } from "../../src/kernels/limit.js";
import type { BenchCase } from "../harness.js";
import { randomFloats } from "../problems.js";

function limitCase(rows: number, cols: number): BenchCase {
  return {
    name: "limit",
    cell: { rows, cols },
    flop: 2 * rows * cols,
    bytes: 4 * 3 * rows * cols,
    build(make) {
      const w = make("f32", randomFloats(rows * cols));
      const dispatch = limit.on({
        params: { rows, cols, slotStart: 0, most: 0.01 },
        buffers: { rowPtr: null, w },
        constants: { SPARSE: 0 },
      });
      return { dispatches: [dispatch], outputs: [w] };
    },
  };
}

/** Short rows and long ones. */
export const cases = [limitCase(1000, 20), limitCase(300, 10_000)];
