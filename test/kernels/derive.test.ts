import { describe, expect, test } from "vitest";
import { ACTIVATIONS } from "../../src/activations/index.js";
import { derive } from "../../src/kernels/derive.js";
import { hash4 } from "../../src/util/counter-random.js";
import { random } from "../../src/util/random.js";
import { devices, expectEqual, integers, padded, runKernel, strideOf, unpadded } from "./harness.js";

const all = await devices();
const STREAM = 7;
const STEP = 3;

describe.each(all)("derive on $name", ({ device }) => {
  test.each([
    ["one sample", 5, 1, 64],
    ["nothing divides the workgroup", 37, 13, 64],
    ["more work than a workgroup's invocations", 130, 9, 32],
  ])("multiplies by f' and the mask, by definition: %s", async (_, neurons, batch, WG) => {
    const rng = random(5, "derive");
    const [saved, dx] = [integers(rng, neurons * batch), integers(rng, neurons * batch)];
    for (const [activation, alpha, slope] of [
      [ACTIVATIONS.linear, 0, () => 1],
      [ACTIVATIONS.relu, 0, (y: number) => (y > 0 ? 1 : 0)],
      [ACTIVATIONS.leakyRelu, 0.25, (y: number) => (y > 0 ? 1 : 0.25)],
    ] as const) {
      for (const DROPOUT of [0, 1, 2]) {
        const params = { neurons, quads: strideOf(batch) / 4, alpha, stream: STREAM, threshold: 2 ** 31, keepScale: 2 };
        const found = await runKernel(device, derive, {
          params,
          arrays: {
            cursor: Uint32Array.of(0, batch, STEP, 0),
            saved: padded(saved, neurons, batch, 0),
            dx: padded(dx, neurons, batch, 0),
          },
          constants: { WG, DROPOUT },
          pieces: { activation },
        });
        const expected = Float64Array.from(dx, (d, i) => {
          const kept = hash4(STREAM, STEP, Math.floor(i / batch), i % batch) >= 2 ** 31 ? 2 : 0;
          return d * slope(saved[i]) * (DROPOUT === 1 ? kept : 1);
        });
        expectEqual(unpadded(found.dx, neurons, batch), expected, `${activation.name}, dropout ${DROPOUT}`);
      }
    }
    expect(new Set(dx).size).toBeGreaterThan(1);
  });
});
