import { VALUES } from "./magnitude";

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
