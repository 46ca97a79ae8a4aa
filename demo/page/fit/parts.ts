import { type Cell, drawingOf, linesOf, type ReportPart } from "../../../src/experiment/report/parts.js";
import { h, scrollBox } from "../dom.js";
import { drawn } from "../drawn.js";

/** Parts of a report as elements of the page. `name` is what its tables are called. */
export function showParts(name: string, parts: readonly ReportPart[]): HTMLElement[] {
  return parts.map((part) => showPart(name, part));
}

function showPart(name: string, part: ReportPart): HTMLElement {
  switch (part.kind) {
    case "heading":
      return h(part.level === 2 ? "h3" : "h4", {}, part.text);
    case "text":
      return h("p", {}, part.text);
    case "note":
      return h("p", { class: "hint" }, part.text);
    case "warning":
      return h("p", { class: "notice" }, part.text);
    case "list":
      return h("ul", {}, ...part.items.map((item) => h("li", {}, item)));
    case "code":
      return h("pre", {}, part.text);
    case "table":
      return scrollBox(name, showTable(part.head, part.rows));
    case "charts":
      return drawn(part.charts.map((chart) => () => drawingOf(chart)));
  }
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
