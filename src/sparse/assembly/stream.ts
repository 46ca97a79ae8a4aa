// Steps of xoroshiro128+, as src/util/random.ts takes them: its two words of 64 bits lie at an address, and are held in locals by a loop.

/** Fills `out` with `count` uniform integers below n; see `fillBelow`. */
export function fillBelow(n: u32, count: u32, out: usize, state: usize): void {
  let s0 = load<u64>(state);
  let s1 = load<u64>(state, 8);
  const bucket = 0x100000000 / <u64>n;
  const limit = <u64>n * bucket;
  const divisor = n === 1 ? 1 : <u32>bucket; // of n = 1 it has 33 bits
  for (let i: u32 = 0; i < count; ) {
    const drawn = <u32>(s0 + s1);
    store<u32>(out + (<usize>i << 2), n === 1 ? 0 : drawn / divisor);
    i += u32(<u64>drawn < limit); // or is written over by the next one
    s1 ^= s0;
    s0 = rotl(s0, 24) ^ s1 ^ (s1 << 16);
    s1 = rotl(s1, 37);
  }
  store<u64>(state, s0);
  store<u64>(state, s1, 8);
}
