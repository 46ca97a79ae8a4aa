import { completeness, summarizeRuns } from "../../analysis/missing.js";
import type { ReportInput } from "../input.js";
import { heading, list, note, type ReportPart, tableOf, text, warning } from "../parts.js";

/** One line at the head of the report when it is of a part, or when runs failed; nothing when it is whole. */
export function partNotice({ config, results, failed }: ReportInput): ReportPart[] {
  const { planned, done, failed: lost, missing } = completeness(config, results, failed);
  if (done === planned) return [];
  const seeList = 'the list is under "Failed and missing runs"';
  if (missing.length === 0) {
    const what = `${lost} of ${planned} planned runs failed, ${done} have results`;
    return [warning(`${what}. Everything below is of those that have; ${seeList}.`)];
  }
  return [
    warning(
      `This report is of a part: ${done} of ${planned} planned runs have results, ${lost} failed, ${missing.length} are missing. What follows may change; ${seeList}.`,
    ),
  ];
}

/** Failed runs with their reasons, and those without any trace. */
export function failuresSection({ config, results, failed }: ReportInput): ReportPart[] {
  const { missing, planned, done } = completeness(config, results, failed);
  const keys = new Set(results.map(({ key }) => key));
  const lost = failed.filter(({ key }) => !keys.has(key));
  return [
    heading("Failed and missing runs"),
    text(`${done} of ${planned} planned runs have results.`),
    ...(lost.length > 0
      ? tableOf(
          ["failed run", "reason"],
          lost.map(({ key, reason }) => [key, reason]),
        )
      : [note("No run failed.")]),
    ...(missing.length > 0
      ? [note("Missing, by study and dataset:"), ...list(summarizeRuns(missing, config))]
      : [note("No run is missing.")]),
  ];
}
