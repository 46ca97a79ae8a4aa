import { check, isList } from "./check.js";
import { shown } from "./shown.js";

const PLAIN_NUMBER = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:e[+-]?\d+)?$/i;
/** What spreadsheets take for the start of a formula: = + - @, also in full width, behind blanks too, and tabs and line ends. */
const FORMULA = /^(?:\s*[=+\-@\uff1d\uff0b\uff0d\uff20]|[\t\r\n])/;

/**
 * A cell of a CSV line. Text that a spreadsheet would run as a formula, and that is no number, gets an apostrophe in front, which makes
 * it text there; numbers are as they are. Cells with commas, quotes or line ends are quoted. null is an empty cell.
 */
export function csvCell(value: string | number | null): string {
  if (value === null) return "";
  check(typeof value === "string" || typeof value === "number", "csvLine", () => `${shown(value)} is no text, number or null`);
  const text = String(value);
  const safe = typeof value === "string" && FORMULA.test(text) && !PLAIN_NUMBER.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/**
 * Cells as a line of CSV (RFC 4180), its end included. Text that a spreadsheet would run as a formula is made text: see `csvCell`.
 */
export function csvLine(cells: readonly (string | number | null)[]): string {
  check(isList(cells), "csvLine", () => `${shown(cells)} is no list of cells`);
  return `${cells.map(csvCell).join(",")}\n`;
}
