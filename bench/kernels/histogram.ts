import { histogram } from "../../src/kernels/histogram.js";
import { type BenchCase, randomFloats } from "../harness.js";

/** The first pass of a selection, in which every connection is counted. */
function histogramCase(slots: number): BenchCase {
  return {
    label: `${slots} connections, digit 0`,
    build(make) {
      const bins = make("u32", 512);
      const selection = make("u32", Uint32Array.of(0, 0, slots >> 3, 1, 0, 0, slots >> 3, 1));
      const buffers = { values: make("f32", randomFloats(slots)), selection, bins };
      const dispatch = histogram.on({ params: { slots, slotStart: 0, digit: 0 }, buffers });
      return { dispatch, outputs: [bins], flop: 0, bytes: 4 * slots };
    },
  };
}

export const cases = [histogramCase(100_000), histogramCase(4_000_000)];
