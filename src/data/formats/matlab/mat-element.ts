import { check } from "../../../util/check.js";
import { NUMBERS, type NumberType } from "../number-types.js";

// Types of data elements (mi...) in a MATLAB Level 5 file, from "MAT-File Format" (The MathWorks), table 1-1.
export const MI_MATRIX = 14;
export const MI_COMPRESSED = 15;

const { i1, u1, i2, u2, i4, u4, f4, f8, i8, u8 } = NUMBERS;
/** The numeric types by their mi... number. */
export const NUMERIC: Readonly<Record<number, NumberType>> = {
  1: i1,
  2: u1,
  3: i2,
  4: u2,
  5: i4,
  6: u4,
  7: f4,
  9: f8,
  12: i8,
  13: u8,
};

/** Bytes to read elements from: a file, or what one compressed element of it inflates to. */
export interface MatSource {
  bytes: Uint8Array;
  view: DataView;
  little: boolean;
  /** The file, and for an inflated source the byte it comes from: the start of every message. */
  where: string;
}

/** One data element: its mi... type, the place and size of its data, and where the next element starts. */
export interface Element {
  type: number;
  start: number;
  size: number;
  next: number;
}

/** A source over `bytes`. */
export function openSource(bytes: Uint8Array, little: boolean, where: string): MatSource {
  return { bytes, view: new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength), little, where };
}

/**
 * The tag at byte `at`: 8 bytes of type and size, or 4 with up to 4 bytes of data behind them (a small element). Data is
 * padded to 8 bytes except in compressed elements. Throws when the tag or, with `whole`, its data passes `end`.
 */
export function readElement(source: MatSource, at: number, end: number, field: string, whole = true): Element {
  const { view, little, where } = source;
  check(at + 8 <= end, where, () => {
    return `truncated: the tag of ${field} at byte ${at} needs 8 bytes, ${Math.max(0, end - at)} are left`;
  });
  const word = view.getUint32(at, little);
  const small = word >>> 16;
  if (small > 0) {
    check(small <= 4, where, () => `the tag of ${field} at byte ${at} claims ${small} bytes in a small element, which holds 4`);
    return { type: word & 0xffff, start: at + 4, size: small, next: at + 8 };
  }
  const size = view.getUint32(at + 4, little);
  const start = at + 8;
  check(!whole || start + size <= end, where, () => {
    return `truncated: ${field} at byte ${at} claims ${size} bytes, ${end - start} are left`;
  });
  return { type: word, start, size, next: start + (word === MI_COMPRESSED ? size : Math.ceil(size / 8) * 8) };
}
