import { check } from "../../../util/check.js";
import { maximum } from "../../../util/extremes.js";
import { MOST_F32 } from "../../../util/floats.js";

const [QUOTE, HASH, COMMA, LF, CR, SPACE] = [0x22, 0x23, 0x2c, 0x0a, 0x0d, 0x20];
const DELIMITERS = [",", "\t", ";", "|"];
const GUESS_ROWS = 10;

/** The cells of one row, the first `count`: cell j is bytes [start[j], end[j]), without its quotes. Overwritten by the next row. */
export interface Cells {
  count: number;
  readonly start: number[];
  readonly end: number[];
  /** 1 where quoted, 2 where quotes inside are doubled. */
  readonly quoted: number[];
}

/** Room for a row; it grows with the widest. */
export function makeCells(): Cells {
  return { count: 0, start: [], end: [], quoted: [] };
}

/**
 * Finds the cells of the row that starts at byte `at` and returns where the next row starts; stops after cell `last`. Rows end with CR, LF or both; quoted cells, also behind spaces,
 * may hold delimiters, line ends and doubled quotes. Throws on a quote that is never closed, or closed before the cell ends.
 */
export function scanRow(
  bytes: Uint8Array,
  at: number,
  delimiter: number,
  cells: Cells,
  place: () => string,
  last = Infinity,
): number {
  cells.count = 0;
  const highest = Math.max(delimiter, CR); // of what ends a cell: most bytes are above all of it
  for (let next = at; ; next++) {
    let first = next;
    while (bytes[first] === SPACE) first++;
    const quoted = bytes[first] === QUOTE;
    if (quoted) next = first;
    const start = quoted ? next + 1 : next;
    let end = start;
    let kind = 0;
    if (quoted) {
      kind = 1;
      for (; bytes[end] !== QUOTE || bytes[end + 1] === QUOTE; end++) {
        if (end >= bytes.length) check(false, place(), () => "a quoted cell is never closed");
        if (bytes[end] !== QUOTE) continue;
        kind = 2;
        end++;
      }
      next = end + 1;
      while (bytes[next] === SPACE) next++;
    } else {
      while (
        next < bytes.length &&
        (bytes[next] > highest || (bytes[next] !== delimiter && bytes[next] !== LF && bytes[next] !== CR))
      )
        next++;
      end = next;
    }
    cells.start[cells.count] = start;
    cells.end[cells.count] = end;
    cells.quoted[cells.count++] = kind;
    if (cells.count > last) return next;
    if (bytes[next] === delimiter) continue;
    if (bytes[next] === CR && bytes[next + 1] === LF) return next + 2;
    if (next >= bytes.length || bytes[next] === LF || bytes[next] === CR) return next + 1;
    check(false, place(), () => "a quoted cell goes on after its closing quote; double the quotes inside it");
  }
}

/** The delimiter that the first rows suggest: of comma, tab, semicolon and bar the one that most cells of the poorest row are parted by. */
export function guessDelimiter(bytes: Uint8Array, at: number): string {
  const fewest = (delimiter: string) => {
    const cells = makeCells();
    let least = Infinity;
    let next = at;
    for (let row = 0; row < GUESS_ROWS && next < bytes.length; row++) {
      const comment = row > 0 && bytes[next] === HASH;
      try {
        next = scanRow(bytes, next, delimiter.charCodeAt(0), cells, () => "");
      } catch {
        return 0; // with this delimiter the quotes do not match
      }
      const blank = cells.count === 1 && cellText(bytes, cells, 0).trim() === "";
      if (!blank && !comment) least = Math.min(least, cells.count);
    }
    return least === Infinity ? 0 : least;
  };
  const counts = DELIMITERS.map(fewest);
  const most = maximum(counts);
  return most > 1 ? DELIMITERS[counts.indexOf(most)] : String.fromCharCode(COMMA);
}

/** Whether a byte is between the fields of a line that was cut at line feeds. */
export function isBlank(byte: number): boolean {
  return byte === SPACE || byte === 0x09 || byte === CR;
}

const decoder = new TextDecoder("utf-8", { ignoreBOM: true });

/** The text of cell j. */
export function cellText(bytes: Uint8Array, cells: Cells, j: number): string {
  const text = decoder.decode(bytes.subarray(cells.start[j], cells.end[j]));
  return cells.quoted[j] === 2 ? text.replaceAll('""', '"') : text;
}

/** Whether all cells of a row are empty but for spaces. */
export function isEmptyRow(bytes: Uint8Array, cells: Cells): boolean {
  for (let j = 0; j < cells.count; j++) {
    for (let at = cells.start[j]; at < cells.end[j]; at++) if (bytes[at] !== SPACE && bytes[at] !== 0x09) return false;
  }
  return true;
}

/** What a cell is: a finite number, NaN for a missing value, -Infinity for true or false, Infinity for anything else (text, or beyond 32-bit floats). */
export function cellValue(bytes: Uint8Array, cells: Cells, j: number): number {
  let start = cells.start[j];
  let end = cells.end[j];
  while (start < end && (bytes[start] === SPACE || bytes[start] === 0x09)) start++;
  while (end > start && (bytes[end - 1] === SPACE || bytes[end - 1] === 0x09)) end--;
  if (start === end) return Number.NaN;
  const value = parseNumber(bytes, start, end);
  if (Math.abs(value) <= MOST_F32) return value;
  if (end - start > 5) return Infinity;
  const text = latin(bytes, start, end);
  return isMissing(text) ? Number.NaN : isBoolean(text) ? -Infinity : Infinity;
}

/** Whether a text is true or false, in any case. */
export function isBoolean(text: string): boolean {
  return /^(true|false)$/i.test(text);
}

const MISSING = new Set(["", "na", "n/a", "#n/a", "nan", "null", "none", "<na>", "?"]);

/** Whether a cell's text means that there is no value: empty, NA, N/A, #N/A, NaN, null, None, <NA> or ?, in any case. */
export function isMissing(text: string): boolean {
  return MISSING.has(text.trim().toLowerCase());
}

const ERROR = /^(#(N\/A|REF!|VALUE!|DIV\/0!|NUM!|NAME\?|NULL!|SPILL!|CALC!|FIELD!|GETTING_DATA)|Err:\d{3})$/i;

/** Whether a cell's text is the error of a spreadsheet's formula: #REF!, #N/A; of LibreOffice also Err:502. */
export function isError(text: string): boolean {
  return ERROR.test(text);
}

// Decimal numbers only: Number() would also take "", "0x10" and "Infinity". Unambiguous, so it never backtracks far.
const NUMBER = /^\s*[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:e[+-]?\d+)?\s*$/i;

/** Whether a text is a decimal number. */
export function isNumber(text: string): boolean {
  return NUMBER.test(text);
}

const FAULTS: readonly (readonly [pattern: RegExp, what: string])[] = [
  [/^[+-]?[1-9]\d{0,2},\d{3}$/, "has thousands separators; write numbers without, or decimals with a point"],
  [/^[+-]?[1-9]\d{0,2}(,\d{2,3})*,\d{3}(\.\d+)?$/, "has thousands separators; write numbers without"], // 1,00,000 in India
  [/^[+-]?[1-9]\d{0,2}([ '’\u00a0\u202f]\d{3})+([.,]\d+)?$/, "has thousands separators; write numbers without"],
  [/^[+-]?[1-9]\d{0,2}(\.\d{3}){2,}$/, "has points for thousands separators; write numbers without"],
  [/^[+-]?[1-9]\d{0,2}(\.\d{3})+,\d+$/, "has points for thousands separators and a decimal comma; write 1234.5 for 1.234,5"],
  [/^[+-]?\d[\d.]*,\d+(e[+-]?\d+)?$/i, "has a decimal comma; write decimals with a point"],
  [/^[+-]?[\d.,]+\s?%$/, "is a percentage; write the number alone"],
  [/^[+-]?[$€£¥]\s?[\d.,]+$|^[+-]?[\d.,]+\s?[$€£¥]$/, "is an amount of money; write the number alone"],
  [/^[\u2212\u2012\u2013\u2014\ufe63\uff0d]\s?[\d.,]/, "has a minus sign that is none of ASCII; write it with a hyphen (-)"],
  [/^[+-]?\d*\.\d+d[+-]?\d+$/i, "has a D before its exponent, as Fortran writes it; write 1.5E+02"],
  [/^\(\d[\d,]*\.\d+\)$/, "is in parentheses, as accounts write what is below 0; write it with a hyphen (-)"],
  [/^\d[\d.,]*-$/, "has its minus sign behind it; write it in front"],
  [/^[+-]?[\d.,]+\s?(±|\+\/-)\s?[\d.,]+$/, "has its error beside it; write the number alone"],
  [
    /^(?=.*[\u0660-\u0669\u06f0-\u06f9\u0966-\u096f\uff10-\uff19])[\d.,\u066b\u066c\u0660-\u0669\u06f0-\u06f9\u0966-\u096f\uff0e\uff10-\uff19]+$/,
    "has digits that are none of ASCII; write them as 0 to 9",
  ],
  [/^[<>≤≥]=?\s?[\d.,]+$/, "is a limit, not a number; write a number, or leave the cell empty"],
];

/** What is wrong with a text that stands for a number but is written as none is here, e.g. "10,530"; undefined for other texts. */
export function numberFault(text: string): string | undefined {
  return FAULTS.find(([pattern]) => pattern.test(text))?.[1];
}

// Powers of ten that are exact in f64: of a mantissa below 2^53 one product or quotient with them is the nearest f64 (Clinger 1990).
const TENS = Array.from({ length: 23 }, (_, k) => Number(`1e${k}`));
const LARGEST_MANTISSA = 2 ** 53 / 10 - 1;

/** The decimal number that the bytes spell, rounded once to f64; NaN when they spell none. */
export function parseNumber(bytes: Uint8Array, start: number, end: number): number {
  let at = start;
  const negative = bytes[at] === 0x2d;
  if (negative || bytes[at] === 0x2b) at++;
  let mantissa = 0;
  let digits = 0;
  let decimals = 0;
  let point = false;
  for (; at < end; at++) {
    const digit = bytes[at] - 0x30;
    if (digit >= 0 && digit <= 9) {
      if (mantissa > LARGEST_MANTISSA) return slowNumber(bytes, start, end);
      mantissa = 10 * mantissa + digit;
      digits++;
      if (point) decimals++;
    } else if (bytes[at] === 0x2e && !point) point = true;
    else return digits > 0 && (bytes[at] | 0x20) === 0x65 ? slowNumber(bytes, start, end) : Number.NaN;
  }
  if (digits === 0) return Number.NaN;
  if (decimals > 22) return slowNumber(bytes, start, end);
  const value = mantissa / TENS[decimals];
  return negative ? -value : value;
}

function slowNumber(bytes: Uint8Array, start: number, end: number): number {
  const text = latin(bytes, start, end);
  return NUMBER.test(text) ? Number(text) : Number.NaN;
}

/** The bytes from `start` as text, a character each. */
export function latin(bytes: Uint8Array, start: number, end: number): string {
  let text = "";
  for (let at = start; at < end; at++) text += String.fromCharCode(bytes[at]);
  return text;
}
