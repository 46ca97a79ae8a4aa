import type { NpyContent } from "../../src/io/formats/scipy/npy.js";
import { encodeNpz } from "../../src/io/formats/scipy/npz.js";

/** A layer's file: CSR [[5, 0, 3], [0, 7, 0]], with arrays changed. */
export const layer = (changes: Record<string, NpyContent> = {}) =>
  encodeNpz({
    format: { shape: [], data: "csr" },
    shape: { shape: [2], data: BigInt64Array.of(2n, 3n) },
    indptr: { shape: [3], data: Int32Array.of(0, 2, 3) },
    indices: { shape: [3], data: Int32Array.of(2, 0, 1) },
    data: { shape: [3], data: Float64Array.of(3, 5, 7) },
    ...changes,
  });
/** A vector of f32. */
export const floats = (...values: number[]): NpyContent => ({ shape: [values.length], data: Float32Array.from(values) });
/** JSON as a file. */
export const text = (json: unknown) => new TextEncoder().encode(JSON.stringify(json));

/** What a matrix claims to be. */
export const shape = (out: number, inputs: number): NpyContent => ({
  shape: [2],
  data: BigInt64Array.of(BigInt(out), BigInt(inputs)),
});
/** A vector of i32. */
export const ints = (...values: number[]): NpyContent => ({ shape: [values.length], data: Int32Array.from(values) });
