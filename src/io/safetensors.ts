import { check, checkInteger } from "../util/check.js";
import { cut, shown } from "../util/shown.js";

/** The element types that are read and written, by their name in the file. */
const DTYPES = { F32: Float32Array, F64: Float64Array, I32: Int32Array, U32: Uint32Array } as const;
type Dtype = keyof typeof DTYPES;
export type TensorData = Float32Array | Float64Array | Int32Array | Uint32Array;

/** An array of numbers with a shape, row-major. */
export interface Tensor {
  readonly shape: readonly number[];
  readonly data: TensorData;
}

/** What a safetensors file holds: named tensors, and text beside them. */
export interface TensorFile {
  readonly tensors: ReadonlyMap<string, Tensor>;
  readonly metadata: ReadonlyMap<string, string>;
}

const METADATA = "__metadata__";
/** Bytes before the header: its length, a little-endian 64-bit integer. */
const LENGTH_BYTES = 8;
/** The format's own limit on headers. */
const MAX_HEADER = 100_000_000;

/**
 * A safetensors file: the header's length in 8 bytes, a JSON header padded with spaces so that data starts at a multiple of 8, then the
 * tensors' bytes, little-endian, back to back in the order of the map. Bits are copied, NaN payloads included.
 * Throws when a shape does not have as many elements as its data.
 */
export function encodeSafetensors({ tensors, metadata }: TensorFile): Uint8Array<ArrayBuffer> {
  const entries: [string, unknown][] = metadata.size > 0 ? [[METADATA, Object.fromEntries(metadata)]] : [];
  let end = 0;
  for (const [name, { shape, data }] of tensors) {
    const elements = shape.reduce((product, size) => product * size, 1);
    check(elements === data.length, `tensor ${name}`, () => `shape [${shape}] has ${elements} elements, its data ${data.length}`);
    entries.push([name, { dtype: dtypeOf(data), shape, data_offsets: [end, end + data.byteLength] }]);
    end += data.byteLength;
  }
  const json = new TextEncoder().encode(JSON.stringify(Object.fromEntries(entries)));
  const start = Math.ceil((LENGTH_BYTES + json.length) / 8) * 8;
  const bytes = new Uint8Array(start + end);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(start - LENGTH_BYTES), true);
  bytes.fill(0x20, LENGTH_BYTES, start);
  bytes.set(json, LENGTH_BYTES);
  let at = start;
  for (const { data } of tensors.values()) {
    bytes.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), at);
    at += data.byteLength;
  }
  return bytes;
}

function dtypeOf(data: TensorData): Dtype {
  if (data instanceof Float32Array) return "F32";
  if (data instanceof Float64Array) return "F64";
  return data instanceof Int32Array ? "I32" : "U32";
}

/**
 * Reads a safetensors file. Nothing in it is trusted: throws, naming the tensor and the field, unless the header fits into the file and is
 * JSON without repeated names, every tensor's type is known, its bytes are those of its shape, and the tensors cover the data exactly, without
 * gaps or overlaps. What is allocated is copies of bytes that are there.
 */
export function decodeSafetensors(bytes: Uint8Array, where: string): TensorFile {
  check(
    bytes.length >= LENGTH_BYTES,
    where,
    () => `truncated: ${bytes.length} bytes, a safetensors file starts with 8 bytes of header length`,
  );
  const length = new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true);
  const room = bytes.length - LENGTH_BYTES;
  check(length <= room, where, () => `truncated, or no safetensors file: it claims a header of ${length} bytes, ${room} follow`);
  check(length <= MAX_HEADER, where, () => `its header has ${length} bytes, at most ${MAX_HEADER} are read`);
  const start = LENGTH_BYTES + Number(length);
  const header = parseHeader(bytes.subarray(LENGTH_BYTES, start), where);
  const data = bytes.subarray(start);
  const metadata = new Map<string, string>();
  const tensors = new Map<string, Tensor>();
  const ranges: [name: string, from: number, to: number][] = [];
  for (const [name, entry] of Object.entries(header)) {
    const field = `${where}: tensor ${cut(name)}`;
    check(isRecord(entry), field, () => "its header entry is no object");
    if (name === METADATA) {
      for (const [key, text] of Object.entries(entry)) {
        check(typeof text === "string", `${where}: ${METADATA}`, () => `${cut(key)} is no string`);
        metadata.set(key, text);
      }
      continue;
    }
    const { tensor, from, to } = readTensor(entry, data, field);
    ranges.push([name, from, to]);
    tensors.set(name, tensor);
  }
  checkCovered(ranges, data.length, where);
  return { tensors, metadata };
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

function readTensor(
  entry: Record<string, unknown>,
  data: Uint8Array,
  where: string,
): { tensor: Tensor; from: number; to: number } {
  const { dtype, shape, data_offsets: offsets } = entry;
  check(
    typeof dtype === "string" && Object.hasOwn(DTYPES, dtype),
    where,
    () => `dtype is ${shown(dtype)}, read are ${Object.keys(DTYPES).join(", ")}`,
  );
  check(isNumbers(shape) && shape.length <= 8, where, () => `shape is ${shown(shape)}, expected at most 8 sizes`);
  check(isNumbers(offsets) && offsets.length === 2, where, () => `data_offsets is ${shown(offsets)}, expected [from, to]`);
  for (const size of shape) checkInteger(size, `${where}: shape`, 0);
  const [from, to] = offsets;
  checkInteger(from, `${where}: data_offsets`, 0, data.length);
  checkInteger(to, `${where}: data_offsets`, from, data.length);
  const Elements = DTYPES[dtype as Dtype];
  const expected = shape.reduce((product, size) => product * size, Elements.BYTES_PER_ELEMENT);
  check(
    to - from === expected,
    where,
    () => `shape [${shape}] of ${dtype} takes ${expected} bytes, data_offsets [${offsets}] hold ${to - from}`,
  );
  const copy = new Uint8Array(to - from); // aligned, whatever the offsets
  copy.set(data.subarray(from, to));
  return { tensor: { shape, data: new Elements(copy.buffer) }, from, to };
}

function checkCovered(ranges: [name: string, from: number, to: number][], length: number, where: string): void {
  ranges.sort((a, b) => a[1] - b[1] || a[2] - b[2]);
  let at = 0;
  for (const [name, from, to] of ranges) {
    check(
      from === at,
      `${where}: tensor ${cut(name)}`,
      () => `its data starts at ${from}, ${from < at ? "inside" : "with a gap after"} the data that ends at ${at}`,
    );
    at = to;
  }
  check(at === length, where, () => `its tensors end at byte ${at} of ${length} bytes of data`);
}

/** A name that occurs twice at the top of (valid) JSON, where JSON.parse would silently take the second. */
function repeatedKey(json: string): string | undefined {
  const seen = new Set<string>();
  let depth = 0;
  for (const [token, name] of json.matchAll(/("(?:[^"\\]|\\.)*")\s*:|"(?:[^"\\]|\\.)*"|[{}[\]]/g)) {
    if (token === "{" || token === "[") depth++;
    if (token === "}" || token === "]") depth--;
    if (!name || depth !== 1) continue;
    const key = String(JSON.parse(name));
    if (seen.has(key)) return key;
    seen.add(key);
  }
  return undefined;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isNumbers(value: unknown): value is number[] {
  return Array.isArray(value) && value.every((item) => typeof item === "number");
}
