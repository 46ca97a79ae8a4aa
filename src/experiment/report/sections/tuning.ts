import { maximum, minimum } from "../../../util/extremes.js";
import { type GridEdges, gridEdges } from "../../analysis/tuning.js";
import { hundredths } from "../../analysis/words.js";
import type { RunResult } from "../../run/records.js";
import { heading, list, note, type ReportPart, tableOf, text } from "../parts.js";

/** How often the grid's edge won, by method. */
export function tuningSection(results: readonly RunResult[], lrs: readonly number[]): ReportPart[] {
  const edges = gridEdges(results);
  const share = (count: number, of: number) => `${count} (${hundredths(count / of)} %)`;
  const rows = edges.map(({ method, tuned, lowest, highest, diverged, trials, decayed }) => [
    ...[method, String(tuned), share(lowest, tuned), share(highest, tuned)],
    ...[share(diverged, trials), share(decayed, tuned)],
  ]);
  return [
    heading("Tuning"),
    text(
      `Every method had the same learning rates to choose from (${lrs.join(", ")}) and the same number of trainings, inside the training part of each split. Where an end of the grid wins, a better rate may lie beyond it: read a method's results with that in mind.`,
    ),
    ...(rows.length > 0
      ? tableOf(
          ["method", "tuned runs", "least rate won", "largest rate won", "trials that diverged", "chose a decay above 0"],
          rows,
        )
      : [note("Missing: no result here was tuned.")]),
    ...list(edges.flatMap((edge) => underTuned(edge, lrs))),
  ];
}

/** Shares from which a method's tuning is doubtful: of runs in which one end of the grid won, and of trials that diverged. */
const [OFTEN_AT_AN_END, OFTEN_DIVERGED] = [1 / 2, 1 / 4];

/** A sentence on a method to which the grid may not have done justice; none on others. */
function underTuned({ method, tuned, lowest, highest, diverged, trials }: GridEdges, lrs: readonly number[]): string[] {
  const share = (count: number, of: number) => `${hundredths(count / of)} %`;
  const signs = [
    ...(lowest > OFTEN_AT_AN_END * tuned
      ? [`the least rate won in ${share(lowest, tuned)} of its runs, so that one below ${minimum(lrs)} may be better`]
      : []),
    ...(highest > OFTEN_AT_AN_END * tuned
      ? [`the largest rate won in ${share(highest, tuned)} of its runs, so that one above ${maximum(lrs)} may be better`]
      : []),
    ...(diverged > OFTEN_DIVERGED * trials
      ? [`${share(diverged, trials)} of its trials diverged, which left it fewer rates to choose from`]
      : []),
  ];
  return signs.length > 0 ? [`${method} may be under-tuned: ${signs.join("; ")}.`] : [];
}
