import { describe, expect, test } from "vitest";
import { pick } from "../../src/kernels/pick.js";
import { random } from "../../src/util/random.js";
import { devices, runKernel } from "./harness.js";

const all = await devices();

/** What becomes of one class by walking through its counts one value at a time. */
function reference(digit: number, [key, slot, remaining, open]: number[], counts: number[]): number[] {
  if (!open) return [key, slot, remaining, open];
  const sorted = counts.flatMap((count, d) => new Array<number>(count).fill(d));
  const d = sorted[remaining - 1];
  const left = remaining - sorted.indexOf(d);
  const whole = left === counts[d];
  const unit = 256 ** (3 - (digit % 4));
  const grown = (digit < 4 ? key : slot) + d * unit + (whole ? unit - 1 : 0);
  if (digit >= 4) return [key, grown, left, whole ? 0 : 1];
  return [grown, whole ? 2 ** 32 - 1 : slot, left, whole ? 0 : 1];
}

describe.each(all)("pick on $name", ({ device }) => {
  const run = async (digit: number, selection: number[], bins: number[], MEMBERS = 1) => {
    const arrays = { selection: Uint32Array.from(selection), bins: Uint32Array.from(bins) };
    const after = await runKernel(device, pick, { params: { digit }, arrays, constants: { MEMBERS } });
    expect(after.bins.every((count) => count === 0)).toBe(true);
    return [...after.selection];
  };

  test.each([0, 1, 2, 3, 4, 5, 6, 7])(
    "finds the bins of digit %d that hold the values sought, and clears all bins",
    async (digit) => {
      const rng = random(1, "pick", digit);
      for (let round = 0; round < 6; round++) {
        const counts = [0, 1].map(() => Array.from({ length: 256 }, () => (rng.below(4) ? 0 : rng.below(5))));
        const classes = counts.map((bins) => {
          const total = bins.reduce((sum, count) => sum + count, 0);
          const remaining = [1, total, 1 + rng.below(total)][round % 3];
          const prefix = (256 ** (digit % 4) - 1) * 256 ** (4 - (digit % 4));
          return digit < 4 ? [prefix, 0, remaining, 1] : [0x12345678, prefix, remaining, 1];
        });
        const expected = classes.flatMap((state, i) => reference(digit, state, counts[i]));
        expect(await run(digit, classes.flat(), counts.flat())).toEqual(expected);
      }
    },
  );

  test("finds values in the first and in the last bin", async () => {
    const first = Array.from({ length: 256 }, (_, d) => (d === 0 ? 3 : 0));
    const last = Array.from({ length: 256 }, (_, d) => (d === 255 ? 3 : 0));
    const expected = [...reference(0, [0, 0, 2, 1], first), ...reference(0, [0, 0, 3, 1], last)];
    expect(await run(0, [0, 0, 2, 1, 0, 0, 3, 1], [...first, ...last])).toEqual(expected);
  });

  test("finds the bins of each member's classes", async () => {
    const rng = random(1, "pick", "members");
    const counts = Array.from({ length: 6 }, () => Array.from({ length: 256 }, () => rng.below(5)));
    const classes = counts.map((bins, i) => [0, 0, 1 + rng.below(bins.reduce((sum, count) => sum + count, 0)), i === 3 ? 0 : 1]);
    const expected = classes.flatMap((state, i) => reference(0, state, counts[i]));
    expect(await run(0, classes.flat(), counts.flat(), 3)).toEqual(expected);
  });

  test("leaves a closed class alone", async () => {
    const selection = [7, 8, 0, 0, 9, 10, 3, 0];
    expect(await run(2, selection, new Array(512).fill(1))).toEqual(selection);
  });
});
