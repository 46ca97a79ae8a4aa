/** Words of an item. */
const WORDS: u32 = 128;

@unmanaged
class Mark {
  slots: u32;
  slotStart: u32;
  values: usize;
  selection: usize;
  survivors: usize;
  SIGNED: u32;
}

/** A bit for every connection that survives; see src/kernels/mark.ts. Items: WORDS words of 32. */
export function mark(begin: u32, end: u32, p: Mark): void {
  const slotStart = p.slotStart;
  const values = p.values;
  const selection = p.selection;
  const survivors = p.survivors;
  const signed = p.SIGNED;
  const key0 = load<u32>(selection);
  const slot0 = load<u32>(selection, 4);
  const key1 = signed ? load<u32>(selection, 16) : key0;
  const slot1 = signed ? load<u32>(selection, 20) : slot0;
  const keys0 = i32x4.splat(key0);
  const keys1 = i32x4.splat(key1);
  const zeros = i32x4.splat(0);
  const to = min(end * WORDS * 32, p.slots);
  for (let first = begin * WORDS * 32; first < to; first += 32) {
    const last = min(first + 32, to);
    let word: u32 = 0;
    let k = first;
    for (; k + 4 <= last; k += 4) {
      const bits = v128.load(values + (<usize>k << 2));
      const key = i32x4.shl(bits, 1);
      const limit = v128.bitselect(keys1, keys0, i32x4.shr_s(bits, 31));
      let stays = i32x4.bitmask(v128.and(i32x4.gt_u(key, limit), i32x4.ne(key, zeros)));
      const ties = i32x4.bitmask(i32x4.eq(key, limit));
      if (ties) stays |= tiesThatStay(ties, k, slotStart, values, slot0, slot1);
      word |= stays << (k - first);
    }
    for (; k < last; k++) {
      const bits = load<u32>(values + (<usize>k << 2));
      const key = bits << 1;
      const limit = bits >> 31 ? key1 : key0;
      const slot = bits >> 31 ? slot1 : slot0;
      word |= u32(key !== 0 && (key > limit || (key === limit && slotStart + k > slot))) << (k - first);
    }
    store<u32>(survivors + (<usize>(first >> 5) << 2), word);
  }
}

/** Of four values from slot k on, those whose bit in `ties` is set: equal magnitudes go by the slot. */
function tiesThatStay(ties: i32, k: u32, slotStart: u32, values: usize, slot0: u32, slot1: u32): i32 {
  let stays = 0;
  for (let i: u32 = 0; i < 4; i++) {
    if (((ties >> i) & 1) === 0) continue;
    const bits = load<u32>(values + (<usize>(k + i) << 2));
    if (bits << 1 !== 0 && slotStart + k + i > (bits >> 31 ? slot1 : slot0)) stays |= 1 << i;
  }
  return stays;
}
