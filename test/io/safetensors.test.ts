import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decodeSafetensors, safetensorsParts, type Tensor } from "../../src/io/formats/checkpoint/safetensors.js";
import { CoppiceError } from "../../src/util/check.js";
import { encodeSafetensors } from "./encode-safetensors.js";

// A file written here by the format's definition alone.
function file(header: unknown, data: number[] | Uint8Array = [], length?: bigint): Uint8Array {
  const json = new TextEncoder().encode(typeof header === "string" ? header : JSON.stringify(header));
  const bytes = new Uint8Array(8 + json.length + data.length);
  new DataView(bytes.buffer).setBigUint64(0, length ?? BigInt(json.length), true);
  bytes.set(json, 8);
  bytes.set(data, 8 + json.length);
  return bytes;
}

const decode = (bytes: Uint8Array) => decodeSafetensors(bytes, "x.safetensors");
const one = (fields: object, data: number[] = [0, 0, 128, 63]) =>
  file({ a: { dtype: "F32", shape: [1], data_offsets: [0, 4], ...fields } }, data);

describe("safetensors", () => {
  it("reads a file written by the format's definition", () => {
    const header = {
      __metadata__: { who: "me" },
      a: { dtype: "F32", shape: [1], data_offsets: [0, 4] },
      b: { dtype: "I32", shape: [1, 2], data_offsets: [4, 12] },
    };
    const { tensors, metadata } = decode(file(header, [0, 0, 128, 63, 255, 255, 255, 255, 2, 1, 0, 0]));
    expect(metadata.get("who")).toBe("me");
    expect(tensors.get("a")).toEqual({ shape: [1], data: new Float32Array([1]) });
    expect(tensors.get("b")).toEqual({ shape: [1, 2], data: new Int32Array([-1, 258]) });
  });

  it("keeps every bit: NaN payloads, -0, denormals, extremes", () => {
    const words = fc.array(
      fc.oneof(fc.integer({ min: 0, max: 0xffffffff }), fc.constantFrom(0x7fc12345, 0xff800001, 0x80000000, 1, 0x7f800000)),
    );
    fc.assert(
      fc.property(fc.array(words, { maxLength: 5 }), (arrays) => {
        const tensors = new Map<string, Tensor>(
          arrays.map((array, i) => [`t${i}`, { shape: [array.length], data: new Float32Array(Uint32Array.from(array).buffer) }]),
        );
        const back = decode(encodeSafetensors({ tensors, metadata: new Map() })).tensors;
        expect([...back.keys()]).toEqual([...tensors.keys()]);
        arrays.forEach((array, i) => {
          const { data } = back.get(`t${i}`) as Tensor;
          expect(new Uint32Array(data.buffer)).toEqual(Uint32Array.from(array));
        });
      }),
    );
  });

  it("aligns data to 8 bytes and reads from a file that is a part of a larger buffer", () => {
    const bytes = encodeSafetensors({
      tensors: new Map([["f64", { shape: [2], data: new Float64Array([Math.PI, -0]) }]]),
      metadata: new Map([["k", "v"]]),
    });
    expect((8 + Number(new DataView(bytes.buffer).getBigUint64(0, true))) % 8).toBe(0);
    const shifted = new Uint8Array(bytes.length + 3);
    shifted.set(bytes, 3);
    expect(decode(shifted.subarray(3)).tensors.get("f64")?.data).toEqual(new Float64Array([Math.PI, -0]));
    // Node's Buffer, whose slice is no copy
    expect(decode(Buffer.from(bytes)).tensors.get("f64")?.data).toEqual(new Float64Array([Math.PI, -0]));
  });

  it.each([
    ["no header length", new Uint8Array(5), /truncated: 5 bytes/],
    ["a header longer than the file", file({}, [], 1000n), /claims a header of 1000 bytes, 2 follow/],
    ["a header of 2^63 bytes", file({}, [], 1n << 63n), /claims a header of 9223372036854775808 bytes/],
    ["a header that is not JSON", file("{oops"), /header is not JSON/],
    ["a header that is not UTF-8", file("{}", [], 2n).fill(0xff, 8), /header is not JSON/],
    ["a list as header", file([]), /no JSON object/],
    ["an entry that is no object", file({ a: 3 }), /tensor a: its header entry is no object/],
    ["metadata that is no text", file({ __metadata__: { a: 3 } }), /a is no string/],
    ["an unknown dtype", one({ dtype: "F8" }), /tensor a: dtype is "F8", read are F32, F64, I32, U32/],
    ["a dtype named as a prototype's method", one({ dtype: "toString" }), /tensor a: dtype is "toString"/],
    ["no dtype", one({ dtype: undefined }), /dtype is undefined/],
    ["a shape that is no list", one({ shape: 4 }), /tensor a: shape is 4/],
    ["a negative size", one({ shape: [-1] }), /shape: -1 is not an integer/],
    ["a fractional size", one({ shape: [0.5] }), /shape: 0.5 is not an integer/],
    ["sizes that overflow", one({ shape: [2 ** 53 - 1, 2 ** 53 - 1, 0.1] }), /not an integer/],
    ["2^40 elements in 4 bytes", one({ shape: [2 ** 20, 2 ** 20] }), /takes 4398046511104 bytes, data_offsets \[0,4\] hold 4/],
    ["offsets beyond the data", one({ data_offsets: [0, 8] }), /data_offsets: 8 is not an integer from 0 to 4/],
    ["offsets that run backwards", one({ data_offsets: [4, 0] }), /data_offsets: 0 is not an integer from 4 to 4/],
    ["three offsets", one({ data_offsets: [0, 2, 4] }), /expected \[from, to\]/],
    ["data without a tensor", one({}, [0, 0, 0, 0, 9]), /tensors end at byte 4 of 5/],
    [
      "a name twice",
      file('{"a":{"dtype":"F32","shape":[0],"data_offsets":[0,0]},"\\u0061":{"dtype":"F32","shape":[0],"data_offsets":[0,0]}}'),
      /names a twice/,
    ],
    [
      "overlapping tensors",
      file(
        { a: { dtype: "F32", shape: [2], data_offsets: [0, 8] }, b: { dtype: "F32", shape: [1], data_offsets: [4, 8] } },
        new Uint8Array(8),
      ),
      /tensor b: its data starts at 4, inside the data that ends at 8/,
    ],
    [
      "a gap",
      file(
        { a: { dtype: "F32", shape: [1], data_offsets: [0, 4] }, b: { dtype: "F32", shape: [1], data_offsets: [8, 12] } },
        new Uint8Array(12),
      ),
      /tensor b: its data starts at 8, with a gap after the data that ends at 4/,
    ],
  ])("refuses %s", (_, bytes, message) => {
    expect(() => decode(bytes)).toThrow(CoppiceError);
    expect(() => decode(bytes)).toThrow(message);
  });

  it("takes names of Object's prototype for what they are", () => {
    const header =
      '{"__proto__":{"dtype":"F32","shape":[0],"data_offsets":[0,0]},"constructor":{"dtype":"F32","shape":[0],"data_offsets":[0,0]}}';
    expect([...decode(file(header)).tensors.keys()]).toEqual(["__proto__", "constructor"]);
    expect(({} as { dtype?: string }).dtype).toBeUndefined();
  });

  it("reads a header of 12 MB, full of quotes and brackets within texts", () => {
    const text = '\\"{}[]:'.repeat(1e6); // a regular expression over this runs out of stack
    const bytes = encodeSafetensors({ tensors: new Map(), metadata: new Map([["k", text]]) });
    expect(bytes.length).toBeGreaterThan(9e6);
    expect(decode(bytes).metadata.get("k") === text).toBe(true);
  });

  it("finds a repeated name whatever texts, spaces and escapes lie before it", () => {
    const entry = '{"dtype":"F32","shape":[0],"data_offsets":[0,0]}';
    const repeated = (before: string) => file(`{ ${before} "a"\t: ${entry}, "b":${entry} , "\\u0061" :${entry}}`);
    for (const before of ["", '"__metadata__": {"a": "\\\\", "b": "\\"a\\":{[", "c": ""},', `"a:": ${entry},"\\"": ${entry},`])
      expect(() => decode(repeated(before)), before).toThrow(/names a twice/);
    const nested = file(`{"__metadata__":{"a":"a","b":"\\"a\\": 1"},"a":${entry},"\\\\":${entry}}`);
    expect([...decode(nested).tensors.keys()]).toEqual(["a", "\\"]);
  });

  it("reads from a source no more than its tensors, and those only once all entries are right", () => {
    const tensors = new Map<string, Tensor>(["a", "b"].map((name, i) => [name, { shape: [3], data: Int32Array.of(i, 2, 3) }]));
    const parts = safetensorsParts({ tensors, metadata: new Map() });
    expect(parts.length).toBe(3);
    expect(parts[2].buffer).toBe(tensors.get("b")?.data.buffer); // not copied
    const whole = Buffer.concat(parts);
    const reads: [number, number][] = [];
    const source = (bytes: Uint8Array) => ({
      size: bytes.length,
      read(from: number, to: number) {
        reads.push([from, to]);
        return new Uint8Array(bytes.subarray(from, to));
      },
    });
    expect(decodeSafetensors(source(whole), "x").tensors).toEqual(tensors);
    const start = parts[0].length;
    expect(reads).toEqual([
      [0, 8],
      [8, start],
      [start, start + 12],
      [start + 12, start + 24],
    ]);
    reads.length = 0;
    expect(() => decodeSafetensors(source(Buffer.concat([whole, Buffer.of(1)])), "x")).toThrow(/tensors end at byte 24 of 25/);
    expect(reads.length).toBe(2);
  });

  it("answers any mutilated file with a value or a usage error", () => {
    const whole = encodeSafetensors({
      tensors: new Map([["a", { shape: [3], data: new Float32Array(3) }]]),
      metadata: new Map([["format", "x"]]),
    });
    fc.assert(
      fc.property(fc.nat(whole.length - 1), fc.integer({ min: 0, max: 255 }), fc.nat(whole.length), (at, byte, end) => {
        const bytes = whole.slice(0, Math.max(1, end));
        bytes[Math.min(at, bytes.length - 1)] = byte;
        try {
          decode(bytes);
        } catch (error) {
          expect(error).toBeInstanceOf(CoppiceError);
        }
      }),
      { numRuns: 500 },
    );
  });
});
