/**
 * Murmur3's 32-bit finaliser: a bijection of the 32-bit words in which every input bit flips every output bit with
 * probability about 1/2. Shifts and multipliers are those of A. Appleby's MurmurHash3 (public domain).
 */
export function mix32(word: number): number {
  let h = word;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}

/**
 * Counter-based random number: MurmurHash3_x86_32 (seed 0) of the 16 bytes of four u32 words, little endian. The same
 * words give the same u32 here and in WGSL (`hash4` of shaders/common.wgsl), in any order and on any number of threads;
 * so a mask is drawn where it is needed and never stored: keep when hash4(stream, step, neuron, sample) < threshold.
 */
export function hash4(a: number, b: number, c: number, d: number): number {
  let h = absorb(0, a);
  h = absorb(h, b);
  h = absorb(h, c);
  h = absorb(h, d);
  return mix32(h ^ 16);
}

/** One round of MurmurHash3_x86_32's body. */
function absorb(h: number, word: number): number {
  let k = Math.imul(word, 0xcc9e2d51);
  k = Math.imul((k << 15) | (k >>> 17), 0x1b873593);
  const mixed = h ^ k;
  return (Math.imul((mixed << 13) | (mixed >>> 19), 5) + 0xe6546b64) | 0;
}
