import type { BenchFile } from "../record.js";
import { describeCell, heading, memoryTable, suiteTables } from "./text.js";

const INTRODUCTION = `# Results

Runs that were kept, each with its command and all that it measured; \`npx coppice bench --markdown bench/results/*.json\` prints this document
from the stored files. How rows come about, and what the columns mean: [README.md](README.md).
`;

/** Runs as one document of Markdown. */
export function resultsDocument(files: readonly BenchFile[]): string {
  return [INTRODUCTION, ...files.map(markdownReport)].join("\n");
}

/** A run as a section of Markdown: what it ran on, the command, a table for every kind of row, and what was left out. */
export function markdownReport(file: BenchFile): string {
  const { device, date, mode, suites, leftOut, command } = file;
  const title = `## ${device.adapter || device.kind}${device.software ? " (software adapter, no GPU)" : ""}, ${mode}, ${date.slice(0, 10)}`;
  const tables = suites.flatMap((suite) => [
    `### ${suite}`,
    "",
    ...suiteTables(file, suite).flatMap((rows) => [...markdownTable(rows), ""]),
  ]);
  const memory = memoryTable(file);
  return [
    title,
    "",
    ...heading(file).map((line) => `- ${line}`),
    `- \`${command}\``,
    "",
    ...tables,
    ...(memory.length > 0 ? ["### Memory by the engine's arithmetic", "", ...markdownTable(memory), ""] : []),
    ...(leftOut.length > 0
      ? ["### Left out", "", ...leftOut.map(({ name, cell, reason }) => `- ${name} (${describeCell(cell)}): ${reason}`), ""]
      : []),
  ].join("\n");
}

function markdownTable([head, ...rows]: readonly (readonly string[])[]): string[] {
  const line = (cells: readonly string[]) => `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
  return [line(head), line(head.map((_, i) => (i === 0 ? "---" : "--:"))), ...rows.map(line)];
}
