import { pruneDispatches } from "../../src/evolution/select-smallest.js";
import { pick } from "../../src/kernels/pick.js";
import type { BenchCase } from "../harness.js";
import { randomFloats } from "../problems.js";
import { copyWords } from "../roofline.js";

/** One digit of both classes. A copy restores what the kernel consumes, so that every replay has the same work. */
const pickCase: BenchCase = {
  name: "pick",
  cell: { digit: 0 },
  flop: 0,
  bytes: 4160,
  build(make) {
    const [found, counts] = [Uint32Array.of(0, 0, 1001, 1, 0, 0, 2002, 1), new Uint32Array(512).fill(10)];
    const [selection, bins] = [make("u32", found), make("u32", counts)];
    return {
      dispatches: [
        copyWords.on({ params: { length: 8 }, buffers: { source: make("u32", found), copied: selection } }),
        copyWords.on({ params: { length: 512 }, buffers: { source: make("u32", counts), copied: bins } }),
        pick.on({ params: { digit: 0 }, buffers: { selection, bins } }),
      ],
      outputs: [selection, bins],
    };
  },
};

/**
 * The whole radix selection as an evolution runs it: a histogram and a pick for each digit, then the marks of the survivors, 30 % of each
 * sign going. A copy of 8 words before it opens the classes anew. Compulsory traffic: the weights once, and the marks.
 */
function selectCase(slots: number): BenchCase {
  return {
    name: "radix-select",
    cell: { connections: slots },
    flop: 0,
    bytes: 4 * slots + slots / 8,
    build(make) {
      const values = randomFloats(slots);
      const positive = Math.floor(0.3 * values.reduce((count, value) => count + (value > 0 ? 1 : 0), 0));
      const negative = Math.floor(0.3 * values.reduce((count, value) => count + (value < 0 ? 1 : 0), 0));
      const classes = Uint32Array.of(0, 0, positive, 1, 0, 0, negative, 1);
      const [selection, bins] = [make("u32", 8), make("u32", 512)];
      const survivors = make("u32", Math.ceil(slots / 32));
      return {
        dispatches: [
          copyWords.on({ params: { length: 8 }, buffers: { source: make("u32", classes), copied: selection } }),
          ...pruneDispatches([make("f32", values)], [survivors], selection, bins, 1),
        ],
        outputs: [survivors],
      };
    },
  };
}

/** The pick of one digit, and a whole selection from 10^5 to 10^7 values. */
export const cases = [pickCase, selectCase(100_000), selectCase(1_000_000), selectCase(10_000_000)];
