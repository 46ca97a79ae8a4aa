import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createCpuDevice } from "../../src/device/cpu/device.js";
import type { Device } from "../../src/device/device.js";
import { createScratch } from "../../src/device/scratch.js";
import { maskOf } from "../../src/evolution/prune.js";
import type { PruneCount } from "../../src/evolution/pruners/pruner.js";
import { countsToPrune, markSurvivors, selectSmallest } from "../../src/evolution/select-smallest.js";
import { isMarked } from "../../src/sparse/marks.js";
import { CoppiceError } from "../../src/util/check.js";
import { random } from "../../src/util/random.js";
import golden from "../fixtures/golden.json" with { type: "json" };
import { concat, devices, expectEqual } from "../kernels/harness.js";
import { stackSlots } from "../kernels/members.js";
import { WHOLE } from "../matrix.js";

const all = await devices();

/** Slots that go, by sorting: zeros, and of each class the first ones by (|w|, slot). */
function reference(values: Float32Array, removal: PruneCount | number): number[] {
  const slots = [...values.keys()];
  const smallest = (class_: number[], count: number) =>
    class_.sort((a, b) => Math.abs(values[a]) - Math.abs(values[b]) || a - b).slice(0, count);
  const zeros = slots.filter((k) => values[k] === 0);
  const positive = slots.filter((k) => values[k] > 0);
  const negative = slots.filter((k) => values[k] < 0);
  const rest =
    typeof removal === "number"
      ? smallest([...positive, ...negative], removal)
      : [...smallest(positive, removal.positive), ...smallest(negative, removal.negative)];
  return [...zeros, ...rest].sort((a, b) => a - b);
}

/** Slots that go according to markSurvivors, with the values cut into blocks of the given lengths. */
async function removed(
  device: Device,
  values: Float32Array,
  removal: PruneCount | number,
  cuts: number[] = [],
): Promise<number[]> {
  const ends = [...cuts, values.length];
  const blocks = ends.map((end, i) => device.createBuffer("values", "f32", values.subarray(i === 0 ? 0 : ends[i - 1], end)));
  const scratch = createScratch(device);
  const masks = await device.read(await markSurvivors(scratch, "test", blocks, removal));
  scratch.free();
  device.destroyBuffers(blocks);
  const slots: number[] = [];
  for (const [i, { length }] of blocks.entries()) {
    const start = i === 0 ? 0 : ends[i - 1];
    expect(masks[i].length).toBe(Math.ceil(length / 32));
    for (let k = 0; k < 32 * masks[i].length; k++) {
      const survives = (masks[i][k >> 5] >>> (k & 31)) & 1;
      if (k >= length && survives) expect.fail(`bit ${k} of ${length} slots is set`);
      if (k < length && !survives) slots.push(start + k);
    }
  }
  return slots;
}

function counts(values: Float32Array): [number, number] {
  return [values.filter((w) => w > 0).length, values.filter((w) => w < 0).length];
}

const kinds: Record<string, (n: number) => Float32Array> = {
  normal: (n) => {
    const rng = random(1, "normal", n);
    return Float32Array.from({ length: n }, () => rng.normal());
  },
  "few magnitudes": (n) => {
    const rng = random(1, "few", n);
    return Float32Array.from({ length: n }, () => (rng.below(9) - 4) / 8);
  },
  "all equal": (n) => new Float32Array(n).fill(-0.5),
  "subnormal, -0, huge and close": (n) => {
    const rng = random(1, "extreme", n);
    const magnitudes = [0, 1e-45, 3e-45, 1e-39, 2 ** -126, 1, 1 + 2 ** -23, 1 - 2 ** -24, 3.4e38, 3.4028234663852886e38];
    return Float32Array.from({ length: n }, () => (rng.below(2) ? 1 : -1) * magnitudes[rng.below(magnitudes.length)]);
  },
};

const sorted = new Map<string, number[]>();
/** The reference for n values of a kind, sorted once for all devices. */
function referenceOf(kind: string, n: number, removal: PruneCount | number): number[] {
  const key = JSON.stringify([kind, n, removal]);
  const slots = sorted.get(key) ?? reference(kinds[kind](n), removal);
  sorted.set(key, slots);
  return slots;
}

describe.each(all)("pruning on $name", ({ name, device }) => {
  test.each(golden.prune)("removes what NumPy's sort removes: $name", async ({ values, zeta, removed: expected }) => {
    const floats = Float32Array.from(values);
    expect(await removed(device, floats, countsToPrune(...counts(floats), zeta))).toEqual(expected);
  });

  const chosen = WHOLE || name !== "webgpu" ? Object.keys(kinds) : ["subnormal, -0, huge and close"];
  describe.each(chosen)("of values that are %s", (kind) => {
    test.each([0, 1, 31, 32, 33, 1000, WHOLE ? 70_000 : 5000])(
      "removes what a sort removes among %d, by sign and by magnitude alone",
      async (n) => {
        const values = kinds[kind](n);
        const [positive, negative] = counts(values);
        for (const removal of [countsToPrune(positive, negative, 0.3), Math.floor(0.3 * (positive + negative))]) {
          expectEqual(await removed(device, values, removal), referenceOf(kind, n, removal), "slots");
        }
      },
    );

    test("removes nothing but zeros for counts of 0, one of a sign for 1, and everything for the whole count", async () => {
      const values = kinds[kind](300);
      const [positive, negative] = counts(values);
      for (const removal of [
        { positive: 0, negative: 0 },
        { positive: Math.min(1, positive), negative: 0 },
        { positive: 0, negative: Math.min(1, negative) },
        { positive, negative },
        positive + negative,
      ]) {
        expectEqual(await removed(device, values, removal), reference(values, removal), "slots");
      }
    });

    test("removes the same from three row blocks as from one", async () => {
      const values = kinds[kind](70_000);
      const removal = countsToPrune(...counts(values), 0.37);
      expectEqual(await removed(device, values, removal, [17, 33_333]), referenceOf(kind, 70_000, removal), "slots");
    });
  });

  const RULES = [
    { what: "by sign", SIGNED: 1 },
    { what: "by magnitude alone", SIGNED: 0 },
  ];
  test.each(WHOLE || name !== "webgpu" ? RULES : RULES.slice(0, 1))(
    "removes of each member of an ensemble what it loses alone, $what, over two layers",
    async ({ SIGNED }) => {
      const layers = [
        [700, 5, 33_000],
        [31, 500, 64],
      ].map((sizes, i) => {
        const all = kinds["few magnitudes"](sizes.reduce((sum, slots) => sum + slots, 0)).map((w) => w * (i + 1));
        const { places, table } = stackSlots(sizes);
        const parts = places.map(({ slotStart, slots }) => all.subarray(slotStart, slotStart + slots));
        return { all, parts, places, table };
      });
      const whole = layers[0].parts.map((part, j) => concat([part, layers[1].parts[j]]));
      const removals = whole.map((values) => {
        const { positive, negative } = countsToPrune(...counts(values), 0.37);
        return SIGNED ? { positive, negative } : positive + negative;
      });
      const blocks = layers.map(({ all }) => device.createBuffer("values", "f32", all));
      const members = layers.map(({ places, table }) => ({ places, table: device.createBuffer("places", "u32", table) }));
      const scratch = createScratch(device);
      const masks = (await device.read(await markSurvivors(scratch, "test", blocks, removals, members))) as Uint32Array[];
      scratch.free();
      device.destroyBuffers([...blocks, ...members.map(({ table }) => table)]);
      for (const [j, removal] of removals.entries()) {
        const gone = layers.flatMap(({ places }, i) => {
          const own = maskOf(masks[i], places[j], j);
          const before = i === 0 ? 0 : layers[0].places[j].slots;
          return Array.from({ length: places[j].slots }, (_, k) => k).flatMap((k) => (isMarked(own, k) ? [] : [before + k]));
        });
        expectEqual(gone, reference(whole[j], removal), `slots of member ${j}`);
      }
    },
  );

  test("counts slots through the blocks where equal magnitudes end at a block's edge", async () => {
    const values = kinds["all equal"](1000);
    for (const count of [16, 17, 18, 299, 300, 301, 999, 1000]) {
      const expected = Array.from({ length: count }, (_, k) => k);
      expect(await removed(device, values, count, [17, 300])).toEqual(expected);
    }
  });

  test("removes what a sort removes, whatever the values, the counts and the blocks", async () => {
    const magnitude = fc.oneof(
      fc.constantFrom(0, -0, 1e-45, -1e-45, 0.5, -0.5, 1, -1),
      fc.float({ noNaN: true, noDefaultInfinity: true }),
    );
    const problem = fc.record({
      values: fc.array(magnitude, { maxLength: 90 }),
      zeta: fc.double({ min: 0, max: 1, noNaN: true }),
      signed: fc.boolean(),
      cuts: fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 3 }),
    });
    await fc.assert(
      fc.asyncProperty(problem, async ({ values: list, zeta, signed, cuts }) => {
        const values = Float32Array.from(list);
        const [positive, negative] = counts(values);
        const removal = signed ? countsToPrune(positive, negative, zeta) : Math.floor(zeta * (positive + negative));
        const ends = cuts.map((cut) => Math.floor(cut * values.length)).sort((a, b) => a - b);
        expect(await removed(device, values, removal, ends)).toEqual(reference(values, removal));
      }),
      { seed: 1, numRuns: name === "webgpu" && !WHOLE ? 15 : 60 },
    );
  });

  test("selectSmallest gives the slots that go, for a fraction and for a count", async () => {
    const values = kinds["few magnitudes"](500);
    const [positive, negative] = counts(values);
    const total = positive + negative;
    const select = (options: Parameters<typeof selectSmallest>[2]) => selectSmallest(device, values, options);
    expectEqual(await select({ zeta: 0.29 }), reference(values, Math.floor(0.29 * total)), "slots");
    expectEqual(await select({ count: 77 }), reference(values, 77), "slots");
    const by3 = reference(values, countsToPrune(positive, negative, 0.3));
    expectEqual(await select({ zeta: 0.3, signed: true }), by3, "slots");
    expectEqual(await select({ count: 20, signed: true }), reference(values, { positive: 20, negative: 20 }), "slots");
  });

  test("selectSmallest takes a buffer of the device and leaves it as it was", async () => {
    const values = kinds.normal(100);
    const buffer = device.createBuffer("mine", "f32", values);
    expectEqual(await selectSmallest(device, buffer, { count: 10 }), reference(values, 10), "slots");
    expectEqual((await device.read([buffer]))[0], values, "values");
    device.destroyBuffers([buffer]);
  });

  test("selectSmallest refuses what it cannot compare or does not have", async () => {
    const select = (values: number[], options: Parameters<typeof selectSmallest>[2]) =>
      selectSmallest(device, Float32Array.from(values), options);
    await expect(select([1, Number.NaN, -Infinity], { count: 1 })).rejects.toThrow("2 values are not finite");
    await expect(select([1, -1, 0], { count: 3 })).rejects.toThrow("ask for at most 2");
    await expect(select([1, 1, -1], { count: 2, signed: true })).rejects.toThrow("ask for at most 1");
    await expect(select([1], { count: 0.5 })).rejects.toThrow(CoppiceError);
    await expect(select([1], { zeta: 1.5 })).rejects.toThrow("zeta");
    await expect(select([1], { count: 1, zeta: 1 } as { count: number })).rejects.toThrow("either zeta or count");
  });
});

test("the numbers of weights that go are floors in f64", () => {
  for (const { count, zeta, floor } of golden.floors) {
    expect(countsToPrune(count, 0, zeta)).toEqual({ positive: floor, negative: 0 });
    expect(countsToPrune(0, count, zeta)).toEqual({ positive: 0, negative: floor });
  }
  expect(() => countsToPrune(10, 10, Number.NaN)).toThrow(CoppiceError);
});

test("pruning frees what it allocates, also when it fails", async () => {
  const device = createCpuDevice({ memoryBytes: 10_000, bindingBytes: 1000 });
  const values = kinds.normal(1500); // 6000 bytes in six blocks
  for (let i = 0; i < 20; i++) await selectSmallest(device, values, { count: 100 });
  for (let i = 0; i < 20; i++) {
    await expect(selectSmallest(device, kinds.normal(2100), { count: 100 })).rejects.toThrow("does not fit");
  }
  expectEqual(await selectSmallest(device, values, { count: 100 }), reference(values, 100), "slots");
});
