/** The largest number of 16 bits. */
export const MOST_F16 = 65504;

const float = new Float32Array(1);
const words = new Int32Array(float.buffer);
/** Between the exponents of 16 and of 32 bits, whose biases are 15 and 127. */
const SHIFT = 2 ** 112;

/** The 16 bits (IEEE 754 binary16) of the number nearest to x, of two as near the even one. |x| is at most `MOST_F16`. */
export function halfOf(x: number): number {
  float[0] = Math.abs(x) / SHIFT; // its exponent is then that of 16 bits, and below 2^-14 it is subnormal as there
  const word = words[0];
  const rounded = (word + 0xfff + ((word >> 13) & 1)) >> 13;
  return rounded | (x < 0 || Object.is(x, -0) ? 0x8000 : 0);
}

/** The number of 16 bits; none of them infinite or not a number. */
export function ofHalf(half: number): number {
  words[0] = (half & 0x7fff) << 13;
  const size = float[0] * SHIFT;
  return half & 0x8000 ? -size : size;
}
