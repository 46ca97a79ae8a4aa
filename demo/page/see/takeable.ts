import type { Drawing } from "../../../src/report/charts/chart.js";
import { csvOf } from "../csv.js";
import { download } from "../dom.js";
import { drawn } from "../drawn.js";
import { type Origin, savedName } from "../origin.js";
import { saveButton } from "../picture-files.js";

/** A drawing, and buttons that save it as SVG or PNG, and what it is of as CSV. */
export function takeable(drawing: Drawing, origin: Origin, what: string, rows: () => (string | number)[][]): HTMLElement {
  const csv = saveButton(what, "csv", () => download(savedName(origin, what, "csv"), csvOf(rows()), "text/csv"));
  return drawn([() => drawing], { origin, what, others: [csv] });
}
