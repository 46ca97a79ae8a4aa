import { histogram } from "../../src/kernels/histogram.js";
import type { BenchCase } from "../harness.js";
import { randomFloats } from "../problems.js";

/** The first pass of a selection, in which every connection is counted. */
function histogramCase(slots: number): BenchCase {
  return {
    name: "histogram",
    cell: { connections: slots, digit: 0 },
    flop: 0,
    bytes: 4 * slots,
    build(make) {
      const bins = make("u32", 512);
      const selection = make("u32", Uint32Array.of(0, 0, slots >> 3, 1, 0, 0, slots >> 3, 1));
      const buffers = { values: make("f32", randomFloats(slots)), selection, bins, places: null };
      const dispatch = histogram.on({ params: { slots, slotStart: 0, digit: 0 }, buffers });
      return { dispatches: [dispatch], outputs: [bins] };
    },
  };
}

/** The first digit of 10^5 to 10^7 values: those of a selection by radix. */
export const cases = [histogramCase(100_000), histogramCase(1_000_000), histogramCase(10_000_000)];
