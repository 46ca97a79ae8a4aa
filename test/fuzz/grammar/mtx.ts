import * as fc from "fast-check";
import { encode, mutate, mutation, text } from "../fields.js";
import { utf8 } from "../target.js";
import { zipFields } from "./zip.js";

const BAD = [
  "",
  "0 0 1",
  "-1 1 1",
  "1 1",
  "1 1 1 1",
  "7 1 1",
  "1 1 nan",
  "1 1 inf",
  "1 1 x",
  "1.5 1 1",
  "%",
  "1e9 1 1",
  "1".repeat(300),
  "\0",
  "1 1 1e999",
];

/** A MatrixMarket file of 6 x 4: coordinate or array, of any symmetry; a line of it, or what it claims, may be wrong. */
export const mtxFile = fc
  .record({
    layout: fc.constantFrom("coordinate", "coordinate", "array"),
    field: fc.constantFrom("real", "real", "integer", "pattern", "complex"),
    symmetry: fc.constantFrom("general", "general", "general", "symmetric", "skew-symmetric", "hermitian"),
    rows: fc.constantFrom(6, 6, 4, 0, 1e6, 2 ** 31, 1e15),
    claimed: fc.constantFrom(0, 0, 0, 1, -1, 1e9, 1e15),
    comment: fc.constantFrom("", "% by hand\n", "%\n\n"),
    end: fc.constantFrom("\n", "\r\n", " \n"),
    wrong: fc.nat(3),
    by: fc.nat(),
    change: mutation,
  })
  .map(({ layout, field, symmetry, rows, claimed, comment, end, wrong, by, change }) => {
    const sparse = layout === "coordinate";
    const columns = symmetry === "general" ? 4 : rows;
    const value = (k: number) => (field === "pattern" ? "" : ` ${k % 7}.5`);
    const entries = sparse ? 8 : Math.min(24, rows * columns);
    const lines = Array.from({ length: entries }, (_, k) =>
      sparse ? `${1 + ((5 * k + by) % 6)} ${1 + (k % 4)}${value(k)}` : `${k % 5}`,
    );
    if (wrong === 0 && lines.length > 0) lines[by % lines.length] = BAD[by % BAD.length];
    const sizes = sparse ? `${rows} ${columns} ${entries + claimed}` : `${rows} ${columns}`;
    const whole = [`%%MatrixMarket matrix ${layout} ${field} ${symmetry}`, `${comment}${sizes}`, ...lines].join(end);
    return by % 5 === 0 ? mutate([text("matrix", whole)], change) : encode([text("matrix", whole + end)]);
  });

const PARTS = [
  "a\nb\na\nb\na\nb\n",
  "y\n1\n2\n1\n2\n1\n2\n",
  "1\n",
  "",
  "\0",
  "a,b\n",
  '"a\nb',
  "s1\ns2\ns3\ns4\n",
  "s1\ns2\ns3\ns4\ns5\ns6\n",
  "s1\ts1\ns1\n",
];

const IDS = [1, 2, 3, 4, 5, 6].map((k) => `s${k}\n`);
const GENES = ["g1\n", "g2\n", "g3\n", "g4\n"].join("");
const NAMED = [1, 2, 3, 4].map((k) => `E${k}\tg${k}\tGene Expression\n`).join("");

/** What lies beside a matrix of 6 samples or 4, by its name: whatever, or what 10x Genomics writes. */
const beside: fc.Arbitrary<[name: string, content: string][]> = fc.oneof(
  fc.array(
    fc.tuple(
      fc.constantFrom("fuzz-labels.txt", "fuzz-barcodes.tsv", "fuzz-features.tsv", "fuzz-genes.tsv"),
      fc.constantFrom(...PARTS),
    ),
    { maxLength: 2 },
  ),
  fc.constantFrom<[name: string, content: string][]>(
    [["fuzz-barcodes.tsv", IDS.join("")]],
    [["fuzz-barcodes.tsv", IDS.slice(0, 4).join("")]],
    [
      ["fuzz-barcodes.tsv", IDS.join("")],
      ["fuzz-features.tsv", GENES],
    ],
    [
      ["fuzz-barcodes.tsv", IDS.join("")],
      ["fuzz-features.tsv", NAMED],
    ],
  ),
);

const SHEET = "id,class,patient\ns1,a,p\ns2,b,p\ns3,a,q\ns4,b,q\ns5,a,r\ns6,b,r\n";
const SHEETS = [
  SHEET,
  SHEET,
  SHEET,
  "x",
  "s1,a\ns2,b\n",
  "PK\x03\x04xl/",
  "\x89PNG\r\n",
  SHEET.replace("s2", "s1"),
  `${SHEET}s9,a,q`,
];

/** Names that files of 10x Genomics have in an archive, and others. */
const ENTRIES = [
  "filtered/matrix.mtx",
  "filtered/barcodes.tsv",
  "filtered/features.tsv",
  "raw/matrix.mtx",
  "filtered/",
  "notes.txt",
];

/** A matrix, files beside it by their names, and the three of 10x Genomics in an archive that may be wrong in one thing. */
export const mtxFiles = fc
  .record({
    matrix: mtxFile,
    beside,
    second: fc.nat(9),
    orientation: fc.constantFrom<("rows" | "columns" | "auto")[]>("auto", "auto", "rows", "columns"),
    unlabelled: fc.boolean(),
    sheet: fc.oneof(fc.constant(undefined), fc.constantFrom(...SHEETS)),
    told: fc.constantFrom({}, {}, { label: "class" }, { label: "class", group: "patient" }, { group: "none" }, { label: 9 }),
    entries: fc.subarray(ENTRIES, { minLength: 1 }),
    change: mutation,
    archived: fc.nat(5),
  })
  .map(({ entries, change, archived, ...made }) => {
    if (archived > 0) return { ...made, archive: null };
    const parts: Record<string, Uint8Array> = { barcodes: utf8(IDS.slice(0, 4).join("")), features: utf8(`${GENES}g5\ng6\n`) };
    const files = entries.map((name) => ({
      name,
      data: parts[name.replace(/.*\/|\..*/g, "")] ?? made.matrix,
      deflated: change.at % 3 === 0,
    }));
    return { ...made, archive: mutate(zipFields(files), change) };
  });
