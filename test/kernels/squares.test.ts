import { describe, expect, test } from "vitest";
import { squares } from "../../src/kernels/squares.js";
import { random } from "../../src/util/random.js";
import { gpuMatrixTest } from "../matrix.js";
import { devices, expectWithin, normals, runKernel, tolerance } from "./harness.js";

const all = await devices();

describe.each(all)("squares on $name", (on) => {
  test("adds up the squares of each part", async () => {
    for (const [length, each] of [
      [1, 64],
      [1000, 300],
      [640, 64],
    ]) {
      const values = normals(random(2, "squares", length), length + 5);
      const parts = Math.ceil(length / each);
      const sums = Float32Array.from({ length: parts + 2 }, () => -1);
      const params = { start: 5, length, each, at: 2, most: 1 };
      const found = await runKernel(on.device, squares, { params, arrays: { values, sums } });
      const own = (i: number) => values.subarray(5 + i * each, 5 + Math.min(length, (i + 1) * each));
      const expected = Float64Array.from({ length: parts + 2 }, (_, i) =>
        i < 2 ? -1 : own(i - 2).reduce((a, v) => a + v * v, 0),
      );
      expectWithin(
        found.sums,
        expected,
        expected.map((value, i) => (i < 2 ? 0 : tolerance(on, each, value))),
        `sums of ${length}`,
      );
    }
  });

  gpuMatrixTest(on)("makes the factor of them that PyTorch's clip_grad_norm_ clips by", async () => {
    const factorOf = async (values: Float32Array) => {
      const params = { start: 1, length: values.length - 1, each: values.length - 1, at: 1, most: 2 };
      const { sums } = await runKernel(on.device, squares, { params, arrays: { values, sums: 2 }, constants: { FACTOR: 1 } });
      return sums[1];
    };
    expect(await factorOf(Float32Array.of(99, 9, 16, 0))).toBeCloseTo(2 / (5 + 1e-6), 6);
    expect(await factorOf(Float32Array.of(99, 1, 2))).toBe(1);
    expect(await factorOf(Float32Array.of(99, Number.POSITIVE_INFINITY, 2))).toBeNaN();
  });
});
