import { writeDocuments } from "../../experiment/report/write-report.js";
import type { FitReportInput } from "./input.js";
import { fitReportParts, titleOf } from "./report.js";
import { fitTables } from "./tables-csv.js";

/**
 * Writes report.html, report.md with figures/*.svg, trials.csv, and of an estimate measures.csv, held-out.csv and features.csv to a folder, each whole
 * or not at all. Returns the names written. Throws where the folder cannot be written.
 */
export const writeFitReport = (input: FitReportInput, folder: string): string[] =>
  writeDocuments(folder, titleOf(input), fitReportParts(input), fitTables(input.result));
