import { svgFile } from "../../report/charts/index.js";
import { type Block, type Cell, type Chart, drawingOf, isProse, linesOf, slug } from "./blocks.js";

/** A report as Markdown, and the figures it shows: by file name, in the folder `figures` beside it. */
export interface MarkdownReport {
  readonly markdown: string;
  readonly figures: ReadonlyMap<string, string>;
}

/** The report's blocks as Markdown (tables and figures as GitHub shows them). Throws nothing; equal titles share a figure's name with a number. */
export function renderMarkdown(title: string, blocks: readonly Block[]): MarkdownReport {
  const figures = new Map<string, string>();
  const parts = blocks.map((block) => renderBlock(block, figures));
  return { markdown: `# ${escapeText(title)}\n\n${parts.join("\n\n")}\n`, figures };
}

function renderBlock(block: Block, figures: Map<string, string>): string {
  switch (block.kind) {
    case "heading":
      return `${"#".repeat(block.level)} ${escapeText(block.text)}`;
    case "text":
    case "note":
      return escapeText(block.text);
    case "warning":
      return `> ${escapeText(block.text)}`;
    case "list":
      return block.items.map((item) => `- ${escapeText(item)}`).join("\n");
    case "code":
      return `\`\`\`\n${block.text.trimEnd()}\n\`\`\``;
    case "charts":
      return block.charts.flatMap((chart) => renderChart(chart, figures)).join("\n");
    case "table": {
      const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
      const ruler = block.head.map((_, i) => (i === 0 || isProse(block.rows, i) ? "---" : "---:"));
      return [line(block.head.map(escapeText)), line(ruler), ...block.rows.map((row) => line(row.map(renderCell)))].join("\n");
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
