import { figure } from "../../report/charts/index.js";
import { type Html, html } from "../../report/html.js";
import { pageOf } from "../../report/page.js";
import { maximum } from "../../util/extremes.js";
import { type Block, type Cell, drawingOf, isProse, linesOf, slug } from "./blocks.js";
import STYLE from "./style.css?raw";

/** Lines of a table on a printed page, about. */
const LINES = 36;

/** A report as one page of HTML without scripts, links elsewhere or anything else to fetch. */
export function renderHtml(title: string, blocks: readonly Block[]): string {
  const contents = blocks.flatMap((block) =>
    block.kind === "heading" && block.level === 2 ? [html`<a href="#${slug(block.text)}">${block.text}</a>`] : [],
  );
  const body = html`<h1>${title}</h1>
<nav>${contents}</nav>
${blocks.map(renderBlock)}`;
  return pageOf(title, body, STYLE);
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
      return html`<div class="figures">${block.charts.flatMap((chart) => drawingOf(chart) ?? []).map(figure)}</div>\n`;
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
