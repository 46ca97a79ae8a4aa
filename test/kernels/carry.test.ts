import { describe, expect, test } from "vitest";
import { carry } from "../../src/kernels/carry.js";
import { NEW } from "../../src/sparse/grow.js";
import { random } from "../../src/util/random.js";
import { devices, expectEqualBits, isPoison, POISON, runKernel } from "./harness.js";

const all = await devices();

/** Random bit patterns, among them what floats lose on the way: signalling NaNs with payloads, subnormals, -0, infinities. */
function patterns(n: number, f64: boolean): Float32Array {
  const rng = random(1, "patterns", n);
  const special = [0x7f800001, 0xffbfffff, 0x7fc12345, 0x00000001, 0x807fffff, 0x80000000, 0x7f800000, 0xff800000];
  const words = Uint32Array.from({ length: n }, (_, i) => (i % 2 ? special[(i >> 1) % special.length] : rng.below(2 ** 32)));
  const floats = new Float32Array(words.buffer);
  // f64 has no room for f32's NaNs: the oracle gets numbers.
  return f64 ? floats.map((value, i) => (Number.isNaN(value) ? i : value)) : floats;
}

describe.each(all)("carry on $name", ({ device, f64 }) => {
  /** Compares as bits (in f64: with the numbers the f32s stand for). */
  const expectSame = (actual: Parameters<typeof expectEqualBits>[0], expected: Float32Array, label: string) =>
    expectEqualBits(actual, f64 ? Float64Array.from(expected) : expected, label);
  /** expected[k] = from[at], as words. */
  const copy = (to: Float32Array, k: number, from: Float32Array, at: number) => to.set(from.subarray(at, at + 1), k);

  test.each([0, 1, 63, 64, 65, 70_000])("carries %d values bit for bit and leaves the new ones as they are", async (length) => {
    const rng = random(2, "source", length);
    const slots = 90_000;
    const old = patterns(slots, f64);
    const source = Uint32Array.from({ length }, () => (rng.below(4) ? rng.below(slots) : NEW));
    const params = { length, slotStart: 0, slots, oldAt: 0, newAt: 0 };
    const values = patterns(length + 1, f64).subarray(1);
    const { next } = await runKernel(device, carry, { params, arrays: { source, old, next: values } });
    const expected = values.slice();
    source.forEach((from, k) => {
      if (from !== NEW) copy(expected, k, old, from);
    });
    expectSame(next, expected, "next");
  });

  test("moves one part of a packed array and leaves the others as they are", async () => {
    const old = patterns(30, f64);
    const source = Uint32Array.of(1, 4, 9);
    const params = { length: 3, slotStart: 0, slots: 10, oldAt: 20, newAt: 6 };
    const { next } = await runKernel(device, carry, { params, arrays: { source, old, next: 9 } });
    const expected = new Float32Array(3);
    source.forEach((from, k) => {
      copy(expected, k, old, 20 + from);
    });
    expectSame(next.slice(6), expected, "next");
    for (let k = 0; k < 6; k++) expect(isPoison(next, k)).toBe(true);
  });

  test("takes only what lies in the old block it is given", async () => {
    const old = patterns(4, f64);
    const source = Uint32Array.of(99, 100, 103, 104, 0, NEW, 0xfffffffe);
    const next = new Float32Array(new Uint32Array(7).fill(f64 ? 0x3f800000 : POISON).buffer);
    const params = { length: 7, slotStart: 100, slots: 4, oldAt: 0, newAt: 0 };
    const after = await runKernel(device, carry, { params, arrays: { source, old, next } });
    const expected = next.slice();
    copy(expected, 1, old, 0);
    copy(expected, 2, old, 3);
    expectSame(after.next, expected, "next");
  });

  test("carries on more workgroups than one grid dimension holds", async () => {
    const old = patterns(70_000, f64);
    const source = Uint32Array.from({ length: 70_000 }, (_, k) => 69_999 - k);
    const params = { length: 70_000, slotStart: 0, slots: 70_000, oldAt: 0, newAt: 0 };
    const arrays = { source, old, next: 70_000 };
    const { next } = await runKernel(device, carry, { params, arrays, constants: { WG: 1 } });
    const words = new Uint32Array(old.slice().buffer).reverse();
    expectSame(next, new Float32Array(words.buffer), "next");
  });
});
