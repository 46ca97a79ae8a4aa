import { ema } from "../../src/kernels/ema.js";
import type { BenchCase } from "../harness.js";
import { randomFloats } from "../problems.js";

function emaCase(length: number): BenchCase {
  return {
    name: "ema",
    cell: { length },
    flop: 0,
    bytes: 4 * 3 * length,
    build(make) {
      const [w, average] = [make("f32", randomFloats(length)), make("f32", randomFloats(length, 2))];
      const rates = make("f32", Float32Array.of(0, 0, 0, 0.001));
      return { dispatches: [ema.on({ params: { length, at: 0 }, buffers: { rates, w, average } })], outputs: [average] };
    },
  };
}

/** 10^4 and 10^6 connections. */
export const cases = [emaCase(10_000), emaCase(1_000_000)];
