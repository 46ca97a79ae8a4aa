import { check } from "../../../util/check.js";

// Types of data elements (mi...) in a MATLAB Level 5 file, from "MAT-File Format" (The MathWorks), table 1-1.
export const MI_MATRIX = 14;
export const MI_COMPRESSED = 15;

/** How a numeric data element stores one value. */
interface Numeric {
  bytes: number;
  get: (view: DataView, at: number, little: boolean) => number;
}

/**
 * The numeric types by their mi... number: i8, u8, i16, u16, i32, u32, f32, f64, i64, u64. 64-bit integers are rounded to
 * f64 above 2^53.
 */
export const NUMERIC: ReadonlyMap<number, Numeric> = new Map([
  [1, { bytes: 1, get: (view, at) => view.getInt8(at) }],
  [2, { bytes: 1, get: (view, at) => view.getUint8(at) }],
  [3, { bytes: 2, get: (view, at, little) => view.getInt16(at, little) }],
  [4, { bytes: 2, get: (view, at, little) => view.getUint16(at, little) }],
  [5, { bytes: 4, get: (view, at, little) => view.getInt32(at, little) }],
  [6, { bytes: 4, get: (view, at, little) => view.getUint32(at, little) }],
  [7, { bytes: 4, get: (view, at, little) => view.getFloat32(at, little) }],
  [9, { bytes: 8, get: (view, at, little) => view.getFloat64(at, little) }],
  [12, { bytes: 8, get: (view, at, little) => Number(view.getBigInt64(at, little)) }],
  [13, { bytes: 8, get: (view, at, little) => Number(view.getBigUint64(at, little)) }],
] as [number, Numeric][]);

/** The element types whose every value 32-bit floats hold: integers of at most 16 bits, and f32. */
export const NARROW: ReadonlySet<number> = new Set([1, 2, 3, 4, 7]);

/** Bytes to read elements from: a file, or what one compressed element of it inflates to. */
export interface Block {
  bytes: Uint8Array;
  view: DataView;
  little: boolean;
  /** The file, and for an inflated block the byte it comes from: the start of every message. */
  where: string;
}

/** One data element: its mi... type, the place and size of its data, and where the next element starts. */
export interface Element {
  type: number;
  start: number;
  size: number;
  next: number;
}

/** A block over `bytes`. */
export function makeBlock(bytes: Uint8Array, little: boolean, where: string): Block {
  return { bytes, view: new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength), little, where };
}

/**
 * The tag at byte `at`: 8 bytes of type and size, or 4 with up to 4 bytes of data behind them (a small element). Data is
 * padded to 8 bytes except in compressed elements. Throws when the tag or, with `whole`, its data passes `end`.
 */
export function readElement(block: Block, at: number, end: number, field: string, whole = true): Element {
  const { view, little, where } = block;
  check(
    at + 8 <= end,
    where,
    () => `truncated: the tag of ${field} at byte ${at} needs 8 bytes, ${Math.max(0, end - at)} are left`,
  );
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
