import { CoppiceError } from "../../util/check.js";
import { firstEntry, isZip } from "./numpy/zip.js";
import { latin } from "./table/cells.js";
import { decodeHead, utf16 } from "./table/text.js";

const AS_CSV = "write it as .csv";
const AS_NPZ = "write it as .npz, with numpy.savez";
const UNPACK = "unpack it, and give the file in it";
const WORKBOOK = "save its sheet as .csv (comma separated, UTF-8)";

/** How files start that are not read, what they are, and what to do. */
const STARTS: readonly (readonly [start: string, what: string, remedy: string])[] = [
  ["PAR1", "a Parquet file", `${AS_CSV}, e.g. with pandas.read_parquet(name).to_csv`],
  ["\xd0\xcf\x11\xe0", "an Excel workbook of the old kind (.xls), or one with a password", WORKBOOK],
  ["ARROW1", "an Arrow (Feather) file", `${AS_CSV}, e.g. with pandas.read_feather(name).to_csv`],
  ["FEA1", "a Feather file", `${AS_CSV}, e.g. with pandas.read_feather(name).to_csv`],
  ["RDX2\n", "R's data (.RData)", `${AS_CSV}, with R's write.csv`],
  ["RDX3\n", "R's data (.RData)", `${AS_CSV}, with R's write.csv`],
  ["X\n\0\0\0", "an R object (.rds)", `${AS_CSV}, with R's write.csv(readRDS(name))`],
  ["SQLite format 3", "an SQLite database", AS_CSV],
  ["<stata_dta>", "a Stata file", AS_CSV],
  ...["q", "r", "s"].map((version) => [`${version}\x02\x01\0`, "a Stata file", AS_CSV] as const),
  ...["\x02", "\x03", "\x04", "\x05"].map((protocol) => [`\x80${protocol}`, "a pickle of Python", AS_NPZ] as const),
  ["version https://git-lfs.github.com/", "a pointer of Git LFS", "fetch the file that it stands for, with git lfs pull"],
  ["$FL2", "an SPSS file", AS_CSV],
  ["$FL3", "an SPSS file", AS_CSV],
  ["FCS2.", "a flow cytometry file (FCS)", AS_CSV],
  ["FCS3.", "a flow cytometry file (FCS)", AS_CSV],
  ["BZh", "compressed with bzip2", UNPACK],
  ["\xfd7zXZ", "compressed with xz", UNPACK],
  ["\x28\xb5\x2f\xfd", "compressed with zstd", UNPACK],
  ["7z\xbc\xaf", "a 7z archive", UNPACK],
  ["Rar!", "a RAR archive", UNPACK],
  ["%PDF", "a PDF document", AS_CSV],
  ["\x89PNG", "a picture (PNG)", "give pictures as arrays (.npz) or an IDX pair"],
  ["\xff\xd8\xff", "a picture (JPEG)", "give pictures as arrays (.npz) or an IDX pair"],
  ["{\\rtf", "an RTF document", AS_CSV],
];

/** How texts start that are no table, after blank lines. */
const TEXTS: readonly (readonly [start: RegExp, what: string, remedy: string])[] = [
  [/^\d+ \d+ 1\s*\n#/, "a class file of GenePattern (.cls)", "write a table of sample IDs and labels"],
  [/^\^(database|series|sample|platform|dataset)/i, "a GEO SOFT file", "give its table alone, as .tsv"],
  [/^##fileformat=VCF/, "a VCF file of variants", "write it as a table of numbers, .csv"],
  [/^<(!|\?|[a-z]+[\s>])/i, "HTML or XML", "give a table as .csv (a page or workbook saved under another name is none)"],
  [/^(\{\s*"|\[\s*[[{"])/, "JSON", AS_CSV],
  [
    /^[+-]?\d+(\.\d*)?(,[+-]?\d+)*( qid:\d+)?( \d+:[-+\d.e]+)+\s/i,
    "svmlight text under the name of a table (row 1 has one cell)",
    "name it .svmlight",
  ],
];

const refusal = (name: string) => (what: string, remedy: string) => {
  throw new CoppiceError(`${name}: ${what}, which is not read; ${remedy}`);
};

/** Whether a file is an archive that begins as programs write workbooks (.xlsx). */
export function isWorkbook(head: Uint8Array): boolean {
  return isZip(head) && /^(\[Content_Types\]\.xml|_rels\/|docProps\/|xl\/)/.test(firstEntry(head));
}

/** Whether a file's first bytes are text, in UTF-16 too. A zero byte may be among them: it is told where it is. */
export function isText(head: Uint8Array): boolean {
  const units = utf16(head) ? Uint16Array.from(decodeHead(head), (unit) => unit.charCodeAt(0)) : head;
  return !units.some((byte) => byte < 0x20 && byte !== 0 && byte !== 0x1b && (byte < 0x09 || byte > 0x0d));
}

/** "starts with bytes 50 4b". */
export function startOf(head: Uint8Array): string {
  return `starts with bytes ${Array.from(head.subarray(0, 8), (byte) => byte.toString(16).padStart(2, "0")).join(" ")}`;
}

/**
 * Throws, naming it, when a file is of a kind that is known and not read: workbooks, archives, other programs' formats. A file that a format may read by its name (`named`) has to be binary, too, if letters tell its kind.
 */
export function refuseForeign(name: string, head: Uint8Array, named: boolean): void {
  const start = latin(head, 0, Math.min(512, head.length));
  const refuse = refusal(name);
  const known = STARTS.find(([magic]) => start.startsWith(magic));
  // a table may start with a few letters
  if (known && (head.includes(0) || !named || known[0].length > 20)) refuse(known[1], known[2]);
  if (start.startsWith("ustar", 257)) refuse("a tar archive", UNPACK);
  if (isZip(head)) {
    if (isWorkbook(head)) refuse("an Excel workbook (.xlsx)", WORKBOOK);
    if (start.includes("application/vnd.oasis.opendocument")) refuse("an OpenDocument workbook (.ods)", WORKBOOK);
    refuse("a zip archive", UNPACK);
  }
}

/** Throws, naming it, when text that is to be a table is none, or is one whose cells are written otherwise: see `TEXTS`. */
export function refuseForeignText(name: string, head: Uint8Array): void {
  const text = decodeHead(head)
    .replace(/^\ufeff/, "")
    .replace(/\r\n?/g, "\n")
    .trimStart();
  const refuse = refusal(name);
  const known = TEXTS.find(([start]) => start.test(text));
  if (known) refuse(known[1], known[2]);
}
