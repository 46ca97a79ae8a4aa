import { NOT_FINITE } from "./magnitude";

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
