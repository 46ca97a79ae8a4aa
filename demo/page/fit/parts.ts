import { type Cell, linesOf, type Renderers, type ReportPart, showPart } from "../../../src/experiment/report/parts.js";
import type { FitFindings } from "../../../src/fit/report/input.js";
import { h, scrollBox } from "../dom.js";
import { drawn } from "../drawn.js";
import type { Origin } from "../origin.js";

/** What files of a search come of. */
export const originOfFit = ({ data, seed }: FitFindings): Origin => ({ data: data.name, method: "fit", seed, epoch: null });

/** Parts of a report as elements of the page. `name` is what its tables are called, `origin` what files of its charts come of. */
export function showParts(name: string, parts: readonly ReportPart[], origin: Origin): HTMLElement[] {
  const renderers: Renderers<HTMLElement> = {
    heading: ({ level, text }) => h(level === 2 ? "h3" : "h4", {}, text),
    text: ({ text }) => h("p", {}, text),
    note: ({ text }) => h("p", { class: "hint" }, text),
    warning: ({ text }) => h("p", { class: "notice" }, text),
    list: ({ items }) => h("ul", {}, ...items.map((item) => h("li", {}, item))),
    code: ({ text }) => h("pre", {}, text),
    table: ({ head, rows }) => scrollBox(name, showTable(head, rows)),
    charts: ({ charts }) => drawn(charts, { origin }),
  };
  return parts.map((part) => showPart(part, renderers));
}

function showTable(head: readonly string[], rows: readonly (readonly Cell[])[]): HTMLElement {
  const cell = (value: Cell) => {
    const [text, ...notes] = linesOf(value);
    return h("td", {}, text, ...notes.map((line) => h("small", {}, line)));
  };
  return h(
    "table",
    {},
    h("thead", {}, h("tr", {}, ...head.map((text) => h("th", { scope: "col" }, text)))),
    h("tbody", {}, ...rows.map((row) => h("tr", {}, ...row.map(cell)))),
  );
}
