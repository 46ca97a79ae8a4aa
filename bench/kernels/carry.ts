import { carry } from "../../src/kernels/carry.js";
import { NEW } from "../../src/sparse/grow.js";
import { type BenchCase, randomFloats } from "../harness.js";

/** Three in ten connections are new, the others come from a slot near their own. */
function carryCase(length: number): BenchCase {
  return {
    label: `${length} connections`,
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
      return { dispatch, outputs: [next], flop: 0, bytes: 4 * length * 2.7 };
    },
  };
}

export const cases = [carryCase(100_000), carryCase(4_000_000)];
