import { advance } from "../../src/kernels/advance.js";
import type { BenchCase } from "../harness.js";

/** More rows than a measurement replays. */
const ROWS = 50_000;

/** The cursor's move to the next batch. */
export const cases: readonly BenchCase[] = [
  {
    name: "advance",
    cell: { steps: 1 },
    flop: 0,
    bytes: 68,
    build(make) {
      const cursor = make("u32", 4);
      const schedule = make(
        "u32",
        Uint32Array.from({ length: 4 * ROWS }, (_, i) => i + 1),
      );
      const buffers = { counter: make("u32", 1), schedule, rateTable: make("f32", 4 * ROWS), cursor, rates: make("f32", 4) };
      return { dispatches: [advance.on({ params: { unused: 0 }, buffers })], outputs: [cursor] };
    },
  },
];
