import type { FloatArray } from "../util/types.js";

/** The f32 bits of values: a view of an f32 array, a rounded copy of an f64 one. */
export function bitsOf(values: FloatArray): Uint32Array {
  const floats = values instanceof Float32Array ? values : Float32Array.from(values);
  return new Uint32Array(floats.buffer, floats.byteOffset, floats.length);
}

/** Above every finite number's bits shifted left by one, which is how magnitudes are compared: the sign drops out. */
export const NOT_FINITE = 0xff000000;
