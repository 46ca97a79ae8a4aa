import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { candidatesOf, TUNED_KERNELS } from "../../src/kernels/candidates.js";
import type { Variant } from "../../src/kernels/variant.js";
import {
  decodeEntries,
  encodeEntries,
  formatVariant,
  mergeEntries,
  parseVariant,
  TUNING,
  type TuningEntry,
  tuningAdapter,
} from "../../src/tune/entries.js";
import { classSizes, shapeClass } from "../../src/tune/shape-class.js";
import { storageTuning } from "../../src/tune/storage.js";
import { checkTable, checkVariant, classCandidates, classKey, variantsOf } from "../../src/tune/table.js";
import { numRuns } from "../matrix.js";

const variant: fc.Arbitrary<Variant> = fc.dictionary(
  fc.constantFrom("VECS", "WG", "LANES", "TILED"),
  fc.integer({ min: 0, max: 256 }),
);
const entry: fc.Arbitrary<TuningEntry> = fc.record({
  version: fc.constantFrom("0.1.0", "0.2.0"),
  adapter: fc.constantFrom("a|b||c", "d|e|f|g"),
  kernel: fc.constantFrom(...TUNED_KERNELS),
  shape: fc.constantFrom("1024x1024/32768/32", "16x1024/16384/32"),
  variant,
  fixed: fc.boolean(),
  trials: fc.array(fc.record({ variant, ms: fc.double({ min: 0, max: 1e3, noNaN: true, noDefaultInfinity: true }) }), {
    maxLength: 3,
  }),
});

/** What a page has. */
function fakeStorage() {
  const items = new Map<string, string>();
  return {
    items,
    getItem: (key: string) => items.get(key) ?? null,
    setItem: (key: string, value: string) => void items.set(key, value),
    removeItem: (key: string) => void items.delete(key),
  };
}

describe("shape classes", () => {
  test("take the nearest powers of two, and the batch's quads as they are", () => {
    expect(shapeClass({ rows: 1000, cols: 784, nnz: 35_680, quads: 32 })).toBe("1024x1024/32768/32");
    expect(shapeClass({ rows: 1000, cols: 1000, nnz: 40_000, quads: 32 })).toBe("1024x1024/32768/32");
    expect(shapeClass({ rows: 10, cols: 1000, nnz: 10_000, quads: 3 })).toBe("8x1024/8192/3");
    expect(shapeClass({ rows: 1, cols: 3, nnz: 0, quads: 1 })).toBe("1x4/0/1");
  });

  test("are read back from their names, and nothing else is", () => {
    const size = fc.integer({ min: 1, max: 2 ** 31 });
    fc.assert(
      fc.property(
        size,
        size,
        fc.integer({ min: 0, max: 2 ** 31 }),
        fc.integer({ min: 1, max: 1024 }),
        (rows, cols, nnz, quads) => {
          const name = shapeClass({ rows, cols, nnz, quads });
          expect(shapeClass(classSizes(name, "test"))).toBe(name);
          for (const [size, of] of [
            [classSizes(name, "test").rows, rows],
            [classSizes(name, "test").cols, cols],
          ])
            expect(Math.abs(Math.log2(size / of))).toBeLessThanOrEqual(0.5);
        },
      ),
    );
    for (const text of ["", "1000x1024/32768/32", "1024x1024/32768", "1024x1024/32768/0", "ax2/2/1", "1024x1024/32768/32 "])
      expect(() => classSizes(text, "test")).toThrow("is no class of shapes");
  });
});

describe("a tuning cache", () => {
  test("comes back as it was saved", () => {
    fc.assert(
      fc.property(fc.array(entry, { maxLength: 5 }), (entries) => {
        expect(decodeEntries(TUNING, encodeEntries(TUNING, entries), "here", "clear it")).toEqual(
          JSON.parse(JSON.stringify(entries)),
        );
      }),
    );
  });

  test("that is corrupt is refused with the place and the remedy, never read in part", () => {
    const whole = encodeEntries(TUNING, [{ ...base, trials: [{ variant: { VECS: 2 }, ms: 1 }] }]);
    const broken = [
      whole.slice(0, -9),
      "",
      "null",
      "[]",
      whole.replace("coppice-tuning/1", "coppice-tuning/9"),
      whole.replace('"fixed": false', '"fixed": 0'),
      whole.replace('"ms": 1', '"ms": "1"'),
      whole.replace('"VECS": 4', '"VECS": "4"'),
      whole.replace('"kernel"', '"kernal"'),
      '{"format":"coppice-tuning/1","entries":{}}',
    ];
    for (const text of broken) {
      expect(text).not.toBe(whole);
      expect(() => decodeEntries(TUNING, text, "cache.json", "clear it with: coppice tune clear")).toThrow(
        /^cache\.json: it is no tuning cache \(.+\); clear it with: coppice tune clear$/,
      );
    }
  });

  test("in a page lives under one key of localStorage, and an empty one leaves nothing there", () => {
    const storage = fakeStorage();
    const store = storageTuning(storage);
    expect(store.load()).toEqual([]);
    store.save([base]);
    expect([...storage.items.keys()]).toEqual(["coppice.tuning"]);
    expect(storageTuning(storage).load()).toEqual([base]);
    storage.setItem("coppice.tuning", "{");
    expect(() => store.load()).toThrow('localStorage "coppice.tuning": it is no tuning cache');
    store.save([]);
    expect(storage.items.size).toBe(0);
  });

  test("in a page that has no room left is a failure that says so", () => {
    const full = {
      ...fakeStorage(),
      setItem: () => {
        throw new Error("the quota has been exceeded");
      },
    };
    expect(() => storageTuning(full).save([base])).toThrow("cannot be written (the quota has been exceeded)");
  });

  test("keeps one entry for a kernel, shape, adapter and version: the newest", () => {
    const other = { ...base, shape: "16x1024/16384/32" };
    const newer = { ...base, variant: { VECS: 1 } };
    expect(mergeEntries([base, other], [newer])).toEqual([other, newer]);
    const elsewhere = [
      { ...base, adapter: "x|||" },
      { ...base, version: "0.0.9" },
      { ...base, kernel: "sddmm" },
    ];
    expect(mergeEntries(elsewhere, [newer])).toEqual([...elsewhere, newer]);
  });

  test("knows an adapter by vendor, architecture, card and driver", () => {
    const info = { kind: "webgpu", vendor: "nvidia", architecture: "ampere", description: "driver 5", software: false } as const;
    const names = [info, { ...info, model: "3060" }, { ...info, model: "3090" }, { ...info, description: "driver 6" }].map(
      tuningAdapter,
    );
    expect(new Set(names).size).toBe(4);
  });
});

const base: TuningEntry = {
  version: "0.1.0",
  adapter: "a|b||c",
  kernel: "spmm",
  shape: "1024x1024/32768/32",
  variant: { VECS: 4 },
  fixed: false,
  trials: [],
};

describe("variants", () => {
  test("are written and read as NAME=NUMBER, in any order", () => {
    fc.assert(
      fc.property(variant, (v) => {
        expect(parseVariant(formatVariant(v), "here")).toEqual({ ...v });
      }),
    );
    expect(parseVariant("WG=64, VECS=2", "here")).toEqual({ VECS: 2, WG: 64 });
    for (const text of ["VECS", "VECS=", "VECS=a", "=4", "VECS:4"])
      expect(() => parseVariant(text, "here")).toThrow(/is no constant of a kernel; give NAME=NUMBER/);
  });

  test("of a table hold for every shape of the class, and the default for all others", () => {
    const shape = { rows: 1000, cols: 1000, nnz: 40_000, quads: 32, software: false };
    const table = { [classKey("spmm", shape)]: { VECS: 1 } };
    const variants = variantsOf(table);
    expect(variants("spmm", shape)).toEqual({ VECS: 1 });
    expect(variants("spmm", { ...shape, rows: 900, nnz: 30_000 })).toEqual({ VECS: 1 });
    for (const [kernel, other] of [
      ["spmm-t", shape],
      ["spmm", { ...shape, quads: 31 }],
      ["spmm", { ...shape, rows: 500 }],
    ] as const)
      expect(variants(kernel, other)).toEqual(variantsOf({})(kernel, other));
  });

  test("that no kernel has are refused, naming the nearest kernel or the candidates", () => {
    const shape = "1024x1024/32768/32";
    const [fine] = classCandidates("spmm", shape);
    checkVariant("spmm", shape, fine, "here");
    expect(() => checkVariant("spm", shape, fine, "here")).toThrow('"spm" is unknown; did you mean "spmm"?');
    expect(() => checkVariant("spmm", "1000x2/2/2", fine, "here")).toThrow('"1000x2/2/2" is no class of shapes');
    const bad = () => checkTable({ [`spmm ${shape}`]: { VECS: 77 } }, "plan", "train without the plan");
    expect(bad).toThrow(`plan: "VECS=77" is no variant of spmm at ${shape}; candidates are "${formatVariant(fine)}"`);
    expect(bad).toThrow(/; train without the plan$/);
    const shapeless = { [`spmm ${shape}`]: "fast" as unknown as Variant };
    expect(() => checkTable(shapeless, "plan", "train without the plan")).toThrow("is no set of constants");
  });

  test("that are candidates for a shape are candidates of its class: a run accepts its own plan", () => {
    const size = fc.integer({ min: 1, max: 100_000 });
    fc.assert(
      fc.property(
        fc.constantFrom(...TUNED_KERNELS),
        fc.record({
          rows: size,
          cols: size,
          nnz: fc.integer({ min: 0, max: 10_000_000 }),
          quads: fc.integer({ min: 1, max: 128 }),
          software: fc.boolean(),
        }),
        (kernel, shape) => {
          const all = new Set(classCandidates(kernel, shapeClass(shape)).map(formatVariant));
          expect(candidatesOf(kernel, shape).filter((candidate) => !all.has(formatVariant(candidate)))).toEqual([]);
        },
      ),
      numRuns(500),
    );
  });
});
