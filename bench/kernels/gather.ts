import { gather } from "../../src/kernels/gather.js";
import { random } from "../../src/util/random.js";
import type { BenchCase } from "../harness.js";
import { randomFloats } from "../problems.js";

function gatherCase(samples: number, features: number, batch: number): BenchCase {
  const stride = 4 * Math.ceil(batch / 4);
  return {
    name: "gather",
    cell: { features, samples, batch },
    flop: 0,
    bytes: 8 * features * batch,
    build(make) {
      const x = make("f32", features * stride);
      const order = Uint32Array.from({ length: samples }, (_, i) => i);
      random(1, "bench").shuffle(order);
      const data = make("f32", randomFloats(samples * features));
      const dispatch = gather.on({
        params: { features, stride, shardStart: 0, shardEnd: samples },
        buffers: { cursor: make("u32", Uint32Array.of(0, batch, 0, 0)), order: make("u32", order), data, x },
      });
      return { dispatches: [dispatch], outputs: [x] };
    },
  };
}

/** A batch of 128 of network a's 784 features, and one of 2 of network b's 3312. */
export const cases = [gatherCase(2000, 784, 128), gatherCase(500, 3312, 2)];
