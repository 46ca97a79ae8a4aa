import * as fc from "fast-check";
import { withChecksums } from "../../../src/io/formats/checkpoint/checksums.js";
import { decodeSafetensors, type Tensor } from "../../../src/io/formats/checkpoint/safetensors.js";
import { encodeSafetensors } from "../../io/encode-safetensors.js";
import { mutate, mutation, raw, text, u64 } from "../fields.js";
import { type Json, jsonMutation, mutateJson } from "./json.js";

const SIZES: Readonly<Record<string, number>> = { F32: 4, F64: 8, I32: 4, U32: 4, U16: 2, I8: 1, F16: 2 };

const tensors = fc.array(
  fc.record({ dtype: fc.constantFrom(...Object.keys(SIZES)), shape: fc.array(fc.integer({ min: 0, max: 3 }), { maxLength: 3 }) }),
  { maxLength: 4 },
);

/** A safetensors file: the header's length, JSON, data; the JSON or a field may be wrong. */
export const safetensorsFile: fc.Arbitrary<Uint8Array> = fc
  .record({ tensors, change: jsonMutation, outer: mutation, which: fc.boolean(), metadata: fc.boolean() })
  .map(({ tensors: list, change, outer, which, metadata }) => {
    const header: Record<string, Json> = metadata ? { __metadata__: { format: "coppice/1", note: "é" } } : {};
    let end = 0;
    for (const [k, { dtype, shape }] of list.entries()) {
      const bytes = shape.reduce((product, size) => product * size, SIZES[dtype]);
      header[`t${k}`] = { dtype, shape, data_offsets: [end, end + bytes] };
      end += bytes;
    }
    const json = which ? mutateJson(header, change) : JSON.stringify(header);
    const fields = [
      u64("header length", new TextEncoder().encode(json).length),
      text("header", json),
      raw("data", new Uint8Array(end).fill(1)),
    ];
    return which ? mutate(fields, { ...outer, how: "none" }) : mutate(fields, outer);
  });

/** What a tensor may be called instead. */
const NAMES = [
  "layers.9.bias",
  "__proto__",
  "input.mean",
  "layers.0.values.v",
  "members.1.layers.0.bias",
  "members.2.layers.0.bias",
  "members.weights",
  "conformal.scores",
  "layers.0.values.scale",
];

/**
 * Checkpoints made of valid ones: a value of the config, an element of a tensor, a tensor's name or shape may be wrong. Most have the checksums of
 * what is in them, so that what is wrong gets past these; some those of the valid file, none, or checksums that are wrong themselves.
 */
export function checkpointFile(valid: readonly Uint8Array[]): fc.Arbitrary<Uint8Array> {
  const decoded = valid.map((bytes) => decodeSafetensors(bytes, "valid"));
  const record = fc.record({
    pick: fc.nat(),
    change: jsonMutation,
    what: fc.constantFrom("config", "config", "element", "name", "drop", "shape", "dtype", "format"),
    at: fc.nat(),
    by: fc.nat(),
    checksums: fc.constantFrom("new", "new", "new", "new", "old", "none", "wrong"),
  });
  return record.map(({ pick, change, what, at, by, checksums }) => {
    const file = decoded[pick % decoded.length];
    const list: [string, Tensor][] = [...file.tensors];
    const metadata = new Map(file.metadata);
    const k = at % list.length;
    const [name, { shape, data, ...type }] = list[k];
    if (what === "config") metadata.set("config", mutateJson(JSON.parse(metadata.get("config") ?? "") as Json, change));
    if (what === "format") metadata.set("format", ["coppice/2", "coppice/1", "", "__proto__"][by % 4]);
    if (what === "name") list[k] = [[...NAMES, `${name}.m`][by % (NAMES.length + 1)], { shape, data, ...type }];
    if (what === "drop") list.splice(k, 1);
    if (what === "shape")
      list[k] = [name, { ...type, shape: by % 2 ? [data.length, 1] : [], data: by % 2 ? data : data.slice(0, 1) }];
    if (what === "dtype")
      list[k] = [
        name,
        { shape, data: data instanceof Float32Array ? new Int32Array(data.length) : new Float32Array(data.length) },
      ];
    if (what === "element" && data.length > 0) {
      const other = data.slice();
      other[by % other.length] = [Number.NaN, Infinity, -1, 2 ** 31 - 1, -(2 ** 31), 0, 1][at % 7];
      list[k] = [name, { shape, data: other, ...type }];
    }
    if (checksums === "none") metadata.delete("crc32c");
    if (checksums === "wrong") metadata.set("crc32c", mutateJson(JSON.parse(metadata.get("crc32c") ?? "") as Json, change));
    const made = { tensors: new Map(list), metadata };
    return encodeSafetensors(checksums === "new" ? withChecksums(made) : made);
  });
}
