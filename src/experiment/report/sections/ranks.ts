import { short } from "../../../report/format.js";
import type { Task } from "../../../tasks/task.js";
import { rankMethods } from "../../analysis/ranks.js";
import { pValue } from "../../analysis/words.js";
import type { RunResult } from "../../run/records.js";
import { heading, note, type ReportPart, tableOf, text } from "../parts.js";

/** Mean ranks and Friedman's test: they describe. */
export function ranksSection(
  results: readonly RunResult[],
  { metrics: [metric] }: Task,
  sourceOf?: (dataset: string) => string,
): ReportPart[] {
  const ranking = rankMethods(results, metric, sourceOf);
  const title = heading("Mean ranks");
  if (!ranking) return [title, note("Missing: fewer than two datasets have results of every method.")];
  const { methods, sources, incomplete, test } = ranking;
  const order = methods.map((method, i) => ({ method, rank: test.meanRanks[i] })).sort((a, b) => a.rank - b.rank);
  return [
    title,
    text(
      `Over ${sources.length} datasets${sourceOf ? " (shared sources merged)" : ""} with results of all ${methods.length} methods; 1 is the best. Friedman's chi-square ${short(test.chiSquare)} (p ${pValue(test.p)}), Iman and Davenport's F ${short(test.f)} (p ${pValue(test.pF)}). This describes and decides nothing.${incomplete.length > 0 ? ` Left out, as a method has no result: ${incomplete.join(", ")}.` : ""}`,
    ),
    ...tableOf(
      ["method", "mean rank"],
      order.map(({ method, rank }) => [method, rank.toFixed(2)]),
    ),
  ];
}
