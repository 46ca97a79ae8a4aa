import { carry } from "../../src/kernels/carry.js";
import { NEW } from "../../src/sparse/grow.js";
import type { BenchCase } from "../harness.js";
import { randomFloats } from "../problems.js";

/** Three in ten connections are new, the others come from a slot near their own. */
function carryCase(length: number): BenchCase {
  return {
    name: "carry",
    cell: { connections: length },
    flop: 0,
    bytes: 4 * length * 2.7,
    build(make) {
      const next = make("f32", length);
      const source = make(
        "u32",
        Uint32Array.from({ length }, (_, k) => (k % 10 < 3 ? NEW : Math.min(k + 2, length - 1))),
      );
      const dispatch = carry.on({
        params: { length, slotStart: 0, slots: length, oldAt: 0, newAt: 0 },
        buffers: { source, old: make("f32", randomFloats(length)), next },
      });
      return { dispatches: [dispatch], outputs: [next] };
    },
  };
}

/** Carrying the state of 10^5 to 10^7 connections over an evolution. */
export const cases = [carryCase(100_000), carryCase(1_000_000), carryCase(10_000_000)];
