import { check } from "../../../util/check.js";
import { joinArrays } from "../../../util/join-arrays.js";
import { guessDelimiter, isNumber, latin, makeCells, scanRow } from "./cells.js";
import { skipComments } from "./comments.js";
import { firstLines, lineAt } from "./lines.js";
import { doubleQuotes, escapesQuotes, singlyQuoted } from "./quotes.js";

const [TAB, LF, CR, SPACE, QUOTE, COMMA, POINT] = [0x09, 0x0a, 0x0d, 0x20, 0x22, 0x2c, 0x2e];

/** What is known of a table's text besides. */
export interface GridOptions {
  /** Between cells; by default what the first rows suggest. */
  readonly delimiter?: string;
  /** Whether its first row is one of names, which a comment may be. */
  readonly header?: boolean;
  /** The row of the file that a line of the text is, both from 1; default: the same. */
  readonly fileRow?: (line: number) => number;
  /** Whether it is a list of texts, with spaces, commas and "#" of their own. */
  readonly list?: boolean;
}

/** A table's text as the grid reads it: UTF-8, one byte between cells, decimals behind points. */
export interface TableText {
  readonly bytes: Uint8Array;
  /** Where its first row starts, and the line of the text that this is, from 1. */
  readonly start: number;
  readonly row: number;
  /** Whether that row stands behind a "#", which may be left out here. */
  readonly commented: boolean;
  /** The byte between cells. */
  readonly delimiter: number;
  /** Whether decimals are behind commas in the file. */
  readonly decimalCommas: boolean;
  /** How it is written where that is not usual, a sentence each. */
  readonly notes: string[];
}

/**
 * Understands how a table is written: UTF-8, UTF-16 or Windows-1252 (Latin-1); under a line `sep=;` or comments; parted by `delimiter`, or what
 * the first rows suggest: commas, tabs, semicolons, bars, or runs of spaces; with decimal points, or with commas that nothing else can be; with
 * quotes inside quoted cells doubled, or behind a backslash as R writes them. What is not usual is noted. A `list` of texts has spaces and
 * commas of its own. Throws where text is in none of these encodings, or holds a NUL byte.
 */
export function tableText(file: Uint8Array, where: string, { delimiter, header, list = false }: GridOptions): TableText {
  check(file.length < 2 ** 32, where, () => `${file.length} bytes of text; at most ${2 ** 32 - 1} are read: split the file`);
  const notes: string[] = [];
  const utf8 = inUtf8(file, where, notes);
  const mark = utf8[0] === 0xef && utf8[1] === 0xbb && utf8[2] === 0xbf ? 3 : 0;
  const asked = separatorLine(utf8, mark);
  if (asked) notes.push(`row 1 says that cells are parted by "${asked.delimiter}"`);
  const { next: start, rows, commented } = skipComments(utf8, asked?.next ?? mark, header !== false, notes);
  const parted = partCells(utf8, start, asked?.delimiter, delimiter, list);
  if (parted.spaced) notes.push("cells are parted by spaces");
  if (parted.escaped) notes.push('quotes inside of cells are written \\"');
  if (parted.single) notes.push("cells are in single quotes");
  const { bytes, code } = parted;
  const decimalCommas = code !== COMMA && !list && hasDecimalCommas(bytes, start, code, where);
  if (decimalCommas) notes.push("commas are read as those of decimals");
  return {
    bytes: decimalCommas ? pointsForCommas(bytes, start, code) : bytes,
    start,
    row: 1 + Number(asked !== null) + rows,
    commented,
    delimiter: code,
    decimalCommas,
    notes,
  };
}

/** What parts cells: the byte between them, in a text with tabs for spaces, and with doubled quotes where it has escaped ones. */
function partCells(utf8: Uint8Array, start: number, asked: string | undefined, delimiter: string | undefined, list: boolean) {
  const part = (text: Uint8Array) => {
    const lines = firstLines(text, start);
    const spaced = !asked && !list && partedBySpaces(lines);
    const bytes = spaced ? tabsForSpaces(text, start) : text;
    const parted = asked ?? delimiter ?? [";", "\t", "|"].find((by) => partedBeside(lines, by));
    return { bytes, spaced, code: spaced ? TAB : (parted ?? guessDelimiter(bytes, start)).charCodeAt(0) };
  };
  const single = list ? undefined : singlyQuoted(utf8, start);
  if (single) return { ...part(single), escaped: false, single: true };
  const plain = part(utf8);
  if (!escapesQuotes(utf8, start) || scans(plain, start)) return { ...plain, escaped: false, single: false };
  const doubled = part(doubleQuotes(utf8, start));
  return scans(doubled, start) ? { ...doubled, escaped: true, single: false } : { ...plain, escaped: false, single: false };
}

/** Whether all quoted cells end as they should. */
function scans({ bytes, code }: { readonly bytes: Uint8Array; readonly code: number }, start: number): boolean {
  const cells = makeCells();
  try {
    for (let at = start; at < bytes.length; ) at = scanRow(bytes, at, code, cells, () => "");
    return true;
  } catch {
    return false;
  }
}

/** The first bytes of a table's file as text, whatever its encoding. */
export function decodeHead(head: Uint8Array): string {
  return new TextDecoder(utf16(head) ?? "utf-8").decode(head);
}

/** The byte order of UTF-16: by its mark, or by a zero byte in every second place of the first line. Undefined where it is none. */
export function utf16(bytes: Uint8Array): "utf-16le" | "utf-16be" | undefined {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return "utf-16le";
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return "utf-16be";
  const first = bytes.subarray(0, Math.min(64, bytes.length & ~1));
  const zeros = (odd: number) => first.filter((byte, k) => k % 2 === odd && byte === 0).length;
  const [even, odd] = [zeros(0), zeros(1)];
  const printable = first.every((byte) => byte === 0 || byte === TAB || byte === LF || byte === CR || byte >= SPACE);
  if (first.length < 8 || !printable || Math.min(even, odd) > 0 || Math.max(even, odd) < first.length / 2) return undefined;
  return odd > 0 ? "utf-16le" : "utf-16be";
}

function inUtf8(bytes: Uint8Array, where: string, notes: string[]): Uint8Array {
  const wide = utf16(bytes);
  if (wide) notes.push("its text is UTF-16, as Windows writes it");
  const encoding = wide ?? (isUtf8(bytes) ? undefined : "windows-1252");
  if (encoding === "windows-1252") {
    checkLatin(bytes, where);
    notes.push("its text is not UTF-8, and read as Windows-1252 (Latin-1); save it as UTF-8 if letters look wrong");
  }
  const text = encoding ? recoded(bytes, encoding, where) : bytes;
  const zero = text.indexOf(0);
  check(zero < 0, where, () => {
    const row = text.subarray(0, zero).filter((byte) => byte === LF).length + 1;
    return `unknown format: byte ${zero}, in row ${row}, is a NUL byte, which no text has; is the file damaged?`;
  });
  return text;
}

/** Bytes that are decoded at once. */
const BLOCK = 2 ** 20;

function isUtf8(bytes: Uint8Array): boolean {
  if (isAscii(bytes)) return true;
  const decoder = new TextDecoder("utf-8", { fatal: true });
  try {
    for (let at = 0; at < bytes.length; at += BLOCK) decoder.decode(bytes.subarray(at, at + BLOCK), { stream: true });
    decoder.decode();
    return true;
  } catch {
    return false;
  }
}

/** Whether all bytes are below 128: four at a time, as decoding them makes texts that nobody wants. */
function isAscii(bytes: Uint8Array): boolean {
  const head = Math.min(-bytes.byteOffset & 3, bytes.length);
  const words = new Uint32Array(bytes.buffer, bytes.byteOffset + head, (bytes.length - head) >> 2);
  for (let k = 0; k < words.length; k++) if (words[k] & 0x80808080) return false;
  const rest = [...bytes.subarray(0, head), ...bytes.subarray(head + 4 * words.length)];
  return rest.every((byte) => byte < 0x80);
}

/** Throws where bytes are no characters of Windows-1252, or some of them are letters in UTF-8: then others are damaged. */
function checkLatin(bytes: Uint8Array, where: string): void {
  const unknown = bytes.findIndex((byte) => [0x81, 0x8d, 0x8f, 0x90, 0x9d].includes(byte));
  check(unknown < 0, where, () => `it is neither UTF-8 nor Latin-1 text (byte ${unknown}); save it as UTF-8`);
  const first = bytes.findIndex((byte) => byte > 0x7f);
  const letter = /[^\0-\x7f\ufffd]/.test(new TextDecoder().decode(bytes.subarray(first, first + BLOCK)));
  check(!letter, where, () => `it is not UTF-8 text throughout: bytes from ${first} on are partly so; save it as UTF-8`);
}

function recoded(bytes: Uint8Array, encoding: string, where: string): Uint8Array {
  check(3 * bytes.length < 2 ** 32, where, () => `${bytes.length} bytes of ${encoding}; save it as UTF-8`);
  const decoder = new TextDecoder(encoding);
  const encoder = new TextEncoder();
  const parts: Uint8Array[] = [];
  for (let at = 0; at < bytes.length; at += BLOCK)
    parts.push(encoder.encode(decoder.decode(bytes.subarray(at, at + BLOCK), { stream: true })));
  parts.push(encoder.encode(decoder.decode()));
  return joinArrays(parts);
}

/** Excel's line "sep=;" at the start of a file. */
function separatorLine(bytes: Uint8Array, at: number): { delimiter: string; next: number } | null {
  const { line, next } = lineAt(bytes, at);
  const delimiter = /^"?sep=([,;|\t ])"?[,;|\t]*$/i.exec(line)?.[1];
  return delimiter === undefined ? null : { delimiter, next };
}

/** Whether rows have nothing but spaces between as many cells each; the first may lack one, as R writes it. */
function partedBySpaces(rows: readonly string[]): boolean {
  if (rows.length < 2 || rows.some((row) => /[,\t;|]/.test(row.replace(/"[^"]*"|\d,\d/g, "")))) return false;
  const cells = rows.map((row) => row.trim().match(/("[^"]*"|\S)+/g) ?? []);
  const [first, second] = cells.map(({ length }) => length);
  const numbers = cells.slice(1).every((row) => row.some((cell) => isNumber(cell.replace(/^"(.*)"$/, "$1").replace(",", ".")))); // sentences have words alone
  return (
    numbers && second > 1 && cells.slice(1).every(({ length }) => length === second) && (first === second || first === second - 1)
  );
}

/** The text with a tab for each run of spaces that is not quoted, and none at the ends of rows. */
function tabsForSpaces(bytes: Uint8Array, start: number): Uint8Array {
  const out = bytes.slice();
  let to = start;
  let quoted = false;
  let pending = false;
  let fresh = true; // at the start of a row
  for (let at = start; at < bytes.length; at++) {
    const byte = bytes[at];
    const ends = byte === LF || byte === CR;
    if (!quoted && (byte === SPACE || byte === TAB)) {
      pending = !fresh;
      continue;
    }
    if (pending && !ends) out[to++] = TAB;
    pending = false;
    fresh = !quoted && ends;
    if (byte === QUOTE) quoted = !quoted;
    out[to++] = byte;
  }
  return out.subarray(0, to);
}

/** Whether a delimiter parts all rows into as many cells, of which some are numbers with a comma and none are numbers with a point. */
function partedBeside(rows: readonly string[], delimiter: string): boolean {
  const cells = rows.map((row) => row.split(delimiter).map((cell) => cell.trim().replace(/^"(.*)"$/, "$1")));
  const [first, second = first] = cells.map(({ length }) => length);
  if (!(first > 1) || cells.some(({ length }) => length !== second && length !== second - 1)) return false;
  const all = cells.flat();
  return (
    all.some((cell) => /\d,\d/.test(cell) && WITH_COMMA.test(cell)) && !all.some((cell) => /\./.test(cell) && isNumber(cell))
  );
}

// a number with one comma; one or more commas that could part thousands
const WITH_COMMA = /^\s*[+-]?\d*,\d+(e[+-]?\d+)?\s*$/i;
const GROUPED = /^\s*[+-]?[1-9]\d{0,2}(,\d{3})+\s*$/;

/** The texts of cells of at most 40 bytes that hold a comma or a point, and where they start. */
function* punctuated(bytes: Uint8Array, start: number, code: number, where: string): Generator<[text: string, start: number]> {
  const cells = makeCells();
  for (let at = start, row = 1; at < bytes.length; row++) {
    at = scanRow(bytes, at, code, cells, () => `${where}: row ${row}`);
    for (let j = 0; j < cells.count; j++) {
      const [from, to] = [cells.start[j], cells.end[j]];
      let k = to - from > 40 ? to : from;
      while (k < to && bytes[k] !== COMMA && bytes[k] !== POINT) k++;
      if (k < to) yield [latin(bytes, from, to), from];
    }
  }
}

/** Whether some cell has a decimal comma that cannot part thousands, and none has a decimal point. */
function hasDecimalCommas(bytes: Uint8Array, start: number, code: number, where: string): boolean {
  if (bytes.indexOf(COMMA, start) < 0) return false;
  let found = false;
  for (const [text] of punctuated(bytes, start, code, where)) {
    if (isNumber(text)) return false;
    found ||= WITH_COMMA.test(text) && !GROUPED.test(text);
  }
  return found;
}

/** A copy in which numbers with a comma have a point. */
function pointsForCommas(bytes: Uint8Array, start: number, code: number): Uint8Array {
  const out = bytes.slice();
  for (const [text, from] of punctuated(bytes, start, code, "")) if (WITH_COMMA.test(text)) out[from + text.indexOf(",")] = POINT;
  return out;
}
