import { average } from "../../src/kernels/average.js";
import type { BenchCase } from "../harness.js";
import { randomFloats } from "../problems.js";

function averageCase(members: number, classes: number, batch: number): BenchCase {
  const stride = 4 * Math.ceil(batch / 4);
  return {
    name: "average",
    cell: { members, classes, batch },
    flop: 0,
    bytes: 4 * (members + 1) * classes * batch,
    build(make) {
      const y = make("f32", classes * stride);
      const dispatch = average.on({
        params: { outputs: classes, stride, before: 0 },
        buffers: {
          z: make("f32", randomFloats(members * classes * stride)),
          weights: make("f32", new Float32Array(members).fill(1 / members)),
          y,
        },
        constants: { MEMBERS: members },
      });
      return { dispatches: [dispatch], outputs: [y] };
    },
  };
}

/** Eight members of ten and of a thousand classes. */
export const cases = [averageCase(8, 10, 128), averageCase(8, 1000, 128)];
