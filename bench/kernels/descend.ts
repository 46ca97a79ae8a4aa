import { descend } from "../../src/kernels/descend.js";
import { type BenchCase, HYPER, RATES, RULES } from "../harness.js";
import { randomFloats } from "../problems.js";

function descendCase(length: number): BenchCase {
  return {
    name: "descend",
    cell: { length },
    flop: 0,
    bytes: 4 * 5 * length,
    build(make) {
      const parameters = make("f32", randomFloats(2 * length));
      const dispatch = descend.on({
        params: { length, ...HYPER },
        buffers: { rates: make("f32", RATES), g: make("f32", randomFloats(length, 2)), parameters },
        pieces: { optimiser: RULES.momentum },
      });
      return { dispatches: [dispatch], outputs: [parameters] };
    },
  };
}

/** A value for each of 1000 neurons, and for each of a million. */
export const cases = [descendCase(1000), descendCase(1_000_000)];
