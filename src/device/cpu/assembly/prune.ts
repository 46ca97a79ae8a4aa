// What an evolution does to values: counted, selected by magnitude, marked, carried over. Values are taken as bits: shifted left by one
// they order as magnitudes do, the sign drops out.

/** Values of an item of `countSigns` and `carry`, and words of an item of `mark`. */
const VALUES: u32 = 4096;
const WORDS: u32 = 128;
/** From here on what is shifted is not finite. */
const NOT_FINITE: u32 = 0xff000000;

@unmanaged
class CountSigns {
  slots: u32;
  at: u32;
  values: usize;
  counts: usize;
}

/** counts[at .. at + 4) += positive, negative, zero, not finite; see src/kernels/count-signs.ts. Items: VALUES values. */
export function countSigns(begin: u32, end: u32, p: CountSigns): void {
  const values = p.values;
  const counts = p.counts + (p.at << 2);
  let negative: u32 = 0;
  let zero: u32 = 0;
  let notFinite: u32 = 0;
  const from = begin * VALUES;
  const to = min(end * VALUES, p.slots);
  for (let k = from; k < to; k++) {
    const bits = load<u32>(values + (<usize>k << 2));
    const key = bits << 1;
    const none = u32(key === 0);
    const beyond = u32(key >= NOT_FINITE);
    zero += none;
    notFinite += beyond;
    negative += (bits >> 31) & ~(none | beyond) & 1;
  }
  atomic.add<u32>(counts, to - from - negative - zero - notFinite);
  atomic.add<u32>(counts + 4, negative);
  atomic.add<u32>(counts + 8, zero);
  atomic.add<u32>(counts + 12, notFinite);
}

@unmanaged
class Histogram {
  slots: u32;
  slotStart: u32;
  digit: u32;
  values: usize;
  selection: usize;
  bins: usize;
  SIGNED: u32;
}

/** One pass of the radix selection; see src/kernels/histogram.ts. One item: threads would have to share the bins. */
export function histogram(begin: u32, end: u32, p: Histogram): void {
  const slots = p.slots;
  const slotStart = p.slotStart;
  const digit = p.digit;
  const values = p.values;
  const selection = p.selection;
  const bins = p.bins;
  const signed = p.SIGNED;
  const open0 = load<u32>(selection, 12);
  const open1 = load<u32>(selection, 28);
  if (begin === end || (open0 | open1) === 0) return;
  const shift = 24 - ((digit & 3) << 3);
  const bySlot = digit >= 4;
  const keys0 = i32x4.splat(load<u32>(selection));
  const keys1 = i32x4.splat(signed ? load<u32>(selection, 16) : load<u32>(selection));
  const low = bySlot ? 0 : shift + 8; // bits of |w| that may differ from the prefix
  // Of the first two digits many values have the prefix, at random: four at a time are counted, or nothing is added, without a branch to
  // guess. Past them few have it: four at a time are passed over where none has.
  const skips = digit > 1;
  let k: u32 = 0;
  for (; !skips && k + 4 <= slots; k += 4) {
    const four = v128.load(values + (<usize>k << 2));
    const keys = i32x4.shl(four, 1);
    const second = signed ? i32x4.shr_s(four, 31) : i32x4.splat(0);
    const rest = v128.xor(keys, v128.bitselect(keys1, keys0, second));
    const has = digit > 0 ? i32x4.eq(i32x4.shr_u(rest, low), i32x4.splat(0)) : i32x4.splat(-1);
    const open = v128.bitselect(i32x4.splat(-i32(open1)), i32x4.splat(-i32(open0)), second);
    const finite = v128.and(i32x4.ne(keys, i32x4.splat(0)), i32x4.lt_u(keys, i32x4.splat(NOT_FINITE)));
    const counted = v128.and(v128.and(has, open), finite); // -1 where it is
    const bin = v128.or(v128.and(i32x4.shr_u(keys, shift), i32x4.splat(255)), v128.and(second, i32x4.splat(256)));
    countIn(bins, i32x4.extract_lane(bin, 0), i32x4.extract_lane(counted, 0));
    countIn(bins, i32x4.extract_lane(bin, 1), i32x4.extract_lane(counted, 1));
    countIn(bins, i32x4.extract_lane(bin, 2), i32x4.extract_lane(counted, 2));
    countIn(bins, i32x4.extract_lane(bin, 3), i32x4.extract_lane(counted, 3));
  }
  for (; k < slots; k++) {
    while (skips && k + 4 <= slots) {
      const four = v128.load(values + (<usize>k << 2));
      const prefix = v128.bitselect(keys1, keys0, i32x4.shr_s(four, 31));
      if (!i32x4.all_true(i32x4.shr_u(v128.xor(i32x4.shl(four, 1), prefix), low))) break;
      k += 4;
    }
    if (k >= slots) break;
    const bits = load<u32>(values + (<usize>k << 2));
    const key = bits << 1;
    const second = (bits >> 31) & signed;
    const found = selection + (second << 4);
    let word = key;
    let rest = key ^ load<u32>(found);
    if (bySlot) {
      if (rest !== 0) continue;
      word = slotStart + k;
      rest = word ^ load<u32>(found, 4);
    }
    if ((rest >> shift) >> 8 || load<u32>(found, 12) === 0 || key === 0 || key >= NOT_FINITE) continue;
    const bin = bins + (second << 10) + (((word >> shift) & 255) << 2);
    store<u32>(bin, load<u32>(bin) + 1);
  }
}

/** Adds one to a bin where `counted` is -1, nothing where it is 0. */
@inline
function countIn(bins: usize, bin: u32, counted: i32): void {
  const at = bins + (<usize>bin << 2);
  store<u32>(at, load<u32>(at) - counted);
}

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

@unmanaged
class Carry {
  length: u32;
  slotStart: u32;
  slots: u32;
  oldAt: u32;
  newAt: u32;
  source: usize;
  old: usize;
  next: usize;
}

/** next[newAt + k] = old[oldAt + source[k] - slotStart] where that is one of `slots`; see src/kernels/carry.ts. Items: VALUES values. */
export function carry(begin: u32, end: u32, p: Carry): void {
  const slotStart = p.slotStart;
  const slots = p.slots;
  const source = p.source;
  const old = p.old + (p.oldAt << 2);
  const next = p.next + (p.newAt << 2);
  const to = min(end * VALUES, p.length);
  for (let k = begin * VALUES; k < to; k++) {
    const from = load<u32>(source + (<usize>k << 2)) - slotStart; // huge where it lies before
    const inside = from < slots; // at random: chosen without a branch to guess
    const at = next + (<usize>k << 2);
    const carried = load<u32>(old + (<usize>select<u32>(from, 0, inside) << 2));
    store<u32>(at, select<u32>(carried, load<u32>(at), inside));
  }
}
