import { describe, expect, test } from "vitest";
import { countSigns } from "../../src/kernels/count-signs.js";
import { random } from "../../src/util/random.js";
import { devices, runKernel } from "./harness.js";
import { stackSlots } from "./members.js";

const all = await devices();

/** Every kind of f32: a few of each in random order. */
const SPECIAL = [1, -1, 0, -0, 1e-45, -1e-45, 1e-38, -3e38, 3.4028234663852886e38, Infinity, -Infinity, Number.NaN];

function mixed(n: number): Float32Array {
  const rng = random(1, "mixed", n);
  return Float32Array.from({ length: n }, () => (rng.below(3) === 0 ? SPECIAL[rng.below(SPECIAL.length)] : rng.normal()));
}

function countOf(values: Float32Array): number[] {
  const kinds = [(w: number) => w > 0 && w < Infinity, (w: number) => w < 0 && w > -Infinity, (w: number) => w === 0];
  const counts = kinds.map((is) => values.filter(is).length);
  return [...counts, values.filter((w) => !Number.isFinite(w)).length];
}

describe.each(all)("count-signs on $name", ({ device }) => {
  test.each([0, 1, 31, 32, 33, 1000, 32_768, 70_000])("counts the four kinds among %d values", async (n) => {
    const values = mixed(n);
    const { counts } = await runKernel(device, countSigns, {
      params: { slots: n, at: 0 },
      arrays: { values, counts: new Uint32Array(4), places: null },
    });
    expect([...counts]).toEqual(countOf(values));
  });

  test("adds to the four counts at an offset and leaves the others and the values behind the last slot alone", async () => {
    const values = mixed(1000);
    const { counts } = await runKernel(device, countSigns, {
      params: { slots: 700, at: 4 },
      arrays: { values, counts: Uint32Array.from({ length: 12 }, (_, i) => 10 * i), places: null },
      times: 3,
    });
    const added = countOf(values.subarray(0, 700));
    const expected = Array.from({ length: 12 }, (_, i) => 10 * i + (i >= 4 && i < 8 ? 3 * added[i - 4] : 0));
    expect([...counts]).toEqual(expected);
  });

  test("counts each member's values for itself, on more workgroups than one grid dimension holds", async () => {
    const sizes = [20_000, 3, 0, 30_000];
    const { places, table } = stackSlots(sizes);
    const values = mixed(50_003);
    const { counts } = await runKernel(device, countSigns, {
      params: { slots: 30_000, at: 4 },
      arrays: { values, counts: new Uint32Array(24).fill(7), places: table },
      constants: { MEMBERS: 4, WG: 1, ITEMS: 1 },
    });
    const added = places.flatMap(({ slotStart, slots }) => countOf(values.subarray(slotStart, slotStart + slots)));
    expect([...counts]).toEqual([0, 0, 0, 0, ...added, 0, 0, 0, 0].map((count) => 7 + count));
  });

  test("counts on more workgroups than one grid dimension holds", async () => {
    const values = mixed(70_000);
    const { counts } = await runKernel(device, countSigns, {
      params: { slots: 70_000, at: 0 },
      arrays: { values, counts: new Uint32Array(4), places: null },
      constants: { WG: 1, ITEMS: 1 },
    });
    expect([...counts]).toEqual(countOf(values));
  });
});
