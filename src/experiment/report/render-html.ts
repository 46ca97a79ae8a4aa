import { figure } from "../../report/charts/index.js";
import { type Html, html } from "../../report/html.js";
import { pageOf } from "../../report/page.js";
import { maximum } from "../../util/extremes.js";
import { type Cell, type Chart, isProse, linesOf, type Renderers, type ReportPart, showPart, slug } from "./parts.js";
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

const RENDERERS: Renderers<Html> = {
  heading: ({ level, text }) => (level === 2 ? html`<h2 id="${slug(text)}">${text}</h2>\n` : html`<h3>${text}</h3>\n`),
  text: ({ text }) => html`<p>${text}</p>\n`,
  note: ({ text }) => html`<p class="note">${text}</p>\n`,
  warning: ({ text }) => html`<p class="warning">${text}</p>\n`,
  list: ({ items }) => html`<ul>${items.map((item) => html`<li>${item}</li>`)}</ul>\n`,
  code: ({ text }) => html`<pre>${text}</pre>\n`,
  charts: ({ charts }) => figuresPart(charts.flatMap(figuresOf)),
  table: ({ head, rows }) => {
    const classes = head.map((_, i) => (isProse(rows, i) ? "text" : ""));
    const titles = head.map((cell, i) => html`<th${classOf(classes[i])}>${cell}</th>`);
    const lines = rows.map((row) => html`<tr>${row.map((cell, i) => renderCell(cell, classes[i]))}</tr>\n`);
    return html`<div class="${isLong(rows) ? "scroll long" : "scroll"}"><table><thead><tr>${titles}</tr></thead><tbody>${lines}</tbody></table></div>\n`;
  },
};

const renderPart = (part: ReportPart) => showPart(part, RENDERERS);

/** A chart as a figure; nothing where it has nothing to show. */
function figuresOf(draw: Chart): Html[] {
  const drawing = draw();
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
