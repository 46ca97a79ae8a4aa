import { NOT_FINITE, VALUES } from "./magnitude";

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
