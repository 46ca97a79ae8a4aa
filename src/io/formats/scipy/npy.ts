import { check } from "../../../util/check.js";
import type { OwnBytes } from "../../../util/types.js";

/** Arrays that are written, by numpy's name of their elements. */
const TYPES = [
  [Float32Array, "<f4"],
  [Float64Array, "<f8"],
  [Int32Array, "<i4"],
  [BigInt64Array, "<i8"],
] as const;

/** An array for numpy, row-major; a text is a scalar of ASCII bytes (S), texts are of Unicode (U). */
export interface NpyContent {
  readonly shape: readonly number[];
  readonly data: Float32Array | Float64Array | Int32Array | BigInt64Array | string | readonly string[];
}

/** Where values start: at a multiple of this, as numpy's own files have it. */
const ALIGNMENT = 64;
/** Magic, version 1.0 and the header's length in two bytes. */
const START = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0];

/** The bytes of a .npy file, version 1.0: little-endian, C order. Throws when the shape has another number of elements than the data. */
export function encodeNpy({ shape, data }: NpyContent): OwnBytes {
  const elements = shape.reduce((product, size) => product * size, 1);
  const length = typeof data === "string" ? 1 : data.length;
  check(elements === length, "npy", () => `shape [${shape}] has ${elements} elements, its data ${length}`);
  const tuple = shape.length === 1 ? `(${shape[0]},)` : `(${shape.join(", ")})`;
  const dict = `{'descr': '${descrOf(data)}', 'fortran_order': False, 'shape': ${tuple}, }`;
  const room = START.length + 2;
  const dataAt = Math.ceil((room + dict.length + 1) / ALIGNMENT) * ALIGNMENT;
  const header = `${dict.padEnd(dataAt - room - 1)}\n`;
  const values = bytesOf(data);
  const bytes = new Uint8Array(dataAt + values.length);
  bytes.set(START);
  new DataView(bytes.buffer).setUint16(START.length, header.length, true);
  bytes.set(new TextEncoder().encode(header), room);
  bytes.set(values, dataAt);
  return bytes;
}

/** The values as numpy keeps them; texts as code points of 4 bytes, zeros behind them up to the longest. */
function bytesOf(data: NpyContent["data"]): Uint8Array {
  if (typeof data === "string") return new TextEncoder().encode(data);
  if (ArrayBuffer.isView(data)) return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  const longest = longestOf(data);
  const points = new DataView(new ArrayBuffer(4 * longest * data.length));
  for (const [i, text] of data.entries())
    for (const [k, point] of [...text].entries()) points.setUint32(4 * (i * longest + k), point.codePointAt(0) ?? 0, true);
  return new Uint8Array(points.buffer);
}

/** Code points of the longest text, at least 1. */
const longestOf = (texts: readonly string[]): number => texts.reduce((most, text) => Math.max(most, [...text].length), 1);

function descrOf(data: NpyContent["data"]): string {
  if (typeof data === "string") return `|S${data.length}`;
  if (!ArrayBuffer.isView(data)) return `<U${longestOf(data)}`;
  const type = TYPES.find(([Elements]) => data instanceof Elements);
  check(type !== undefined, "npy", () => "of this array no type is written");
  return type[1];
}
