import { ACTIVATIONS } from "../../src/activations/index.js";
import { scale } from "../../src/kernels/scale.js";
import type { BenchCase } from "../harness.js";
import { randomFloats } from "../problems.js";

function scaleCase(neurons: number, batch: number, members: number): BenchCase {
  const quads = Math.ceil(batch / 4);
  return {
    name: "scale",
    cell: { neurons, batch, members },
    flop: 0,
    bytes: 4 * 2 * members * neurons * batch,
    build(make) {
      const scalings = () => make("f32", randomFloats(members * neurons));
      const u = make("f32", members * neurons * quads * 4);
      const dispatch = scale.on({
        params: { neurons, quads, alpha: 0, zScale: 1, stream: 1, threshold: 2 ** 31, keepScale: 2 },
        buffers: {
          cursor: make("u32", Uint32Array.of(0, batch, 0, 0)),
          p: make("f32", randomFloats(members * neurons * quads * 4, 2)),
          scaleOut: scalings(),
          bias: scalings(),
          scaleIn: scalings(),
          u,
        },
        constants: { MEMBERS: members },
        pieces: { activation: ACTIVATIONS.relu },
      });
      return { dispatches: [dispatch], outputs: [u] };
    },
  };
}

/** A layer of 1000 neurons of 16 members, at batch 32 and 1. */
export const cases = [scaleCase(1000, 32, 16), scaleCase(1000, 1, 16)];
