import * as fc from "fast-check";
import { type Field, mutate, mutation, raw, u8, u32 } from "../fields.js";

const TYPES: readonly (readonly [number, number])[] = [
  [8, 1],
  [8, 1],
  [9, 1],
  [11, 2],
  [12, 4],
  [13, 4],
  [14, 8],
];

function idxFields(dims: readonly number[], [type, bytes]: readonly [number, number], filling: number): Field[] {
  const size = dims.reduce((product, length) => product * length, bytes);
  const sizes = dims.map((length, d) => u32(`size ${d}`, length, false));
  const data = new Uint8Array(size).map((_, k) =>
    k % bytes === bytes - 1 ? (filling === 0 ? k % 3 : filling) : filling === 255 ? 255 : 0,
  );
  return [raw("zeros", [0, 0]), u8("type", type), u8("dimensions", dims.length), ...sizes, raw("values", data)];
}

/** A pair of IDX files, one of which may be wrong in a field; or one file alone, or two of a kind. */
export const idxPair: fc.Arbitrary<Uint8Array[]> = fc
  .record({
    shape: fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 2, maxLength: 4 }),
    types: fc.tuple(fc.constantFrom(...TYPES), fc.constantFrom(...TYPES)),
    filling: fc.constantFrom(0, 0, 0, 1, 255),
    change: mutation,
    which: fc.boolean(),
    files: fc.constantFrom("both", "both", "both", "swapped", "samples", "labels", "twice"),
  })
  .map(({ shape, types, filling, change, which, files }) => {
    const samples = idxFields(shape, types[0], filling);
    const labels = idxFields([shape[0]], types[1], filling);
    const still = { ...change, how: "none" } as const;
    const pair = [mutate(samples, which ? change : still), mutate(labels, which ? still : change)];
    if (files === "samples") return [pair[0]];
    if (files === "labels") return [pair[1]];
    return files === "twice" ? [pair[0], pair[0]] : files === "swapped" ? [pair[1], pair[0]] : pair;
  });
