import { ACTIVATIONS } from "../../src/activations/index.js";
import { norm } from "../../src/kernels/norm.js";
import type { BenchCase } from "../harness.js";
import { randomFloats } from "../problems.js";

function normCase(neurons: number, batch: number): BenchCase {
  const quads = Math.ceil(batch / 4);
  return {
    name: "norm",
    cell: { neurons, batch },
    flop: 0,
    bytes: 4 * 2 * neurons * batch,
    build(make) {
      const own = () => make("f32", randomFloats(neurons));
      const y = make("f32", neurons * quads * 4);
      const drop = { stream: 1, threshold: 2 ** 31, keepScale: 2 };
      const dispatch = norm.on({
        params: { rows: neurons, share: 1, eps: 1e-5, quads, alpha: 0, zScale: 1, neurons, ...drop },
        buffers: {
          cursor: make("u32", Uint32Array.of(0, batch, 0, 0)),
          gamma: own(),
          running: null,
          bias: own(),
          x: make("f32", randomFloats(neurons * quads * 4, 2)),
          y,
          z: null,
          parameters: null,
          places: null,
        },
        pieces: { activation: ACTIVATIONS.relu },
      });
      return { dispatches: [dispatch], outputs: [y] };
    },
  };
}

/** A layer of 1000 neurons, at batch 128 and 8. */
export const cases = [normCase(1000, 128), normCase(1000, 8)];
