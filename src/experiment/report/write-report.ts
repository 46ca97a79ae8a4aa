import { existsSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { checkWritableFolder, makeFolderIn, writeAtomically } from "../../files/write.js";
import { taskOf } from "../../tasks/index.js";
import { compareMethods } from "../analysis/compare.js";
import { inPlannedOrder } from "../analysis/missing.js";
import { fixedDatasets, type ReportInput } from "./input.js";
import type { ReportPart } from "./parts.js";
import { renderHtml } from "./render-html.js";
import { renderMarkdown } from "./render-markdown.js";
import { reportParts } from "./report.js";
import { comparisonsCsv, removedAfterCsv, runsCsv, tableCsv, timesCsv } from "./tables-csv.js";

/**
 * Writes report.html, report.md with figures/*.svg, and runs.csv, table.csv, comparisons.csv, removed-after.csv and times.csv (the last two where
 * there is something for them) to a folder: see `writeDocuments`. Methods are compared with the baseline, by default the suite's first. Returns the names written.
 */
export function writeReport(input: ReportInput, folder: string, baseline = input.config.methods[0]): string[] {
  const { config, times } = input;
  const results = inPlannedOrder(config, input.results);
  const fixed = fixedDatasets(config);
  const task = taskOf(config.task);
  const comparisons = compareMethods(results, baseline, fixed, task.metrics[0]);
  return writeDocuments(folder, `Experiment suite ${config.name}`, reportParts({ ...input, results }, comparisons), {
    "runs.csv": runsCsv(results, task),
    "table.csv": tableCsv(results, fixed, task),
    "comparisons.csv": comparisonsCsv(comparisons),
    ...(results.some(({ removedAfter }) => removedAfter) && { "removed-after.csv": removedAfterCsv(results, task) }),
    ...(times.length > 0 && { "times.csv": timesCsv(times) }),
  });
}

/**
 * Writes parts as report.html and report.md with figures/*.svg, and tables by name, to a folder, each whole or not at all; what was there under
 * these names is replaced. Returns the names written. Throws where the folder cannot be written.
 */
export function writeDocuments(
  folder: string,
  title: string,
  parts: readonly ReportPart[],
  tables: Readonly<Record<string, string>>,
): string[] {
  checkWritableFolder(folder, "report");
  const { markdown, figures } = renderMarkdown(title, parts);
  const files = new Map([
    ["report.html", renderHtml(title, parts)],
    ["report.md", markdown],
    ...Object.entries(tables),
    ...[...figures].map(([name, svg]): [string, string] => [join("figures", name), svg]),
  ]);
  const stale = writtenBefore(folder).filter((name) => !files.has(name));
  makeFolderIn(folder, "figures");
  for (const [name, content] of files) writeAtomically(join(folder, name), content);
  for (const name of stale) rmSync(join(folder, name), { force: true });
  return [...files.keys()];
}

/** Tables that not every report has; some are of 0.1.0. */
const TABLES = ["times.csv", "removed-after.csv", "comparisons.csv", "hypotheses.csv", "differences.csv", "figure1.csv"];

/** What an earlier report in a folder may have that not every report does: some tables, and the figures that it shows. */
function writtenBefore(folder: string): string[] {
  const report = join(folder, "report.md");
  if (!existsSync(report)) return [];
  const text = readFileSync(report, "utf8");
  if (!text.startsWith("# Experiment suite ")) return []; // somebody else's
  const shown = text.matchAll(/^!\[.*\]\(figures\/([a-z0-9-]+\.svg)\)$/gm);
  return [...TABLES, ...Array.from(shown, ([, name]) => join("figures", name))];
}
