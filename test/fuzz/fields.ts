import * as fc from "fast-check";

/** A part of a binary file: a number of 1 to 8 bytes, or bytes as they are. */
export type Field =
  | { readonly name: string; readonly size: 1 | 2 | 4 | 8; readonly little: boolean; readonly value: number | bigint }
  | { readonly name: string; readonly data: Uint8Array };

export const u8 = (name: string, value: number): Field => ({ name, size: 1, little: true, value });
export const u16 = (name: string, value: number, little = true): Field => ({ name, size: 2, little, value });
export const u32 = (name: string, value: number, little = true): Field => ({ name, size: 4, little, value });
export const u64 = (name: string, value: number | bigint, little = true): Field => ({ name, size: 8, little, value });
export const raw = (name: string, data: Uint8Array | readonly number[]): Field => ({ name, data: Uint8Array.from(data) });
export const text = (name: string, value: string): Field => ({ name, data: new TextEncoder().encode(value) });

/** The file that fields make. */
export function encode(fields: readonly Field[]): Uint8Array {
  const bytes = new Uint8Array(fields.reduce((sum, field) => sum + ("data" in field ? field.data.length : field.size), 0));
  const view = new DataView(bytes.buffer);
  let at = 0;
  for (const field of fields) {
    if ("data" in field) {
      bytes.set(field.data, at);
      at += field.data.length;
      continue;
    }
    const scratch = new DataView(new ArrayBuffer(8));
    scratch.setBigUint64(0, BigInt.asUintN(64, BigInt(field.value)));
    for (let k = 0; k < field.size; k++)
      view.setUint8(at + (field.little ? field.size - 1 - k : k), scratch.getUint8(8 - field.size + k));
    at += field.size;
  }
  return bytes;
}

/** Numbers that lengths, counts and offsets are wrong by: ends of types, what overflows in f64, and huge claims. */
const NUMBERS: readonly bigint[] = [
  ...[
    0n,
    1n,
    2n,
    3n,
    4n,
    5n,
    6n,
    7n,
    8n,
    9n,
    12n,
    14n,
    15n,
    16n,
    17n,
    31n,
    33n,
    64n,
    127n,
    128n,
    255n,
    256n,
    1000n,
    32_767n,
    32_768n,
    65_535n,
  ],
  ...[24n, 31n, 32n, 33n, 40n, 52n, 53n, 62n, 63n].flatMap((bits) => [(1n << bits) - 1n, 1n << bits]),
  (1n << 64n) - 1n,
  0x7ff0000000000000n, // f64 infinity
  0x7ff8000000000001n,
];

/** What is done to a valid file: to one field, or to the whole. */
export interface Mutation {
  readonly how: "none" | "number" | "near" | "bytes" | "swap" | "truncate" | "drop" | "repeat" | "append";
  readonly at: number;
  readonly by: number;
  readonly bytes: Uint8Array;
}

export const mutation: fc.Arbitrary<Mutation> = fc.record({
  how: fc.oneof(
    { weight: 10, arbitrary: fc.constant("none" as const) },
    { weight: 12, arbitrary: fc.constantFrom("number", "number", "near", "bytes") },
    { weight: 7, arbitrary: fc.constantFrom("swap", "truncate", "drop", "repeat", "append") },
  ),
  at: fc.nat(),
  by: fc.nat(),
  bytes: fc.uint8Array({ maxLength: 8 }),
});

/** The file with one thing about it changed. */
export function mutate(fields: readonly Field[], { how, at, by, bytes }: Mutation): Uint8Array {
  const changed = [...fields];
  const numbers = fields.flatMap((field, k) => ("data" in field ? [] : [k]));
  const k = how === "number" || how === "near" || how === "swap" ? numbers[at % numbers.length] : at % fields.length;
  const field = fields[k];
  if (field === undefined || how === "none") return encode(fields);
  if (how === "truncate") return encode(fields).slice(0, -1 - (by % encode(fields).length));
  if (how === "drop") changed.splice(k, 1);
  else if (how === "repeat") changed.splice(k, 0, field);
  else if (how === "append") changed.push(raw("appended", bytes.length > 0 ? bytes : [0]));
  else if ("data" in field) changed[k] = { ...field, data: otherBytes(field.data, by, bytes) };
  else if (how === "swap") {
    const other = numbers[by % numbers.length];
    const partner = fields[other];
    if (!("data" in partner))
      [changed[k], changed[other]] = [
        { ...field, value: partner.value },
        { ...partner, value: field.value },
      ];
  } else changed[k] = { ...field, value: how === "near" ? Number(field.value) + (by % 9) - 4 : NUMBERS[by % NUMBERS.length] };
  return encode(changed);
}

function otherBytes(data: Uint8Array, by: number, bytes: Uint8Array): Uint8Array {
  if (data.length === 0 || by % 4 === 0) return bytes;
  const other = data.slice();
  if (by % 4 === 1) return other.subarray(0, by % data.length);
  other[by % data.length] = bytes[0] ?? 0xff;
  return other;
}
