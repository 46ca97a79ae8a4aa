import { normT } from "../../src/kernels/norm-t.js";
import { type BenchCase, HYPER, RATES, RULES } from "../harness.js";
import { randomFloats } from "../problems.js";

function normTCase(neurons: number, batch: number): BenchCase {
  const quads = Math.ceil(batch / 4);
  return {
    name: "norm-t",
    cell: { neurons, batch },
    flop: 0,
    bytes: 4 * 3 * neurons * batch,
    build(make) {
      const [elements, packed] = [neurons * quads * 4, () => make("f32", randomFloats(2 * neurons))];
      const [delta, gamma] = [make("f32", randomFloats(elements)), packed()];
      const dispatch = normT.on({
        params: { rows: neurons, share: 1, quads, eps: 1e-5, momentum: 0.1, ...HYPER },
        buffers: {
          cursor: make("u32", Uint32Array.of(0, batch, 0, 0)),
          rates: make("f32", RATES),
          x: make("f32", randomFloats(elements, 2)),
          delta,
          gamma,
          bias: packed(),
          running: packed(),
        },
        pieces: { optimiser: RULES.momentum },
      });
      return { dispatches: [dispatch], outputs: [delta, gamma] };
    },
  };
}

/** A layer of 1000 neurons, at batch 128 and 8. */
export const cases = [normTCase(1000, 128), normTCase(1000, 8)];
