import { check } from "../../../util/check.js";
import { readNpyHeader } from "./npy-header.js";

/** The numbers of an array: of its own element type, but f16 as f32, bool as u8, and 64-bit integers as f64. */
export type NpyNumbers =
  | Float32Array
  | Float64Array
  | Int8Array
  | Uint8Array
  | Int16Array
  | Uint16Array
  | Int32Array
  | Uint32Array;

/** An array that numpy saved. */
export interface NpyArray {
  readonly shape: readonly number[];
  /** numpy's name of the element type in the file, byte order included: "<f8". */
  readonly descr: string;
  /** Row-major (C order), whatever the file's order; texts of types S and U without the zeros that pad them. */
  readonly data: NpyNumbers | string[];
}

interface ElementType {
  readonly bytes: number;
  /** Bytes that an order concerns, if not all. */
  readonly word?: number;
  /** Takes values of this type in the machine's byte order; `at` is the byte of the file that the first came from. */
  readonly take: (buffer: ArrayBuffer, where: string, at: number) => NpyNumbers | string[];
}

// by kind and bytes, as numpy writes them behind the byte order
const TYPES: ReadonlyMap<string, ElementType> = new Map([
  ["b1", { bytes: 1, take: takeBooleans }],
  ["i1", { bytes: 1, take: (buffer) => new Int8Array(buffer) }],
  ["u1", { bytes: 1, take: (buffer) => new Uint8Array(buffer) }],
  ["i2", { bytes: 2, take: (buffer) => new Int16Array(buffer) }],
  ["u2", { bytes: 2, take: (buffer) => new Uint16Array(buffer) }],
  ["i4", { bytes: 4, take: (buffer) => new Int32Array(buffer) }],
  ["u4", { bytes: 4, take: (buffer) => new Uint32Array(buffer) }],
  ["i8", { bytes: 8, take: (buffer, where, at) => takeLong(new BigInt64Array(buffer), where, at) }],
  ["u8", { bytes: 8, take: (buffer, where, at) => takeLong(new BigUint64Array(buffer), where, at) }],
  ["f2", { bytes: 2, take: (buffer) => Float32Array.from(new Uint16Array(buffer), halfToFloat) }],
  ["f4", { bytes: 4, take: (buffer) => new Float32Array(buffer) }],
  ["f8", { bytes: 8, take: (buffer) => new Float64Array(buffer) }],
] as [string, ElementType][]);

const READ = "bool, integers, floats of 16, 32 and 64 bits, and texts (S, U)";

/** numpy's texts, all of a size: a code point of U takes 4 bytes, a character of S one. */
function textType(word: number, characters: number): ElementType {
  const bytes = word * characters;
  return { bytes, word, take: (buffer, where, at) => takeTexts(buffer, characters, word, where, at) };
}

/**
 * Reads an array from a .npy file of version 1.0, 2.0 or 3.0: C or Fortran order, either byte order, any number of dimensions.
 * Integers of 64 bits must be within 2^53.
 *
 * Throws, with the byte and the field, unless the header is numpy's and the values take up the rest of the file exactly: nothing is
 * allocated beyond a small multiple of the file's size. Objects (pickles, which could run code) are refused, as are complex numbers, dates
 * and structured types.
 */
export function decodeNpy(bytes: Uint8Array, where: string): NpyArray {
  const { descr, fortranOrder, shape, dataAt } = readNpyHeader(bytes, where);
  const [, order = "", kind = "", size = ""] = /^([<>|=]?)([A-Za-z])(\d*)$/.exec(descr) ?? [];
  const type = kind === "U" ? textType(4, Number(size)) : kind === "S" ? textType(1, Number(size)) : TYPES.get(kind + size);
  check(type !== undefined && type.bytes > 0 && Number.isSafeInteger(type.bytes), where, () => {
    const objects = "Python objects, which are never unpickled here; save plain numbers or texts";
    const reason = kind === "O" ? objects : `no type that is read (${READ})`;
    return `descr is "${descr.slice(0, 40)}" in the header at byte 8: ${reason}`;
  });
  const left = bytes.length - dataAt;
  const elements = shape.reduce((product, length) => product * length, 1);
  const claimed = elements * type.bytes;
  check(claimed === left, where, () => {
    const cut = claimed > left ? "truncated: " : "";
    return `${cut}shape (${shape.join(", ")}) of ${descr} takes ${claimed} bytes, but from byte ${dataAt} there are ${left}`;
  });
  check(type.bytes === 1 || (order !== "" && order !== "="), where, () => {
    return `descr is "${descr}" in the header at byte 8, which does not say the byte order: expected "<" or ">"`;
  });
  const items = copyItems(bytes.subarray(dataAt), type.bytes, fortranOrder ? shape : [elements], fortranOrder);
  const { word = type.bytes } = type;
  if (order === ">" && word > 1) swapBytes(items, word);
  return { shape, descr, data: type.take(items.buffer, where, dataAt) };
}

/** The items of an array in row-major order: a copy, aligned. */
function copyItems(data: Uint8Array, itemBytes: number, shape: readonly number[], fortran: boolean): Uint8Array<ArrayBuffer> {
  const items = new Uint8Array(data.length);
  if (!fortran || shape.length < 2) {
    items.set(data);
    return items;
  }
  const steps = shape.map((_, d) => shape.slice(0, d).reduce((product, length) => product * length, itemBytes));
  const index = shape.map(() => 0);
  for (let to = 0, from = 0; to < items.length; ) {
    for (let byte = 0; byte < itemBytes; byte++) items[to++] = data[from + byte];
    for (let d = shape.length - 1; d >= 0; d--) {
      from += steps[d];
      if (++index[d] < shape[d]) break;
      from -= steps[d] * shape[d];
      index[d] = 0;
    }
  }
  return items;
}

/** Reverses the bytes of every word in place. */
function swapBytes(bytes: Uint8Array, word: number): void {
  for (let at = 0; at < bytes.length; at += word) bytes.subarray(at, at + word).reverse();
}

function takeBooleans(buffer: ArrayBuffer, where: string, at: number): Uint8Array {
  const values = new Uint8Array(buffer);
  const wrong = values.findIndex((value) => value > 1);
  check(wrong < 0, where, () => `a bool of the values at byte ${at} is ${values[wrong]}, expected 0 or 1`);
  return values;
}

function takeLong(values: BigInt64Array | BigUint64Array, where: string, at: number): Float64Array {
  const numbers = new Float64Array(values.length);
  for (let k = 0; k < values.length; k++) {
    numbers[k] = Number(values[k]);
    check(Math.abs(numbers[k]) <= Number.MAX_SAFE_INTEGER, where, () => {
      return `an integer of the values at byte ${at} is ${values[k]}; beyond 2^53 they cannot be told apart: save them as floats or texts`;
    });
  }
  return numbers;
}

/** The number that 16 bits of IEEE 754 stand for. */
function halfToFloat(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >>> 10) & 31;
  const fraction = bits & 0x3ff;
  if (exponent === 31) return fraction ? Number.NaN : sign * Infinity;
  return sign * (exponent ? (1 + fraction / 1024) * 2 ** (exponent - 15) : fraction * 2 ** -24);
}

function takeTexts(buffer: ArrayBuffer, length: number, word: number, where: string, at: number): string[] {
  const units = word === 4 ? new Uint32Array(buffer) : new Uint8Array(buffer);
  const texts: string[] = [];
  for (let start = 0; start < units.length; start += length) {
    let text = "";
    let end = start + length;
    while (end > start && units[end - 1] === 0) end--; // padding
    for (let k = start; k < end; k++) {
      check(units[k] <= 0x10ffff, where, () => `a text of the values at byte ${at} holds ${units[k]}, no Unicode code point`);
      text += String.fromCodePoint(units[k]);
    }
    texts.push(text);
  }
  return texts;
}
