import { ACTIVATIONS } from "../../src/activations/index.js";
import { derive } from "../../src/kernels/derive.js";
import type { BenchCase } from "../harness.js";
import { randomFloats } from "../problems.js";

function deriveCase(neurons: number, batch: number): BenchCase {
  const quads = Math.ceil(batch / 4);
  return {
    name: "derive",
    cell: { neurons, batch },
    flop: 0,
    bytes: 4 * 3 * neurons * batch,
    build(make) {
      const dx = make("f32", randomFloats(neurons * quads * 4));
      const saved = make("f32", randomFloats(neurons * quads * 4, 2));
      const dispatch = derive.on({
        params: { neurons, quads, alpha: 0, stream: 1, threshold: 2 ** 31, keepScale: 2 },
        buffers: { cursor: make("u32", Uint32Array.of(0, batch, 0, 0)), saved, dx },
        constants: { DROPOUT: 1 },
        pieces: { activation: ACTIVATIONS.relu },
      });
      return { dispatches: [dispatch], outputs: [dx] };
    },
  };
}

/** A layer of 1000 neurons, at batch 128 and 1. */
export const cases = [deriveCase(1000, 128), deriveCase(1000, 1)];
