import { checkInteger } from "../../util/check.js";

/** Blocks of a growing range of bytes. */
export interface Allocator {
  /** Address of a new block of `bytes` bytes: a multiple of ALIGNMENT, never 0. Contents are whatever was there. */
  allocate(bytes: number): number;
  /** Gives a block back. Throws when `address` is not that of a block. */
  free(address: number): void;
}

/** A cache line, so that blocks of different threads never share one. */
export const ALIGNMENT = 64;

interface Gap {
  start: number;
  end: number;
}

/**
 * First fit over the free gaps, which are kept by address and merged when they touch. `grow(end)` is called when no gap fits, before
 * addresses up to `end` are used; when it throws, nothing has changed. Address 0 is left out: it stands for null.
 */
export function createAllocator(grow: (end: number) => void): Allocator {
  const gaps: Gap[] = [];
  const sizes = new Map<number, number>();
  let top = ALIGNMENT;
  return {
    allocate(bytes) {
      checkInteger(bytes, "allocator: bytes", 0);
      const size = ALIGNMENT * Math.max(1, Math.ceil(bytes / ALIGNMENT));
      const at = gaps.findIndex(({ start, end }) => end - start >= size);
      let address: number;
      if (at >= 0) {
        const gap = gaps[at];
        address = gap.start;
        gap.start += size;
        if (gap.start === gap.end) gaps.splice(at, 1);
      } else {
        // A gap at the top is extended rather than left behind.
        const last = gaps.at(-1);
        const touches = last?.end === top;
        address = last && touches ? last.start : top;
        grow(address + size);
        if (touches) gaps.pop();
        top = address + size;
      }
      sizes.set(address, size);
      return address;
    },
    free(address) {
      const size = sizes.get(address);
      if (size === undefined) throw new RangeError(`allocator: no block at ${address}`);
      sizes.delete(address);
      const next = gaps.findIndex(({ start }) => start > address);
      const at = next < 0 ? gaps.length : next;
      const [before, after] = [gaps[at - 1], gaps[at]];
      const joinsBefore = before?.end === address;
      const joinsAfter = after?.start === address + size;
      if (joinsBefore && joinsAfter) {
        before.end = after.end;
        gaps.splice(at, 1);
      } else if (joinsBefore) before.end += size;
      else if (joinsAfter) after.start = address;
      else gaps.splice(at, 0, { start: address, end: address + size });
    },
  };
}
