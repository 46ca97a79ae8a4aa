import { mark } from "../../src/kernels/mark.js";
import type { BenchCase } from "../harness.js";
import { randomFloats } from "../problems.js";

/** Thresholds at magnitude 0.3 for both signs. */
function markCase(slots: number): BenchCase {
  return {
    name: "mark",
    cell: { connections: slots },
    flop: 0,
    bytes: 4 * slots + slots / 8,
    build(make) {
      const [bits] = new Uint32Array(Float32Array.of(0.3).buffer);
      const selection = make("u32", Uint32Array.of(2 * bits, 0, 0, 0, 2 * bits, 0, 0, 0));
      const survivors = make("u32", Math.ceil(slots / 32));
      const buffers = { values: make("f32", randomFloats(slots)), selection, survivors, places: null };
      const dispatch = mark.on({ params: { slots, slotStart: 0 }, buffers });
      return { dispatches: [dispatch], outputs: [survivors] };
    },
  };
}

/** Marking the survivors of 10^5 to 10^7 connections. */
export const cases = [markCase(100_000), markCase(1_000_000), markCase(10_000_000)];
