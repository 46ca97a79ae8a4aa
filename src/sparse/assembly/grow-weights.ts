import { at, NEW, put } from "./words";

/**
 * Uniform weights for the slots that are new, and 0 for the others: within sqrt(6 / fanIn), or sqrt(6 / (fanIn + fanOut)) where `fanOut` is not 0.
 * By the draws and in the arithmetic of `drawWeights` of src/sparse/init-weights.ts. `room` has cols words.
 */
export function growWeights(
  rows: u32,
  rowPtr: usize,
  colIdx: usize,
  source: usize,
  fanOut: usize,
  state: usize,
  values: usize,
  room: usize,
): void {
  let s0 = load<u64>(state);
  let s1 = load<u64>(state, 8);
  memory.fill(values, 0, <usize>at(rowPtr, rows) << 2);
  for (let row: u32 = 0, k: u32 = 0; row < rows; row++) {
    const end = at(rowPtr, row + 1);
    const fanIn = end - k;
    let grown: u32 = 0;
    for (; k < end; k++) {
      put(room, grown, k);
      grown += u32(at(source, k) === NEW); // what is not new is overwritten by what follows: no branch to guess
    }
    let size = sqrt<f64>(6 / <f64>fanIn);
    for (let i: u32 = 0; i < grown; i++) {
      const slot = at(room, i);
      if (fanOut) size = sqrt<f64>(6 / (<f64>fanIn + <f64>at(fanOut, at(colIdx, slot))));
      let drawn: f32;
      do {
        const high = <u64>(<u32>(s0 + s1) >>> 11) << 32;
        s1 ^= s0;
        s0 = rotl(s0, 24) ^ s1 ^ (s1 << 16);
        s1 = rotl(s1, 37);
        const float = <f64>(high | <u64>(<u32>(s0 + s1))) * (1.0 / 9007199254740992.0);
        s1 ^= s0;
        s0 = rotl(s0, 24) ^ s1 ^ (s1 << 16);
        s1 = rotl(s1, 37);
        drawn = <f32>(size * (2 * float - 1));
      } while (drawn === 0);
      store<f32>(values + (<usize>slot << 2), drawn);
    }
  }
  store<u64>(state, s0);
  store<u64>(state, s1, 8);
}
