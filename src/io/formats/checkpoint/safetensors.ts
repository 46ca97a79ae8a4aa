import { CoppiceError, check, checkInteger, isRecord } from "../../../util/check.js";
import { joinArrays } from "../../../util/join-arrays.js";
import { cut, shown } from "../../../util/shown.js";
import type { OwnBytes } from "../../../util/types.js";

/** The element types that are read and written, by their name in the file; of F16 the bits. */
const DTYPES = {
  F32: Float32Array,
  F64: Float64Array,
  I32: Int32Array,
  U32: Uint32Array,
  U8: Uint8Array,
  U16: Uint16Array,
  I8: Int8Array,
  F16: Uint16Array,
} as const;
type Dtype = keyof typeof DTYPES;
export type TensorData = Float32Array | Float64Array | Int32Array | Uint32Array | Uint8Array | Uint16Array | Int8Array;

/** An array of numbers with a shape, row-major. */
export interface Tensor {
  readonly shape: readonly number[];
  readonly data: TensorData;
  /** Where data are the bits of numbers: of 16-bit floats. */
  readonly dtype?: "F16";
}

/** What a safetensors file holds: named tensors, and text beside them. */
export interface TensorFile {
  readonly tensors: ReadonlyMap<string, Tensor>;
  readonly metadata: ReadonlyMap<string, string>;
}

/** The bytes of a file that need not be in memory as a whole. */
export interface ByteSource {
  readonly size: number;
  /** A copy of the bytes from `from` to before `to`, at the start of a buffer of their own. */
  read(from: number, to: number): OwnBytes;
}

const METADATA = "__metadata__";
/** Bytes before the header: its length, a little-endian 64-bit integer. */
const LENGTH_BYTES = 8;
/** The format's own limit on headers. */
export const MAX_HEADER = 100_000_000;

/**
 * A safetensors file in parts that follow one another: first the header's length in 8 bytes and a JSON header, padded with spaces so
 * that data start at a multiple of 8, then the bytes of each tensor, in the order of the map. Nothing of the tensors is copied. Throws when a shape does not have as many elements as its data, or the header is above the format's limit.
 */
export function safetensorsParts({ tensors, metadata }: TensorFile): Uint8Array[] {
  const entries: [string, unknown][] = metadata.size > 0 ? [[METADATA, Object.fromEntries(metadata)]] : [];
  let end = 0;
  for (const [name, { shape, data, dtype = dtypeOf(data) }] of tensors) {
    const elements = shape.reduce((product, size) => product * size, 1);
    check(elements === data.length, `tensor ${name}`, () => `shape [${shape}] has ${elements} elements, its data ${data.length}`);
    entries.push([name, { dtype, shape, data_offsets: [end, end + data.byteLength] }]);
    end += data.byteLength;
  }
  const json = new TextEncoder().encode(JSON.stringify(Object.fromEntries(entries)));
  const start = Math.ceil((LENGTH_BYTES + json.length) / 8) * 8;
  check(start - LENGTH_BYTES <= MAX_HEADER, "safetensors", () => {
    return `the header takes ${json.length} bytes, the format allows ${MAX_HEADER}; shorten the names of features and classes, or leave features unnamed`;
  });
  const header = new Uint8Array(start).fill(0x20, LENGTH_BYTES);
  new DataView(header.buffer).setBigUint64(0, BigInt(start - LENGTH_BYTES), true);
  header.set(json, LENGTH_BYTES);
  return [header, ...Array.from(tensors.values(), ({ data }) => bytesOf(data))];
}

/** Parts as one array. Throws where that is longer than an array can be. */
export function joinParts(parts: readonly Uint8Array[]): OwnBytes {
  try {
    return joinArrays(parts) as OwnBytes;
  } catch (error) {
    const size = parts.reduce((sum, { length }) => sum + length, 0);
    throw new CoppiceError(
      `safetensors: ${size} bytes cannot be held in one array here (${(error as Error).message}); take them in parts: checkpointParts`,
      "failure",
    );
  }
}

/** The bytes of a typed array, not copied; bytes are themselves. */
export function bytesOf(data: TensorData): Uint8Array {
  if (data instanceof Uint8Array) return data;
  return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
}

const dtypeOf = (data: TensorData) => (Object.keys(DTYPES) as Dtype[]).find((dtype) => data instanceof DTYPES[dtype]) as Dtype;

/**
 * Reads a safetensors file, tensor by tensor. Nothing in it is trusted: throws, naming the tensor and the field, unless the header fits into the
 * file and is JSON without repeated names, every tensor's type is known, its bytes are those of its shape, and the tensors cover the data
 * exactly, without gaps or overlaps. Only then they are read, so what is allocated is copies of bytes that are there.
 */
export function decodeSafetensors(bytes: Uint8Array | ByteSource, where: string): TensorFile {
  const source = bytes instanceof Uint8Array ? inMemory(bytes) : bytes;
  const { size } = source;
  check(size >= LENGTH_BYTES, where, () => `truncated: ${size} bytes, a safetensors file starts with 8 bytes of header length`);
  const length = new DataView(source.read(0, LENGTH_BYTES).buffer).getBigUint64(0, true);
  const room = size - LENGTH_BYTES;
  check(length <= room, where, () => `truncated, or no safetensors file: it claims a header of ${length} bytes, ${room} follow`);
  check(length <= MAX_HEADER, where, () => `its header has ${length} bytes, at most ${MAX_HEADER} are read`);
  const start = LENGTH_BYTES + Number(length);
  const header = parseHeader(source.read(LENGTH_BYTES, start), where);
  const metadata = new Map<string, string>();
  const entries: Entry[] = [];
  for (const [name, entry] of Object.entries(header)) {
    const field = `${where}: tensor ${cut(name)}`;
    check(isRecord(entry), field, () => "its header entry is no object");
    if (name === METADATA) {
      for (const [key, text] of Object.entries(entry)) {
        check(typeof text === "string", `${where}: ${METADATA}`, () => `${cut(key)} is no string`);
        metadata.set(key, text);
      }
    } else entries.push({ name, ...readEntry(entry, size - start, field) });
  }
  checkCovered(entries, size - start, where);
  const tensors = entries.map(({ name, dtype, shape, from, to }): [string, Tensor] => {
    const data = new DTYPES[dtype](source.read(start + from, start + to).buffer);
    return [name, { shape, data, ...(dtype === "F16" && { dtype }) }];
  });
  return { tensors: new Map(tensors), metadata };
}

/** Throws unless `bytes` are bytes in memory or a source of them. */
export function checkSource(bytes: Uint8Array | ByteSource, where: string): void {
  const inPlace = ArrayBuffer.isView(bytes) && bytes instanceof Uint8Array;
  const source = !ArrayBuffer.isView(bytes) && typeof bytes?.size === "number" && typeof bytes.read === "function";
  check(inPlace || source, where, () => `${shown(bytes)} is neither a Uint8Array nor a source of bytes (size and read)`);
}

/** Bytes that are in memory, as a source. */
export function inMemory(bytes: Uint8Array): ByteSource {
  return { size: bytes.length, read: (from, to) => new Uint8Array(bytes.subarray(from, to)) };
}

function parseHeader(bytes: Uint8Array, where: string): Record<string, unknown> {
  let header: unknown;
  let text = "";
  try {
    text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    header = JSON.parse(text);
  } catch (error) {
    check(false, where, () => `no safetensors file: its header is not JSON (${(error as Error).message})`);
  }
  check(isRecord(header), where, () => "its header is no JSON object");
  const repeated = repeatedKey(text);
  check(repeated === undefined, where, () => `its header names ${cut(repeated ?? "")} twice`);
  return header;
}

/** What the header says of a tensor: where its bytes are is counted from where data start. */
interface Entry {
  readonly name: string;
  readonly dtype: Dtype;
  readonly shape: readonly number[];
  readonly from: number;
  readonly to: number;
}

/** An entry of the header, checked against a file with so many bytes of data. */
function readEntry(entry: Record<string, unknown>, bytes: number, where: string): Omit<Entry, "name"> {
  const { dtype, shape, data_offsets: offsets } = entry;
  check(typeof dtype === "string" && Object.hasOwn(DTYPES, dtype), where, () => {
    return `dtype is ${shown(dtype)}, read are ${Object.keys(DTYPES).join(", ")}`;
  });
  check(isNumbers(shape) && shape.length <= 8, where, () => `shape is ${shown(shape)}, expected at most 8 sizes`);
  check(isNumbers(offsets) && offsets.length === 2, where, () => `data_offsets is ${shown(offsets)}, expected [from, to]`);
  for (const size of shape) checkInteger(size, `${where}: shape`, 0);
  const [from, to] = offsets;
  checkInteger(from, `${where}: data_offsets`, 0, bytes);
  checkInteger(to, `${where}: data_offsets`, from, bytes);
  const expected = shape.reduce((product, size) => product * size, DTYPES[dtype as Dtype].BYTES_PER_ELEMENT);
  check(to - from === expected, where, () => {
    return `shape [${shape}] of ${dtype} takes ${expected} bytes, data_offsets [${offsets}] hold ${to - from}`;
  });
  return { dtype: dtype as Dtype, shape, from, to };
}

function checkCovered(entries: readonly Entry[], length: number, where: string): void {
  let at = 0;
  for (const { name, from, to } of entries.toSorted((a, b) => a.from - b.from || a.to - b.to)) {
    check(from === at, `${where}: tensor ${cut(name)}`, () => {
      return `its data starts at ${from}, ${from < at ? "inside" : "with a gap after"} the data that ends at ${at}`;
    });
    at = to;
  }
  check(at === length, where, () => `its tensors end at byte ${at} of ${length} bytes of data`);
}

/**
 * A name that occurs twice at the top of (valid) JSON, where JSON.parse would silently take the second. Character by character: a regular
 * expression over a text of megabytes runs out of stack.
 */
function repeatedKey(json: string): string | undefined {
  const seen = new Set<string>();
  let depth = 0;
  for (let i = 0; i < json.length; i++) {
    const code = json.charCodeAt(i);
    if (code === OPEN_BRACE || code === OPEN_BRACKET) depth++;
    if (code === CLOSE_BRACE || code === CLOSE_BRACKET) depth--;
    if (code !== QUOTE) continue;
    const start = i;
    i = endOfString(json, start);
    if (depth !== 1 || !namesSomething(json, i + 1)) continue;
    const key = String(JSON.parse(json.slice(start, i + 1)));
    if (seen.has(key)) return key;
    seen.add(key);
  }
  return undefined;
}

const [QUOTE, BACKSLASH, COLON] = [0x22, 0x5c, 0x3a];
const [OPEN_BRACE, CLOSE_BRACE, OPEN_BRACKET, CLOSE_BRACKET] = [0x7b, 0x7d, 0x5b, 0x5d];

/** Where the string ends whose opening quote is at `start`. */
function endOfString(json: string, start: number): number {
  for (let i = start + 1; ; i++) {
    const code = json.charCodeAt(i);
    if (code === QUOTE) return i;
    if (code === BACKSLASH) i++;
  }
}

/** Whether a colon comes next after JSON's white space. */
function namesSomething(json: string, after: number): boolean {
  let i = after;
  while (json.charCodeAt(i) <= 0x20) i++;
  return json.charCodeAt(i) === COLON;
}

function isNumbers(value: unknown): value is number[] {
  return Array.isArray(value) && value.every((item) => typeof item === "number");
}
