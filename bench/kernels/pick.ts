import { pick } from "../../src/kernels/pick.js";
import type { BenchCase } from "../harness.js";

export const cases: readonly BenchCase[] = [
  {
    label: "two classes, digit 0",
    build(make) {
      const selection = make("u32", Uint32Array.of(0, 0, 1001, 1, 0, 0, 2002, 1));
      const bins = make("u32", new Uint32Array(512).fill(10));
      return {
        dispatch: pick.on({ params: { digit: 0 }, buffers: { selection, bins } }),
        outputs: [selection, bins],
        flop: 0,
        bytes: 4160,
      };
    },
  },
];
