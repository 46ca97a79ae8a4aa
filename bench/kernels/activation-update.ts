import { activationUpdate } from "../../src/kernels/activation-update.js";
import { type BenchCase, HYPER, RATES, RULES } from "../harness.js";
import { randomFloats } from "../problems.js";

function activationUpdateCase(neurons: number, batch: number): BenchCase {
  const quads = Math.ceil(batch / 4);
  const { decay: _none, ...hyper } = HYPER;
  return {
    name: "activation-update",
    cell: { neurons, batch },
    flop: 0,
    bytes: 4 * (3 * neurons * batch + 16 * neurons),
    build(make) {
      const g = make("f32", randomFloats(neurons * quads * 4));
      const knees = make(
        "f32",
        Float32Array.from({ length: 8 * neurons }, (_, i) => [-0.5, 0.2, 0.5, 1][Math.floor(i / neurons)] ?? 0),
      );
      const z = make("f32", randomFloats(neurons * quads * 4, 2));
      const dispatch = activationUpdate.on({
        params: { neurons, quads, alpha: 0, ...hyper },
        buffers: { rates: make("f32", RATES), z, g, parameters: knees },
        pieces: { optimiser: RULES.momentum },
      });
      return { dispatches: [dispatch], outputs: [g, knees] };
    },
  };
}

/** A layer of 1000 neurons, at batch 128 and 1. */
export const cases = [activationUpdateCase(1000, 128), activationUpdateCase(1000, 1)];
