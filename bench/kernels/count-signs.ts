import { countSigns } from "../../src/kernels/count-signs.js";
import type { BenchCase } from "../harness.js";
import { randomFloats } from "../problems.js";

function countSignsCase(slots: number): BenchCase {
  return {
    name: "count-signs",
    cell: { connections: slots },
    flop: 0,
    bytes: 4 * slots,
    build(make) {
      const counts = make("u32", 4);
      const buffers = { values: make("f32", randomFloats(slots)), counts, places: null };
      return { dispatches: [countSigns.on({ params: { slots, at: 0 }, buffers })], outputs: [counts] };
    },
  };
}

/** Counting the signs of 10^5 to 10^7 values. */
export const cases = [countSignsCase(100_000), countSignsCase(1_000_000), countSignsCase(10_000_000)];
