import * as fc from "fast-check";
import { gzipSync } from "fflate";
import { encode, mutate, mutation, raw, text, u8, u32 } from "../fields.js";

/** Cells that a table trips over: quotes, line ends, other delimiters, numbers at the ends of types, bytes that are no UTF-8, names of Object's own. */
const BAD_CELLS = [
  '"',
  '""',
  '"a',
  'a"b',
  '"a"b',
  '"a\nb"',
  '"a""b"',
  "\r",
  "\n",
  "\r\n",
  "\0",
  ",",
  ";",
  "\t",
  "|",
  " ",
  "",
  "NA",
  "?",
  "nan",
  "inf",
  "1e999",
  "-1e39",
  "0x10",
  "1_000",
];
const MORE_CELLS = [
  "١",
  "\ufeff",
  "\uffff",
  "__proto__",
  "constructor",
  "=1+1",
  "1".repeat(400),
  "é".repeat(50),
  "-",
  "+",
  ".",
  "1e",
  "1e+",
  "00012",
  "9007199254740993",
  `${"1".repeat(30)}.5`,
  ...["1,5", "1,500", "1.234,5", "#", "2-Mar"],
];
const BAD = [...BAD_CELLS, ...MORE_CELLS];

/** A table of numbers with classes in its last column; cells of it may be bad, rows ragged or blank. */
const table = fc
  .record({
    rows: fc.integer({ min: 1, max: 9 }),
    // few, but for a row that is wider than the first room for cells
    columns: fc.oneof({ weight: 30, arbitrary: fc.integer({ min: 1, max: 5 }) }, { weight: 1, arbitrary: fc.constant(70) }),
    header: fc.constantFrom(
      "",
      "",
      "id,b,c,d,class",
      ",b,c,d,e",
      "a,a,b,b,c",
      "gene,s1,s2,s3,s4",
      "__proto__,constructor,b,toString,d",
    ),
    ids: fc.boolean(),
    labels: fc.constantFrom("ab", "01"),
    delimiter: fc.constantFrom(",", ",", "\t", ";", "|", " ", "  "),
    before: fc.constantFrom("", "", "", "", "", "sep=;\n", "# c\n# d e\n", "#"),
    comma: fc.nat(9),
    end: fc.constantFrom("\n", "\r\n", "\r"),
    wrong: fc.constantFrom("", "", "", "cell", "cell", "cell", "ragged", "blank", "turned"),
    at: fc.nat(),
    by: fc.nat(),
  })
  .map(({ rows, columns, header, ids, labels, delimiter, end, before, comma, wrong, at, by }) => {
    const names = header ? Array.from({ length: columns - 1 }, (_, j) => header.split(",")[j] ?? `f${j}`) : [];
    let lines = header ? [[...names, "class"]] : [];
    for (let i = 0; i < rows; i++) {
      const values = Array.from({ length: columns - 1 }, (_, j) =>
        ids && j === 0 ? `s${i + 1}` : String(((by >> 3) + 7 * i + 5 * j) % 23) + (comma === 0 ? ",5" : ""),
      );
      lines.push([...values, labels[i % 2]]);
    }
    if (wrong === "turned") lines = lines[0].map((_, j) => lines.map((line) => line[j]));
    const line = lines[at % lines.length];
    if (wrong === "cell") line[(at >> 4) % line.length] = BAD[by % BAD.length];
    if (wrong === "ragged") line.splice(by % line.length, 1);
    if (wrong === "blank") lines.splice(at % lines.length, 0, [["", " ", '""'][by % 3]]);
    return before + lines.map((cells) => cells.join(delimiter)).join(end) + (by % 2 ? end : "");
  });

/** Text whose bytes may be cut or spoilt: what is no UTF-8 too, and rarely UTF-16 if asked. */
const spoilt = (valid: fc.Arbitrary<string>, wide = false) =>
  fc
    .tuple(valid, mutation, fc.nat(4), fc.nat(15))
    .map(([one, change, some, form]) =>
      mutate([wide && form === 0 ? utf16(one) : text("table", one)], some === 0 ? change : { ...change, how: "none" }),
    );
const utf16 = (one: string) =>
  raw("table", [0xff, 0xfe, ...Array.from(one, (c) => [c.charCodeAt(0) & 255, c.charCodeAt(0) >> 8]).flat()]);

const rarely = <T>(...values: T[]) =>
  fc.oneof({ weight: 12, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary: fc.constantFrom(...values) });
const column = rarely<string | number>(0, 1, -1, 1.5, 99, "b", "class", "__proto__", "id", "s1");

/** Tables of labels that join the samples s1, s2, ... of many tables. */
const SHEETS = [9, 3, 1].flatMap((rows) =>
  ["id,class,patient", "sample,note,kind", ""].map((header) =>
    [...(header ? [header] : []), ...Array.from({ length: rows }, (_, i) => `s${i + 1},${"ab"[i % 2]},${i % 3}`)].join("\n"),
  ),
);

/** A table, perhaps a second one of labels, and what the reader is told of them. */
export const tableFile = fc.record({
  table: spoilt(table, true),
  sheet: fc.oneof(
    { weight: 4, arbitrary: fc.constant(null) },
    { weight: 1, arbitrary: spoilt(fc.oneof(table, fc.constantFrom(...SHEETS))) },
  ),
  options: fc.record({
    orientation: rarely("auto", "rows", "columns"),
    header: rarely(true, false),
    label: fc.oneof({ weight: 5, arbitrary: column }, { weight: 1, arbitrary: fc.constant(null) }),
    ignoreLabels: rarely(true),
    id: fc.oneof({ weight: 5, arbitrary: column }, { weight: 1, arbitrary: fc.constant(null) }),
    group: column,
    ignore: rarely([0], ["b"], ["s1", "b"], ["__proto__"]),
    missing: fc.constantFrom("error", "median", "drop-samples", "drop-features"),
    featureNames: rarely(["b", "c"], ["c", "__proto__"], ["b", "b"]),
    extraLabels: fc.constantFrom(undefined, true),
  }),
});

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
