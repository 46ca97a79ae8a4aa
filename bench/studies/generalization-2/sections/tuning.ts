import { distinct } from "../../../../src/experiment/analysis/select.js";
import { heading, list, note, type ReportPart, tableOf, warning } from "../../../../src/experiment/report/parts.js";
import type { UnitResult } from "../records.js";
import { SINGLE } from "../sides.js";

/** The share of runs that an end of the grid may win: above it, other rates might have been better. */
const MOST = 0.1;

/** What validation chose, whether the grid was wide enough, and what `fit` found. */
export function tuningSection(results: readonly UnitResult[]): ReportPart[] {
  const rows = SINGLE.map((name) => {
    const tuned = results.flatMap(({ answers }) => answers[name]?.tuned ?? []);
    const edges = tuned.filter(({ edge }) => edge).length;
    const sorted = tuned.map(({ lr }) => lr).sort((a, b) => a - b);
    const range = tuned.length > 0 ? `${sorted[0]} to ${sorted[sorted.length - 1]}, middle ${sorted[sorted.length >> 1]}` : "";
    const lowered = tuned.filter(({ diverged }) => diverged).length;
    return {
      name,
      tuned: tuned.length,
      edges,
      lowered,
      range,
      trials: tuned.reduce((sum, { trials }) => sum + trials.length, 0),
    };
  });
  const wide = rows.filter(({ tuned, edges }) => edges > MOST * tuned);
  return [
    heading("Tuning"),
    note(
      "Rates go on beyond those tried for as long as the best is an end, up to the grid's own ends: from 1e-6 to 1, decay up to 100.",
    ),
    ...(wide.length > 0
      ? [
          warning(
            `An end of the grid won more than one time in ten for ${wide.map(({ name }) => name).join(", ")}: other rates might be better.`,
          ),
        ]
      : []),
    ...tableOf(
      ["method", "tuned", "an end won", "diverged after all", "settings tried", "rates chosen"],
      rows.map(({ name, tuned, edges, lowered, trials, range }) => [
        ...[name, String(tuned), String(edges), String(lowered), String(trials), range],
      ]),
    ),
    heading("What fit found", 3),
    ...list(
      distinct(results).flatMap(({ dataset, split, answers }) =>
        answers.fit?.about ? [`${dataset}, split ${split}: ${answers.fit.about}`] : [],
      ),
    ),
  ];
}
