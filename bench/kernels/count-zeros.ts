import { countZeros } from "../../src/kernels/count-zeros.js";
import type { BenchCase } from "../harness.js";
import { randomFloats } from "../problems.js";

function countZerosCase(rows: number, batch: number): BenchCase {
  const quads = Math.ceil(batch / 4);
  return {
    name: "count-zeros",
    cell: { rows, batch },
    flop: rows * batch,
    bytes: 4 * rows * batch,
    build(make) {
      const counts = make("u32", rows);
      const cursor = make("u32", Uint32Array.of(0, batch, 0, 0));
      const buffers = { cursor, x: make("f32", randomFloats(4 * rows * quads)), counts };
      return { dispatches: [countZeros.on({ params: { rows, share: 1, quads }, buffers })], outputs: [counts] };
    },
  };
}

/** A layer of network b, and a wide one. */
export const cases = [countZerosCase(3000, 32), countZerosCase(100_000, 8)];
