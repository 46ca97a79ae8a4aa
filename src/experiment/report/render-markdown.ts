import { svgFile } from "../../report/charts/index.js";
import { type Cell, type Chart, isProse, linesOf, type Renderers, type ReportPart, showPart, slug } from "./parts.js";

/** A report as Markdown, and the figures it shows: by file name, in the folder `figures` beside it. */
export interface MarkdownReport {
  readonly markdown: string;
  readonly figures: ReadonlyMap<string, string>;
}

/** The report's parts as Markdown (tables and figures as GitHub shows them). Throws nothing; equal titles share a figure's name with a number. */
export function renderMarkdown(title: string, parts: readonly ReportPart[]): MarkdownReport {
  const figures = new Map<string, string>();
  const renderers = renderersWith(figures);
  const rendered = parts.map((part) => showPart(part, renderers));
  return { markdown: `# ${escapeText(title)}\n\n${rendered.join("\n\n")}\n`, figures };
}

/** Each kind of part as Markdown; charts are put into `figures`. */
function renderersWith(figures: Map<string, string>): Renderers<string> {
  return {
    heading: ({ level, text }) => `${"#".repeat(level)} ${escapeText(text)}`,
    text: ({ text }) => escapeText(text),
    note: ({ text }) => escapeText(text),
    warning: ({ text }) => `> ${escapeText(text)}`,
    list: ({ items }) => items.map((item) => `- ${escapeText(item)}`).join("\n"),
    code: ({ text }) => `\`\`\`\n${text.trimEnd()}\n\`\`\``,
    charts: ({ charts }) => charts.flatMap((chart) => renderChart(chart, figures)).join("\n"),
    table({ head, rows }) {
      const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
      const ruler = head.map((_, i) => (i === 0 || isProse(rows, i) ? "---" : "---:"));
      return [line(head.map(escapeText)), line(ruler), ...rows.map((row) => line(row.map(renderCell)))].join("\n");
    },
  };
}

function renderChart(draw: Chart, figures: Map<string, string>): string[] {
  const drawing = draw();
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
