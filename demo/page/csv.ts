import { csvLine } from "../../src/api/data.js";

/** Rows as CSV: text that a spreadsheet would run as a formula is made text. */
export function csvOf(rows: readonly (readonly (string | number)[])[]): string {
  return rows.map(csvLine).join("");
}
