import { describe, expect, test } from "vitest";
import { advance } from "../../src/kernels/advance.js";
import { random } from "../../src/util/random.js";
import { devices, expectEqual, expectEqualBits, normals, runKernel } from "./harness.js";

const all = await devices();

describe.each(all)("advance on $name", ({ device, f64 }) => {
  const rows = 7;
  const schedule = Uint32Array.from({ length: 4 * rows }, (_, i) => 1000 * i + 3);
  const rateTable = normals(random(1, "rates"), 4 * rows);

  test.each([1, 2, 5])("after %d steps cursor and rates hold the last row taken and the counter the next", async (times) => {
    const first = 2;
    const counter = Uint32Array.of(first);
    const arrays = { counter, schedule, rateTable, cursor: 4, rates: 4 };
    const after = await runKernel(device, advance, { params: { unused: 0 }, arrays, times });
    const row = first + times - 1;
    expect([...after.counter]).toEqual([row + 1]);
    expectEqual(after.cursor, schedule.subarray(4 * row, 4 * row + 4), "cursor");
    const rates = rateTable.subarray(4 * row, 4 * row + 4);
    if (f64) expectEqual(after.rates, rates, "rates");
    else expectEqualBits(after.rates, rates, "rates");
  });
});
