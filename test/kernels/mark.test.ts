import { describe, expect, test } from "vitest";
import { mark } from "../../src/kernels/mark.js";
import { random } from "../../src/util/random.js";
import { matrixTest } from "../matrix.js";
import { devices, expectEqual, isPoison, runKernel } from "./harness.js";
import { stackSlots } from "./members.js";

const all = await devices();

const MAGNITUDES = [0, 1e-45, 3e-45, 0.25, 0.5, 1, 3e38];

function valuesOf(n: number): Float32Array {
  const rng = random(1, "mark", n);
  return Float32Array.from({ length: n }, () => (rng.below(2) ? 1 : -1) * MAGNITUDES[rng.below(MAGNITUDES.length)]);
}

interface Threshold {
  readonly magnitude: number;
  readonly slot: number;
}

/** Survivors by comparing numbers, not bits. */
function reference(values: Float32Array, slotStart: number, last: readonly Threshold[]): Uint32Array {
  const words = new Uint32Array(Math.ceil(values.length / 32));
  values.forEach((w, k) => {
    const { magnitude, slot } = last[w < 0 ? 1 : 0];
    const goes = w === 0 || Math.abs(w) < magnitude || (Math.abs(w) === magnitude && slotStart + k <= slot);
    if (!goes) words[k >> 5] += 2 ** (k % 32);
  });
  return words;
}

const bitsOf = (w: number) => new Uint32Array(Float32Array.of(w).buffer)[0];
const selectionOf = (last: readonly Threshold[]) =>
  Uint32Array.from(last.flatMap(({ magnitude, slot }) => [2 * bitsOf(magnitude), slot, 0, 0]));

describe.each(all)("mark on $name", ({ device }) => {
  const run = async (values: Float32Array, slotStart: number, last: readonly Threshold[], constants = {}) => {
    const arrays = { values, selection: selectionOf(last), survivors: Math.ceil(values.length / 32), places: null };
    return (await runKernel(device, mark, { params: { slots: values.length, slotStart }, arrays, constants })).survivors;
  };

  test.each([0, 1, 31, 32, 33, 1000, 70_000])("marks %d values by their class's threshold, ties by slot", async (n) => {
    const values = valuesOf(n);
    const last = [
      { magnitude: 0.5, slot: 1_000_000 + (n >> 1) },
      { magnitude: Math.fround(3e-45), slot: 1_000_000 + (n >> 2) },
    ];
    expectEqual(await run(values, 1_000_000, last), reference(values, 1_000_000, last), "survivors");
  });

  test("removes the threshold's own slot and nothing behind it", async () => {
    const values = new Float32Array(70).fill(0.5);
    for (const slot of [0, 30, 31, 32, 69]) {
      const last = { magnitude: 0.5, slot: 5 + slot };
      expectEqual(await run(values, 5, [last, last]), reference(values, 5, [last, last]), "survivors");
    }
  });

  test("removes only zeros while nothing has been selected, whatever the slot", async () => {
    const values = valuesOf(500);
    const none = { magnitude: 0, slot: 0 };
    expectEqual(await run(values, 0, [none, none]), reference(values, 0, [none, none]), "survivors");
  });

  test("takes the first threshold for both signs when SIGNED is 0", async () => {
    const values = valuesOf(500);
    const last = { magnitude: 0.25, slot: 250 };
    const arrays = [last, { magnitude: 99, slot: 99 }];
    expectEqual(await run(values, 0, arrays, { SIGNED: 0 }), reference(values, 0, [last, last]), "survivors");
  });

  test("marks each member's values by its classes, in words of its own", async () => {
    const { places, table } = stackSlots([70, 1, 33, 5000, 32]);
    const values = valuesOf(5136);
    const last = places.flatMap((_, j) => [
      { magnitude: 0.5, slot: 1_000_000 + 20 * j },
      { magnitude: [0.25, 1][j % 2], slot: 1_000_000 },
    ]);
    const length = Math.floor(5136 / 32) + 5;
    const arrays = { values, selection: selectionOf(last), survivors: length, places: table };
    const params = { slots: 5000, slotStart: 1_000_000 };
    const { survivors } = await runKernel(device, mark, { params, arrays, constants: { MEMBERS: 5 } });
    const untouched = new Set(survivors.keys());
    for (const [j, { slotStart, slots }] of places.entries()) {
      const own = values.subarray(slotStart, slotStart + slots);
      const expected = reference(own, 1_000_000, last.slice(2 * j, 2 * j + 2));
      const at = Math.floor(slotStart / 32) + j;
      expectEqual(survivors.subarray(at, at + expected.length), expected, `survivors of member ${j}`);
      for (const k of expected.keys()) expect(untouched.delete(at + k)).toBe(true);
    }
    for (const k of untouched) expect(isPoison(survivors, k)).toBe(true);
  });

  matrixTest("marks on more workgroups than one grid dimension holds", async () => {
    const values = valuesOf(32 * 66_000 + 5);
    const last = [
      { magnitude: 0.5, slot: 1_000_000 },
      { magnitude: 1, slot: 2_000_000 },
    ];
    expectEqual(await run(values, 0, last, { WG: 1 }), reference(values, 0, last), "survivors");
  });
});
