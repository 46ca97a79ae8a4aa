import { figure } from "../../report/charts/index.js";
import { type Html, html } from "../../report/html.js";
import { pageOf } from "../../report/page.js";
import { maximum } from "../../util/extremes.js";
import { type Cell, type Chart, drawingOf, isProse, linesOf, type ReportPart, slug } from "./parts.js";
import STYLE from "./style.css?raw";

/** Lines of a table on a printed page, about. */
const LINES = 36;

/** A report as one page of HTML without scripts, links elsewhere or anything else to fetch. */
export function renderHtml(title: string, parts: readonly ReportPart[]): string {
  return assemble(title, parts, parts.map(renderPart));
}

/** The same, with a rest after every chart, which takes a moment: for a page that is to answer meanwhile. */
export async function renderHtmlInTurns(
  title: string,
  parts: readonly ReportPart[],
  rest: () => Promise<unknown>,
): Promise<string> {
  const rendered: Html[] = [];
  for (const part of parts) {
    if (part.kind === "charts") {
      const figures: Html[] = [];
      for (const chart of part.charts) {
        for (const one of figuresOf(chart)) figures.push(one);
        await rest();
      }
      rendered.push(figuresPart(figures));
    } else rendered.push(renderPart(part));
  }
  return assemble(title, parts, rendered);
}

function assemble(title: string, parts: readonly ReportPart[], rendered: readonly Html[]): string {
  const contents = parts.flatMap((part) =>
    part.kind === "heading" && part.level === 2 ? [html`<a href="#${slug(part.text)}">${part.text}</a>`] : [],
  );
  const body = html`<h1>${title}</h1>
<nav>${contents}</nav>
${rendered}`;
  return pageOf(title, body, STYLE);
}

function renderPart(part: ReportPart): Html {
  switch (part.kind) {
    case "heading":
      return part.level === 2 ? html`<h2 id="${slug(part.text)}">${part.text}</h2>\n` : html`<h3>${part.text}</h3>\n`;
    case "text":
      return html`<p>${part.text}</p>\n`;
    case "note":
      return html`<p class="note">${part.text}</p>\n`;
    case "warning":
      return html`<p class="warning">${part.text}</p>\n`;
    case "list":
      return html`<ul>${part.items.map((item) => html`<li>${item}</li>`)}</ul>\n`;
    case "code":
      return html`<pre>${part.text}</pre>\n`;
    case "charts":
      return figuresPart(part.charts.flatMap(figuresOf));
    case "table": {
      const classes = part.head.map((_, i) => (isProse(part.rows, i) ? "text" : ""));
      const head = part.head.map((cell, i) => html`<th${classOf(classes[i])}>${cell}</th>`);
      const rows = part.rows.map((row) => html`<tr>${row.map((cell, i) => renderCell(cell, classes[i]))}</tr>\n`);
      return html`<div class="${isLong(part.rows) ? "scroll long" : "scroll"}"><table><thead><tr>${head}</tr></thead><tbody>${rows}</tbody></table></div>\n`;
    }
  }
}

/** A chart as a figure; nothing where it has nothing to show. */
function figuresOf(chart: Chart): Html[] {
  const drawing = drawingOf(chart);
  return drawing ? [figure(drawing)] : [];
}

const figuresPart = (figures: readonly Html[]) => html`<div class="figures">${figures}</div>\n`;

/** Whether a table would hardly fit a printed page, so that it may be cut between rows. */
function isLong(rows: readonly (readonly Cell[])[]): boolean {
  const lines = rows.map((row) => maximum(row.map((cell) => linesOf(cell).length)));
  return lines.reduce((sum, count) => sum + count, 0) > LINES;
}

function renderCell(cell: Cell, name: string): Html {
  const [text, ...notes] = linesOf(cell);
  return html`<td${classOf(name)}>${text}${notes.map((line) => html`<small>${line}</small>`)}</td>`;
}

function classOf(name: string): Html {
  return name === "" ? html`` : html` class="${name}"`;
}
