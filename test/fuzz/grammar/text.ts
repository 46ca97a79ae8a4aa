import * as fc from "fast-check";
import { gzipSync } from "fflate";
import { encode, mutate, mutation, raw, u8, u32 } from "../fields.js";
import { spoilt, table } from "./table.js";

const BAD_TOKENS = [
  "a",
  ":",
  "1:",
  ":1",
  "1:a",
  "1::2",
  "qid:1",
  "qid:",
  "qid:a",
  "sid:1",
  "1,2",
  "#",
  "# 5:5",
  "0:1",
  "2147483647:1",
  "2147483648:1",
  "4294967296:1",
  "-1:1",
  "1.5:1",
  "1:1e39",
  "1:nan",
  "1:inf",
];
const MORE_TOKENS = [
  "__proto__:1",
  "\0",
  "\r",
  "\ufeff",
  "1".repeat(400),
  `1:${"9".repeat(400)}`,
  "1:0x1",
  "99999999999999999999:1",
  "5000000:1",
  "+",
  "1:+",
  "٣:1",
];
const token = fc.oneof(
  {
    weight: 12,
    arbitrary: fc
      .tuple(fc.integer({ min: 0, max: 9 }), fc.integer({ min: -9, max: 9 }))
      .map(([index, value]) => `${index}:${value}`),
  },
  { weight: 1, arbitrary: fc.constantFrom(...BAD_TOKENS, ...MORE_TOKENS) },
);
const sorted = (tokens: string[], keep: boolean) =>
  keep
    ? tokens
    : [...new Map(tokens.map((one) => [one.split(":")[0], one])).values()].sort(
        (a, b) => Number.parseInt(a, 10) - Number.parseInt(b, 10),
      );
const line = fc
  .record({
    label: fc.oneof(
      { weight: 10, arbitrary: fc.constantFrom("0", "1", "-1", "+1") },
      { weight: 1, arbitrary: fc.constantFrom("", "1,2", "a", "nan", "1e999", "#", "1:1") },
    ),
    qid: fc.constantFrom("", "", "", "", "qid:3"),
    tokens: fc.array(token, { maxLength: 6 }),
    unsorted: fc.nat(12),
    end: fc.constantFrom("\n", "\n", "\r\n", " # comment\n", "\n\n", "\r"),
  })
  .map(
    ({ label, qid, tokens, unsorted, end }) => [label, qid, ...sorted(tokens, unsorted === 0)].filter(Boolean).join(" ") + end,
  );

const LONG_LINE = `1 ${Array.from({ length: 80 }, (_, j) => `${j + 1}:1`).join(" ")}\n`;

/** svmlight text, and the size of the blocks it comes in. */
export const svmlightFile = fc.record({
  file: spoilt(
    fc.tuple(fc.array(line, { maxLength: 8 }), fc.nat(30)).map(([lines, long]) => lines.join("") + (long === 0 ? LONG_LINE : "")),
  ),
  block: fc.constantFrom(1, 3, 7, 1000),
  unlabelled: fc.boolean(),
  featureNames: fc.constantFrom(undefined, undefined, ["1", "2", "5"], ["a"], ["__proto__", "3"]),
});

const BOMB = gzipSync(new Uint8Array(8_000_000), { level: 9 });
const body = fc.oneof(
  {
    weight: 8,
    arbitrary: table.map((one) => gzipSync(new TextEncoder().encode(one), { mtime: 0, level: one.length % 8 === 0 ? 6 : 0 })),
  },
  { weight: 1, arbitrary: fc.constant(BOMB) },
  { weight: 1, arbitrary: table.map((one) => gzipSync(gzipSync(new TextEncoder().encode(one), { mtime: 0 }), { mtime: 0 })) },
);

/** A gzip file: its header's fields, the stream, CRC and size; one may be wrong, and a member may follow a member. */
export const gzipFile: fc.Arbitrary<Uint8Array> = fc.tuple(body, mutation, fc.nat(9)).map(([bytes, change, more]) => {
  const end = new DataView(bytes.buffer, bytes.byteOffset + bytes.length - 8);
  const fields = [
    ...[raw("magic", bytes.subarray(0, 2)), u8("method", bytes[2]), u8("flags", bytes[3]), raw("time", bytes.subarray(4, 8))],
    ...[u8("level", bytes[8]), u8("system", bytes[9]), raw("stream", bytes.subarray(10, -8))],
    ...[u32("crc", end.getUint32(0, true)), u32("size", end.getUint32(4, true))],
  ];
  const one = mutate(fields, change);
  return more === 0 ? encode([raw("first", one), raw("second", bytes)]) : one;
});
