import { renderHtml } from "../../experiment/report/render-html.js";
import { writeDocuments } from "../../experiment/report/write-report.js";
import type { FitReportInput } from "./input.js";
import { fitReportParts } from "./report.js";
import { fitTables } from "./tables-csv.js";

const titleOf = ({ result }: FitReportInput) => `The best model for ${result.data.name}`;

/** The report of a fit as one page of HTML without scripts, links or anything else to fetch. */
export const renderFitReport = (input: FitReportInput): string => renderHtml(titleOf(input), fitReportParts(input));

/**
 * Writes report.html, report.md with figures/*.svg, trials.csv, and of an estimate measures.csv, held-out.csv and features.csv to a folder, each whole
 * or not at all. Returns the names written. Throws where the folder cannot be written.
 */
export const writeFitReport = (input: FitReportInput, folder: string): string[] =>
  writeDocuments(folder, titleOf(input), fitReportParts(input), fitTables(input.result));
