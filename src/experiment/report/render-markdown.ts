import { svgFile } from "../../report/charts/index.js";
import { type Cell, type Chart, drawingOf, isProse, linesOf, type ReportPart, slug } from "./parts.js";

/** A report as Markdown, and the figures it shows: by file name, in the folder `figures` beside it. */
export interface MarkdownReport {
  readonly markdown: string;
  readonly figures: ReadonlyMap<string, string>;
}

/** The report's parts as Markdown (tables and figures as GitHub shows them). Throws nothing; equal titles share a figure's name with a number. */
export function renderMarkdown(title: string, parts: readonly ReportPart[]): MarkdownReport {
  const figures = new Map<string, string>();
  const rendered = parts.map((part) => renderPart(part, figures));
  return { markdown: `# ${escapeText(title)}\n\n${rendered.join("\n\n")}\n`, figures };
}

function renderPart(part: ReportPart, figures: Map<string, string>): string {
  switch (part.kind) {
    case "heading":
      return `${"#".repeat(part.level)} ${escapeText(part.text)}`;
    case "text":
    case "note":
      return escapeText(part.text);
    case "warning":
      return `> ${escapeText(part.text)}`;
    case "list":
      return part.items.map((item) => `- ${escapeText(item)}`).join("\n");
    case "code":
      return `\`\`\`\n${part.text.trimEnd()}\n\`\`\``;
    case "charts":
      return part.charts.flatMap((chart) => renderChart(chart, figures)).join("\n");
    case "table": {
      const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
      const ruler = part.head.map((_, i) => (i === 0 || isProse(part.rows, i) ? "---" : "---:"));
      return [line(part.head.map(escapeText)), line(ruler), ...part.rows.map((row) => line(row.map(renderCell)))].join("\n");
    }
  }
}

function renderChart(entry: Chart, figures: Map<string, string>): string[] {
  const drawing = drawingOf(entry);
  if (!drawing) return [];
  const name = slug(drawing.title);
  let file = `${name}.svg`;
  for (let i = 2; figures.has(file); i++) file = `${name}-${i}.svg`;
  figures.set(file, svgFile(drawing));
  return [`![${escapeText(drawing.title)}](figures/${file})`];
}

function renderCell(cell: Cell): string {
  return linesOf(cell).map(escapeText).join("<br>");
}

/** Text of which Markdown makes nothing but text: names of datasets and reasons of failures come from files. */
function escapeText(value: string): string {
  return value.replace(/[\\`*_[\]<>|#~]/g, "\\$&").replace(/\s*\n\s*/g, " ");
}
