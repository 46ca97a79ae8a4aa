import { describe, expect, test } from "vitest";
import { limit } from "../../src/kernels/limit.js";
import { random } from "../../src/util/random.js";
import { gpuMatrixTest } from "../matrix.js";
import { devices, expectWithin, normals, runKernel, tolerance } from "./harness.js";

const all = await devices();
const MOST = 1.5;

describe.each(all)("limit on $name", (on) => {
  test.each([
    ["of a topology", 1, 16],
    ["of equal lengths", 0, 1],
  ])("rows %s get the norm that is the most, or keep their bits", async (_, SPARSE, LANES) => {
    const [rows, cols, slotStart] = [70, 3, SPARSE ? 0 : 4];
    const rng = random(3, "limit", SPARSE);
    const rowPtr = Uint32Array.from({ length: rows + 1 }, (_, row) =>
      SPARSE ? Math.floor((row * row) / 7) : slotStart + row * cols,
    );
    const w = normals(rng, rowPtr[rows] + 3);
    const { w: found } = await runKernel(on.device, limit, {
      params: { rows, cols, slotStart, most: MOST },
      arrays: { rowPtr: SPARSE ? rowPtr : null, w },
      constants: { SPARSE, LANES },
    });
    const expected = Float64Array.from(w);
    let shrunk = 0;
    for (let row = 0; row < rows; row++) {
      const own = expected.subarray(rowPtr[row], rowPtr[row + 1]);
      const norm = Math.hypot(...own);
      if (norm <= MOST) continue;
      shrunk++;
      own.forEach((value, k) => {
        own[k] = (value * MOST) / norm;
      });
    }
    expect(shrunk).toBeGreaterThan(rows / 4);
    expect(shrunk).toBeLessThan(rows);
    const bounds = expected.map((value, k) => (value === w[k] ? 0 : tolerance(on, 80, Math.abs(value))));
    expectWithin(found, expected, bounds, "w");
  });

  gpuMatrixTest(on)("a norm that is not finite leaves no weight finite", async () => {
    const w = Float32Array.of(1, Number.POSITIVE_INFINITY, 2, Number.NaN, 1, 1);
    const arrays = { rowPtr: Uint32Array.of(0, 2, 4, 6), w };
    const { w: found } = await runKernel(on.device, limit, { params: { rows: 3, cols: 0, slotStart: 0, most: 9 }, arrays });
    expect([found[1], found[3], found[4]].map(Number.isFinite)).toEqual([false, false, true]);
  });
});
