import { maximum } from "../../../util/extremes.js";
import { lineChart } from "../../report/charts.js";
import { Html, html } from "../../report/html.js";
import { intervalChart } from "../../report/interval-chart.js";
import { STYLE } from "../../report/style.js";
import { type Block, type Cell, isProse, linesOf, slug } from "./blocks.js";

/** What the experiment's pages need beyond the style sheet of all reports. */
const MORE_STYLE = `
nav { color: var(--soft); font-size: 14px; margin: 14px 0 20px; columns: 2; }
nav a { display: block; }
a { color: var(--t1); text-decoration: none; }
h3 { margin: 24px 0 8px; font-size: 15px; }
p, li { max-width: 82ch; }
ul { padding-left: 20px; }
li { margin: 6px 0; }
.warning { border-left: 4px solid var(--t2); padding: 6px 12px; background: var(--panel); max-width: none; }
table { font-size: 13px; width: auto; min-width: 45%; }
th.text { text-align: left; }
td, th { vertical-align: top; padding: 4px 8px; }
th { white-space: normal; vertical-align: bottom; }
.scroll { margin: 12px 0; }
td small { display: block; color: var(--soft); font-size: 11px; }
.figures { margin: 12px 0; grid-template-columns: repeat(auto-fill, minmax(min(460px, 100%), 1fr)); }
@media print {
  @page { size: A4 landscape; margin: 12mm; }
  body { font-size: 11px; }
  h1 { font-size: 18px; }
  h2 { font-size: 14px; margin-top: 22px; }
  h3 { font-size: 12px; margin-top: 14px; }
  .legend { font-size: 9px; }
  figure { padding: 6px 8px; }
  figcaption { font-size: 10px; }
  nav { display: none; }
  .scroll { overflow: visible; }
  table { font-size: 10.5px; }
  td, th { padding: 2px 5px; }
  td small { font-size: 9px; }
  p, li { max-width: 130ch; }
  p, tr, li, .scroll:not(.long) { break-inside: avoid; }
  thead { display: table-header-group; }
  h2, h3, p:has(+ ul), p:has(+ .scroll), p:has(+ .figures), p:has(+ pre) { break-after: avoid; }
  a { color: inherit; }
}
`;

/** Lines of a table on a printed page, about. */
const LINES = 36;

/** A report as one page of HTML without scripts, links elsewhere or anything else to fetch. */
export function renderHtml(title: string, blocks: readonly Block[]): string {
  const contents = blocks.flatMap((block) =>
    block.kind === "heading" && block.level === 2 ? [html`<a href="#${slug(block.text)}">${block.text}</a>`] : [],
  );
  const page = html`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'"><title>${title}</title><style>${new Html(STYLE + MORE_STYLE)}</style></head>
<body><main>
<h1>${title}</h1>
<nav>${contents}</nav>
${blocks.map(renderBlock)}
</main></body></html>
`;
  return page.text;
}

function renderBlock(block: Block): Html {
  switch (block.kind) {
    case "heading":
      return block.level === 2 ? html`<h2 id="${slug(block.text)}">${block.text}</h2>\n` : html`<h3>${block.text}</h3>\n`;
    case "text":
      return html`<p>${block.text}</p>\n`;
    case "note":
      return html`<p class="note">${block.text}</p>\n`;
    case "warning":
      return html`<p class="warning">${block.text}</p>\n`;
    case "list":
      return html`<ul>${block.items.map((item) => html`<li>${item}</li>`)}</ul>\n`;
    case "code":
      return html`<pre>${block.text}</pre>\n`;
    case "charts":
      return html`<div class="figures">${block.charts.map((entry) => (entry.kind === "lines" ? lineChart(entry.chart) : intervalChart(entry.chart)))}</div>\n`;
    case "table": {
      const classes = block.head.map((_, i) => (isProse(block.rows, i) ? "text" : ""));
      const head = block.head.map((cell, i) => html`<th${classOf(classes[i])}>${cell}</th>`);
      const rows = block.rows.map((row) => html`<tr>${row.map((cell, i) => renderCell(cell, classes[i]))}</tr>\n`);
      return html`<div class="${isLong(block.rows) ? "scroll long" : "scroll"}"><table><thead><tr>${head}</tr></thead><tbody>${rows}</tbody></table></div>\n`;
    }
  }
}

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
