import { countSigns } from "../../src/kernels/count-signs.js";
import { type BenchCase, randomFloats } from "../harness.js";

function countSignsCase(slots: number): BenchCase {
  return {
    label: `${slots} connections`,
    build(make) {
      const counts = make("u32", 4);
      const buffers = { values: make("f32", randomFloats(slots)), counts };
      return { dispatch: countSigns.on({ params: { slots, at: 0 }, buffers }), outputs: [counts], flop: 0, bytes: 4 * slots };
    },
  };
}

export const cases = [countSignsCase(100_000), countSignsCase(4_000_000)];
