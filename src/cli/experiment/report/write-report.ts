import { existsSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { datasetEstimates } from "../../../experiment/analysis/dataset-estimates.js";
import { decide } from "../../../experiment/analysis/hypotheses.js";
import { inPlannedOrder } from "../../../experiment/analysis/missing.js";
import { checkWritableFolder, makeFolderIn, writeAtomically } from "../../files.js";
import { fixedDatasets, type ReportInput } from "./input.js";
import { renderHtml } from "./render-html.js";
import { renderMarkdown } from "./render-markdown.js";
import { reportBlocks } from "./report.js";
import { differencesCsv, figure1Csv, hypothesesCsv, runsCsv, tableCsv, timesCsv } from "./tables-csv.js";

/**
 * Writes report.html, report.md with figures/*.svg, and runs.csv, table.csv, hypotheses.csv, differences.csv, figure1.csv and times.csv to a folder, each
 * whole or not at all; what was there under these names is replaced. Returns the names written. Throws where the folder cannot be written.
 */
export function writeReport(input: ReportInput, folder: string): string[] {
  checkWritableFolder(folder, "report");
  const { config } = input;
  const results = inPlannedOrder(config, input.results);
  const title = `Experiment suite ${config.name}`;
  const fixed = fixedDatasets(config);
  const decisions = decide(results);
  const differences = datasetEstimates(decisions, fixed);
  const blocks = reportBlocks({ ...input, results }, decisions, differences);
  const { markdown, figures } = renderMarkdown(title, blocks);
  const files = new Map([
    ["report.html", renderHtml(title, blocks)],
    ["report.md", markdown],
    ["runs.csv", runsCsv(results)],
    ["table.csv", tableCsv(results, fixed)],
    ["hypotheses.csv", hypothesesCsv(decisions)],
    ["differences.csv", differencesCsv(differences)],
    ["figure1.csv", figure1Csv(results)],
    ...(input.times.length > 0 ? [["times.csv", timesCsv(input.times)] as const] : []),
    ...[...figures].map(([name, svg]): [string, string] => [join("figures", name), svg]),
  ]);
  const stale = writtenBefore(folder).filter((name) => !files.has(name));
  makeFolderIn(folder, "figures");
  for (const [name, content] of files) writeAtomically(join(folder, name), content);
  for (const name of stale) rmSync(join(folder, name), { force: true });
  return [...files.keys()];
}

/** What an earlier report in a folder may have that not every report does: its table of times, and the figures that it shows. */
function writtenBefore(folder: string): string[] {
  const report = join(folder, "report.md");
  if (!existsSync(report)) return [];
  const text = readFileSync(report, "utf8");
  if (!text.startsWith("# Experiment suite ")) return []; // somebody else's
  const shown = text.matchAll(/^!\[.*\]\(figures\/([a-z0-9-]+\.svg)\)$/gm);
  return ["times.csv", ...Array.from(shown, ([, name]) => join("figures", name))];
}
