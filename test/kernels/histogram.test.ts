import { describe, expect, test } from "vitest";
import { histogram } from "../../src/kernels/histogram.js";
import { random } from "../../src/util/random.js";
import { matrixTest } from "../matrix.js";
import { devices, expectEqual, once, runKernel } from "./harness.js";
import { stackSlots } from "./members.js";

const all = await devices();

const MAGNITUDES = [0, 1e-45, 2e-40, 1e-38, 0.5, 0.50000006, 1, 3e38, Infinity];
const rng = random(1, "values");
const values = Float32Array.from({ length: 70_000 }, (_, k) => {
  const magnitude = k % 2 ? Math.abs(rng.normal()) : MAGNITUDES[rng.below(MAGNITUDES.length)];
  return rng.below(2) ? magnitude : -magnitude;
});
values[5] = Number.NaN;

/** |w| as the digits see it: the f32's bits without the sign, left-aligned; by BigInt, to be independent of u32 arithmetic. */
function keyOf(w: number): bigint {
  const view = new DataView(new ArrayBuffer(4));
  view.setFloat32(0, Math.abs(w));
  return BigInt(view.getUint32(0)) * 2n;
}

interface Found {
  readonly key: bigint;
  readonly slot: number;
  readonly open: boolean;
}

/** Bins by comparing the whole 64-bit composite key's leading bits. */
function binsOf(
  n: number,
  slotStart: number,
  digit: number,
  found: readonly Found[],
  signed: boolean,
  of: Float32Array = values,
): Uint32Array {
  const bins = new Uint32Array(512);
  const below = BigInt(56 - 8 * digit);
  for (let k = 0; k < n; k++) {
    if (of[k] === 0 || !Number.isFinite(of[k])) continue;
    const sign = signed && of[k] < 0 ? 1 : 0;
    if (!found[sign].open) continue;
    const composite = (keyOf(of[k]) << 32n) + BigInt(slotStart + k);
    const prefix = (found[sign].key << 32n) + BigInt(found[sign].slot);
    if (composite >> (below + 8n) === prefix >> (below + 8n)) bins[256 * sign + Number((composite >> below) & 255n)]++;
  }
  return bins;
}

const words = (found: readonly Found[]) =>
  Uint32Array.from(found.flatMap(({ key, slot, open }) => [Number(key), slot, 99, open ? 1 : 0]));

const reference = once(binsOf, (n, slotStart, digit, found, signed, of = values) => {
  return [n, slotStart, digit, `${words(found)}`, signed, of.byteOffset];
});

describe.each(all)("histogram on $name", ({ device }) => {
  const bins = new Uint32Array(512);
  const run = async (n: number, slotStart: number, digit: number, found: readonly Found[], constants = {}) => {
    const arrays = { values, selection: words(found), bins, places: null };
    return (await runKernel(device, histogram, { params: { slots: n, slotStart, digit }, arrays, constants })).bins;
  };
  const start = { key: 0n, slot: 0, open: true };

  test.each([0, 1, 31, 32, 33, 1000, 32_768, 70_000])("counts the first digits of %d values by sign", async (n) => {
    expectEqual(await run(n, 0, 0, [start, start]), reference(n, 0, 0, [start, start], true), "bins");
  });

  test.each([1, 2, 3])("counts digit %d of the magnitudes that have the prefix found so far", async (digit) => {
    const shift = BigInt(32 - 8 * digit);
    const prefix = (w: number) => ({ ...start, key: (keyOf(w) >> shift) << shift });
    const found = [prefix(0.5), prefix(2e-40)];
    const expected = reference(70_000, 0, digit, found, true);
    expect(expected.some((count) => count > 0)).toBe(true);
    expectEqual(await run(70_000, 0, digit, found), expected, "bins");
  });

  test.each([4, 5, 6, 7])(
    "counts digit %d of the slots that share a magnitude, from the block's first slot on",
    async (digit) => {
      const slotStart = 0xfffe0000 - 40_000;
      const shift = 64 - 8 * digit;
      const slot = Math.floor((slotStart + 30_000) / 2 ** shift) * 2 ** shift;
      const found = [
        { key: keyOf(0.5), slot, open: true },
        { key: keyOf(1e-45), slot, open: true },
      ];
      const expected = reference(70_000, slotStart, digit, found, true);
      expect(expected.some((count) => count > 0)).toBe(true);
      expectEqual(await run(70_000, slotStart, digit, found), expected, "bins");
    },
  );

  test("counts no values of a closed class", async () => {
    const found = [start, { ...start, open: false }];
    expectEqual(await run(1000, 0, 0, found), reference(1000, 0, 0, found, true), "bins");
    const closed = { ...start, open: false };
    expectEqual(await run(1000, 0, 0, [closed, closed]), bins, "bins");
  });

  test("puts both signs into one class when SIGNED is 0", async () => {
    const found = [start, { ...start, open: false }];
    expectEqual(await run(5000, 0, 0, found, { SIGNED: 0 }), reference(5000, 0, 0, found, false), "bins");
  });

  test.each([0, 6])("counts digit %d of each member's values for itself, its slots from 0", async (digit) => {
    const { places, table } = stackSlots([33_000, 5, 700]);
    const prefix = { key: keyOf(0.5), slot: 1_000_000 - (1_000_000 % 2 ** 16), open: true };
    const found = [digit ? prefix : start, start, start, { ...start, open: false }, { ...start, open: false }, prefix];
    const arrays = { values, selection: words(found), bins: new Uint32Array(3 * 512), places: table };
    const params = { slots: 33_000, slotStart: 1_000_000, digit };
    const counted = await runKernel(device, histogram, { params, arrays, constants: { MEMBERS: 3 } });
    const expected = places.flatMap(({ slotStart, slots }, j) => [
      ...reference(slots, 1_000_000, digit, found.slice(2 * j, 2 * j + 2), true, values.subarray(slotStart)),
    ]);
    expectEqual(counted.bins, expected, "bins");
  });

  matrixTest("counts on more workgroups than one grid dimension holds", async () => {
    const expected = reference(70_000, 0, 0, [start, start], true);
    expectEqual(await run(70_000, 0, 0, [start, start], { WG: 1, ITEMS: 1 }), expected, "bins");
  });
});
