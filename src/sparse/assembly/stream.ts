// Steps of xoroshiro128+, as src/util/random.ts takes them: its two words of 64 bits lie at an address, and are held in locals by a loop.

/** 1.5 times 2^52: added to a number of up to 32 bits, it leaves that in the low half, rounded. */
const ROUND: f64 = 6755399441055744;

/** Fills `out` with `count` uniform integers below n; see `fillBelow`. */
export function fillBelow(n: u32, count: u32, out: usize, state: usize): void {
  let s0 = load<u64>(state);
  let s1 = load<u64>(state, 8);
  const bucket = 0x100000000 / <u64>n;
  const last = <u32>(<u64>n * bucket - 1);
  // (drawn + 1/2) / bucket - 1/2 is never half between two integers: it rounds to the quotient, sooner than a division gives it.
  const share = 1.0 / <f64>bucket;
  const half = 0.5 * share - 0.5;
  const end = out + (<usize>count << 2);
  if (out < end) do {
    const drawn = <u32>(s0 + s1);
    store<u32>(out, <u32>reinterpret<u64>(<f64>drawn * share + half + ROUND));
    out += <usize>(drawn <= last) << 2; // or is written over by the next one
    s1 ^= s0;
    s0 = rotl(s0, 24) ^ s1 ^ (s1 << 16);
    s1 = rotl(s1, 37);
  } while (out < end);
  store<u64>(state, s0);
  store<u64>(state, s1, 8);
}
