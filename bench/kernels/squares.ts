import { squares } from "../../src/kernels/squares.js";
import type { BenchCase } from "../harness.js";
import { randomFloats } from "../problems.js";

function squaresCase(length: number): BenchCase {
  return {
    name: "squares",
    cell: { length },
    flop: 2 * length,
    bytes: 4 * length,
    build(make) {
      const each = 4096;
      const sums = make("f32", Math.ceil(length / each));
      const params = { start: 0, length, each, at: 0, most: 1 };
      return {
        dispatches: [squares.on({ params, buffers: { values: make("f32", randomFloats(length)), sums } })],
        outputs: [sums],
      };
    },
  };
}

/** The gradients of 10^4 and 10^6 connections. */
export const cases = [squaresCase(10_000), squaresCase(1_000_000)];
