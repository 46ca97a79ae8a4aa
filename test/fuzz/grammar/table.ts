import * as fc from "fast-check";
import { encode, mutate, mutation, raw, text } from "../fields.js";

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
export const table = fc
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
    // in column 1 perhaps those that may part thousands, too
    const decimals = (i: number, j: number) => (comma > 1 ? "" : comma === 0 || j !== 1 ? ",5" : i % 2 === 1 ? ",718" : "");
    let lines = header ? [[...names, "class"]] : [];
    for (let i = 0; i < rows; i++) {
      const values = Array.from({ length: columns - 1 }, (_, j) =>
        ids && j === 0 ? `s${i + 1}` : String(((by >> 3) + 7 * i + 5 * j) % 23) + decimals(i, j),
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
export const spoilt = (valid: fc.Arbitrary<string>, wide = false) =>
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

/** What columns hold, by kind: the cell of sample i. */
const CELLS: Readonly<Record<string, (i: number, by: number) => string>> = {
  number: (i, by) => String((by + 7 * i) % 23),
  fraction: (i, by) => String(((by % 9) + 1.25) * i),
  half: (i) => `${i % 2}.5`,
  small: (i) => String((i + 1) / 2),
  count: (i) => String(i),
  twice: (i) => String(i >> 1),
  id: (i) => `s${i + 1}`,
  group: (i, by) => (by % 7 === i ? ["", "NA"][by % 2] : `p${i >> 1}`),
  class: (i) => "ab"[i % 2],
  spelled: (i) => ["a", "A", "b "][i % 3],
  code: (i) => ["1", "1.0", "2", "02"][i % 4],
  truth: (i) => ["True", "TRUE", "false"][i % 3],
  several: (i, by) => ["a;b", "a", "", "b; c", "c;", "NA"][i % (4 + (by % 3))],
  joined: (i) => ["a", "b", "a|b"][i % 3],
  word: (i) => ["male", "female"][i % 2],
  level: (i) => ["low", "mid", "high", ""][i % 4],
  text: (i, by) => `t${by % 60}-${i}`,
  points: (i, by) => ["1.234", "2.500", by % 2 ? "1234" : "12"][i % (2 + ((by >> 1) % 2))],
  commas: (i, by) => ["1,234", "0,5", by % 2 ? "1234" : "12"][i % 3],
  quoted: (i) => ['"a \\"b\\" c"', '"d"'][i % 2],
  single: (i) => ["'a, b'", "'d''s'"][i % 2],
};

const LAYOUT = { columns: 5, label: 3, id: 0, ignored: [4] };

/** Tables by what their columns are, "name=kind" each, and what their readers may be told of them. */
const SCENES: readonly (readonly [columns: string, ...told: object[]])[] = [
  ["id=id,a=number,w=small,class=class", { sampleWeight: "w" }, { sampleWeight: "w", part: "test" }, { sampleWeight: "id" }],
  ["id=id,a=number,b=fraction,p=group,class=spelled", { group: "p" }, { group: 3 }, { group: "p", ignoreLabels: "named" }],
  ["a=number,b=number,class=several", { labelSeparator: ";" }, { labelSeparator: ";", numeric: false }, { labelSeparator: "/" }],
  ["a=number,class=several", { labelSeparator: ";", target: ["a"] }, { labelSeparator: ";", targetNames: ["a", "b", "c"] }],
  ["a=number,b=fraction,class=joined", {}, { labelSeparator: "|" }, { label: "b" }],
  ["a=number,class=half", {}, { label: "class" }, { numeric: false }, { numeric: true }, { header: false }],
  ["a=number,t=fraction", {}, { label: "t" }, { label: "t", numeric: false }, { numeric: true }, { label: null, numeric: true }],
  [
    "a=number,t=fraction,u=truth",
    { target: ["t", "u"] },
    { target: ["t"], numeric: false },
    { targetNames: ["t"] },
    { time: "t" },
  ],
  ["id=id,a=number,t=class", { target: ["t"] }, { numeric: true }, { numeric: true, featureNames: ["a"] }],
  ["=count,Unnamed: 0=count,a=number,class=class", {}, { id: null }],
  ["=twice,a=number,class=class", {}, { label: null }],
  ["id=twice,row=count,a=number,class=code", {}, { group: "id" }, { id: "row" }],
  ["a=number,sex=word,size=level,class=truth", { categories: "one-hot" }, { categories: "hashed" }, { ignore: ["sex"] }],
  ["sex=word,size=level,class=class", { levels: ["size=low|mid|high", "sex=male"] }, { levels: ["size=low|mid|high"] }],
  ["sex=word,size=level,class=class", { featureNames: ["sex=male", "size: low < high"], unknownLevels: "missing" }],
  ["sex=word,size=text,class=class", { categories: "one-hot" }, { featureNames: ["sex=x", "size #3 of 32"] }],
  ["size=level,class=class", { categories: "one-hot", levels: ["class=a|b"] }, { levels: ["size=low|mid|high", "none=a|b"] }],
  ["g=id,s1=number,s2=number,s3=number,s4=number,s5=number", {}, { orientation: "columns" }, { label: null }, { label: 1 }],
  ["1001=number,1002=number,1003=fraction,1004=twice", {}, { header: true }, { featureNames: ["1001"], label: null }],
  ["a=points,b=number,class=class", {}, { orientation: "rows" }, { label: null }],
  ["a=commas,b=number,class=class", {}, { target: ["a"] }, { orientation: "rows" }],
  ["a=number,b=quoted,class=quoted", { ignore: ["b"] }, { categories: "one-hot" }],
  ["a=number,b=single,class=single", { ignore: ["b"] }, {}],
  [
    "id=id,a=number,b=number,class=class,p=group",
    { layout: LAYOUT },
    { layout: LAYOUT, label: null },
    { layout: LAYOUT, id: null },
  ],
  ["id=id,a=number,b=number,c=fraction,p=count", { layout: LAYOUT, ignoreLabels: true }, { layout: { ...LAYOUT, columns: 9 } }],
  [
    "a=number,b=number,c=count,d=class",
    { layout: LAYOUT, label: null },
    { layout: { columns: 4, label: 3, id: null, ignored: [] } },
  ],
];

/** A table of a scene, with its header or without, perhaps with a sum below, a bad cell, or turned; and what is told of it. */
const scene = fc
  .record({
    scene: fc.constantFrom(...SCENES),
    rows: fc.integer({ min: 1, max: 14 }),
    header: fc.nat(3),
    end: fc.constantFrom("", "", "", "", "Total,9", "mean,"),
    delimiter: fc.constantFrom(",", ",", "\t", ";", "  "),
    wrong: fc.constantFrom("", "", "", "", "cell", "turned"),
    at: fc.nat(),
    by: fc.nat(),
  })
  .map(({ scene: [columns, ...told], rows, header, end, delimiter, wrong, at, by }) => {
    const options = told[at % told.length];
    const named = header > 0 && !("layout" in options && at % 4 > 0);
    const pairs = columns.split(",").map((column) => column.split("="));
    let lines = Array.from({ length: rows }, (_, i) => pairs.map(([, kind]) => CELLS[kind](i, by)));
    if (named) lines.unshift(pairs.map(([name]) => name));
    if (end) lines.push(pairs.map((_, j) => end.split(",")[j] ?? ""));
    if (wrong === "cell") lines[at % lines.length][by % pairs.length] = BAD[(at >> 4) % BAD.length];
    if (wrong === "turned") lines = lines[0].map((_, j) => lines.map((cells) => cells[j]));
    return { table: text("table", lines.map((cells) => cells.join(delimiter)).join("\n")), options };
  })
  .map(({ table: one, options }) => ({ table: encode([one]), options }));

const ONE_SHEET = SHEETS[0].replace("class,patient", "kind,class");
/** Sheets that hold what their samples' tables do not, or not quite. */
const ODD_SHEETS = ["s1,a\ns2,b\n", "PK\x03\x04xl/workbook.xml", "\x89PNG", "x\n", `${SHEETS[0]}\ns77,c,9`, ONE_SHEET];

/** Options that any table may be read with. */
const anyOptions = fc.record({
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
});

/** A table, perhaps a second one of labels, and what the reader is told of them. */
export const tableFile = fc.record({
  made: fc.oneof(
    { weight: 1, arbitrary: fc.record({ table: spoilt(table, true), options: anyOptions }) },
    { weight: 1, arbitrary: scene },
  ),
  sheet: fc.oneof(
    { weight: 4, arbitrary: fc.constant(null) },
    { weight: 1, arbitrary: spoilt(fc.oneof(table, fc.constantFrom(...SHEETS), fc.constantFrom(...ODD_SHEETS))) },
  ),
});
