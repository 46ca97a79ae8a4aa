import { loss } from "../../src/kernels/loss.js";
import { LOSSES, type LossName } from "../../src/losses/index.js";
import type { BenchCase } from "../harness.js";
import { randomFloats } from "../problems.js";

function lossCase(classes: number, batch: number, name: LossName): BenchCase {
  const stride = 4 * Math.ceil(batch / 4);
  return {
    name: "loss",
    cell: { classes, batch, loss: name },
    flop: 0,
    bytes: 8 * classes * batch,
    build(make) {
      const delta = make("f32", classes * stride);
      const stepSums = make("f32", 8);
      const dispatch = loss.on({
        params: { outputs: classes, stride, width: 1 },
        buffers: {
          cursor: make("u32", Uint32Array.of(0, batch, 0, 0)),
          order: make(
            "u32",
            Uint32Array.from({ length: batch }, (_, i) => i),
          ),
          targets: make(
            "f32",
            Float32Array.from({ length: batch }, (_, i) => i % classes),
          ),
          z: make("f32", randomFloats(classes * stride)),
          delta,
          stepSums,
          weights: null,
        },
        pieces: { loss: LOSSES[name] },
      });
      return { dispatches: [dispatch], outputs: [delta, stepSums] };
    },
  };
}

/** Ten and a thousand classes, and both losses: neurons, batch, loss. */
export const cases = [lossCase(10, 128, "crossEntropy"), lossCase(1000, 128, "crossEntropy"), lossCase(10, 128, "mse")];
