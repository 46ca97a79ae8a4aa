import { describe, expect, test } from "vitest";
import { countZeros } from "../../src/kernels/count-zeros.js";
import { random } from "../../src/util/random.js";
import { devices, runKernel } from "./harness.js";

const all = await devices();

describe.each(all)("count-zeros on $name", ({ device }) => {
  test.each([
    [1, 70],
    [3, 5],
  ])("zeros of the batch are added row by row, of %i parts each, and what pads it is not", async (share, rows) => {
    const [quads, count] = [3, 10]; // of 12 places two are padding, which is 0
    const rng = random(4, "zeros", share);
    const x = new Float32Array(rows * share * 4 * quads);
    const counts = Uint32Array.from({ length: rows }, (_, row) => row);
    const expected = counts.slice();
    for (let row = 0; row < rows; row++)
      for (let part = 0; part < share; part++)
        for (let b = 0; b < count; b++) {
          const value = [0, -0, rng.normal()][rng.below(3)];
          x[(row * share + part) * 4 * quads + b] = value;
          if (x[(row * share + part) * 4 * quads + b] === 0) expected[row]++;
        }
    const arrays = { cursor: Uint32Array.of(0, count, 0, 0), x, counts };
    const { counts: found } = await runKernel(device, countZeros, { params: { rows, share, quads }, arrays });
    expect([...found]).toEqual([...expected]);
  });
});
