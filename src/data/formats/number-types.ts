/** How files store a number: bytes, how it is read, and whether 32-bit floats hold every value. */
export interface NumberType {
  readonly bytes: number;
  readonly narrow: boolean;
  readonly get: (view: DataView, at: number, little: boolean) => number;
}

/** Numbers by numpy's names. 64-bit integers are rounded to f64 above 2^53. */
export const NUMBERS = {
  i1: { bytes: 1, narrow: true, get: (view, at) => view.getInt8(at) },
  u1: { bytes: 1, narrow: true, get: (view, at) => view.getUint8(at) },
  i2: { bytes: 2, narrow: true, get: (view, at, little) => view.getInt16(at, little) },
  u2: { bytes: 2, narrow: true, get: (view, at, little) => view.getUint16(at, little) },
  i4: { bytes: 4, narrow: false, get: (view, at, little) => view.getInt32(at, little) },
  u4: { bytes: 4, narrow: false, get: (view, at, little) => view.getUint32(at, little) },
  f4: { bytes: 4, narrow: true, get: (view, at, little) => view.getFloat32(at, little) },
  f8: { bytes: 8, narrow: false, get: (view, at, little) => view.getFloat64(at, little) },
  i8: { bytes: 8, narrow: false, get: (view, at, little) => Number(view.getBigInt64(at, little)) },
  u8: { bytes: 8, narrow: false, get: (view, at, little) => Number(view.getBigUint64(at, little)) },
} as const satisfies Record<string, NumberType>;
