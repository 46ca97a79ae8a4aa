import type { FloatArray } from "./types.js";

/** The largest magnitude that does not become infinite when rounded to 32 bits. */
export const MOST_F32 = 2 ** 128 - 2 ** 103 - 2 ** 75;

/** `length` zeros of the type of `like`. */
export function zerosLike<A extends FloatArray>(like: A, length: number): A {
  return (like instanceof Float64Array ? new Float64Array(length) : new Float32Array(length)) as A;
}

/** Whether 32 bits hold every value exactly. NaN, which stands for a missing one, they do. */
export function isExact32(values: FloatArray): boolean {
  if (values instanceof Float32Array) return true;
  for (let k = 0; k < values.length; k++) if (Math.fround(values[k]) !== values[k] && !Number.isNaN(values[k])) return false;
  return true;
}

/** The values in 32 bits where these hold all of them exactly, else as they are. */
export function narrowed(values: FloatArray): FloatArray {
  return isExact32(values) ? rounded(values) : values;
}

/** The values rounded to 32 bits; themselves where they are that. */
export function rounded(values: FloatArray): Float32Array {
  return values instanceof Float32Array ? values : new Float32Array(values);
}
