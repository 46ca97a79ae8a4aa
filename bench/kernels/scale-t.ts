import { ACTIVATIONS } from "../../src/activations/index.js";
import { scaleT } from "../../src/kernels/scale-t.js";
import { type BenchCase, HYPER, RATES, RULES } from "../harness.js";
import { randomFloats } from "../problems.js";

function scaleTCase(neurons: number, batch: number, members: number): BenchCase {
  const quads = Math.ceil(batch / 4);
  return {
    name: "scale-t",
    cell: { neurons, batch, members },
    flop: 0,
    bytes: 4 * 3 * members * neurons * batch,
    build(make) {
      const elements = members * neurons * quads * 4;
      const scalings = () => make("f32", randomFloats(2 * members * neurons));
      const [delta, scaleOut] = [make("f32", elements), scalings()];
      const drop = { stream: 1, threshold: 2 ** 31, keepScale: 2 };
      const dispatch = scaleT.on({
        params: { neurons, quads, gain: members, share: 1 / members, alpha: 0, ...drop, ...HYPER },
        buffers: {
          cursor: make("u32", Uint32Array.of(0, batch, 0, 0)),
          rates: make("f32", RATES),
          g: make("f32", randomFloats(elements)),
          p: make("f32", randomFloats(elements, 2)),
          delta,
          scaleOut,
          bias: scalings(),
          scaleIn: scalings(),
        },
        constants: { MEMBERS: members },
        pieces: { activation: ACTIVATIONS.relu, optimiser: RULES.momentum },
      });
      return { dispatches: [dispatch], outputs: [delta, scaleOut] };
    },
  };
}

/** A layer of 1000 neurons of 16 members, at batch 32 and 1. */
export const cases = [scaleTCase(1000, 32, 16), scaleTCase(1000, 1, 16)];
