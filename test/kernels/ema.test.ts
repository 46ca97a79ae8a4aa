import { describe, expect, test } from "vitest";
import { ema } from "../../src/kernels/ema.js";
import { random } from "../../src/util/random.js";
import { gpuMatrixTest } from "../matrix.js";
import { concat, devices, expectEqual, expectWithin, normals, runKernel, tolerance } from "./harness.js";

const all = await devices();
const LENGTH = 150;
const rng = random(4, "ema");
const [w, average] = [normals(rng, LENGTH), normals(rng, LENGTH)];

describe.each(all)("ema on $name", (on) => {
  const run = async (PACKED: number, SWAP: number, rate: number) => {
    const own = PACKED ? { w: concat([w, w, average]), average: null } : { w, average };
    const arrays = { rates: Float32Array.of(9, 9, 9, rate), ...own };
    const found = await runKernel(on.device, ema, {
      params: { length: LENGTH, at: 2 * LENGTH },
      arrays,
      constants: { PACKED, SWAP },
    });
    if (PACKED) expectEqual(found.w.subarray(LENGTH, 2 * LENGTH), w, "what lies between");
    return PACKED ? { w: found.w.subarray(0, LENGTH), average: found.w.subarray(2 * LENGTH) } : found;
  };

  test.each([0, 1])("the average comes nearer to the values by the rate, packed %i", async (PACKED) => {
    const rate = 0.125;
    const found = await run(PACKED, 0, rate);
    const expected = Float64Array.from(w, (value, k) => (1 - rate) * average[k] + rate * value);
    const sizes = expected.map((_, k) => tolerance(on, 4, Math.abs(average[k]) + Math.abs(w[k])));
    expectWithin(found.average, expected, sizes, "average");
    expectEqual(found.w, w, "w");
  });

  gpuMatrixTest(on).each([0, 1])("they change places with their bits, packed %i", async (PACKED) => {
    const found = await run(PACKED, 1, 0.5);
    expectEqual(found.average, w, "average");
    expectEqual(found.w, average, "w");
    expect(found.w.length).toBe(LENGTH);
  });
});
