import type { FloatArray } from "./types.js";

/** Arrays one after the other, in the type of the first; one alone is itself. */
export function joinArrays<A extends FloatArray | Uint32Array | Uint8Array>(arrays: readonly A[]): A {
  if (arrays.length === 1) return arrays[0];
  const Type = arrays[0].constructor as new (length: number) => A;
  const whole = new Type(arrays.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const array of arrays) {
    whole.set(array, at);
    at += array.length;
  }
  return whole;
}
