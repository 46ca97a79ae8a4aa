import { clip } from "../../src/kernels/clip.js";
import { type BenchCase, HYPER, RATES, RULES } from "../harness.js";
import { randomFloats } from "../problems.js";

function clipCase(length: number): BenchCase {
  return {
    name: "clip",
    cell: { length },
    flop: 0,
    bytes: 4 * 5 * length,
    build(make) {
      const [w, m] = [make("f32", randomFloats(length)), make("f32", randomFloats(length, 2))];
      const dispatch = clip.on({
        params: { start: 0, length, total: length, at: 0, ...HYPER },
        buffers: {
          rates: make("f32", RATES),
          factors: make("f32", Float32Array.of(0.5)),
          w,
          g: make("f32", randomFloats(length, 3)),
          m,
          v: null,
        },
        pieces: { optimiser: RULES.momentum },
      });
      return { dispatches: [dispatch], outputs: [w, m] };
    },
  };
}

/** 10^4 and 10^6 connections. */
export const cases = [clipCase(10_000), clipCase(1_000_000)];
