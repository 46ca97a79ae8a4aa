import { meanMeasure } from "../../../../experiment/analysis/estimate.js";
import { decide } from "../../../../experiment/analysis/hypotheses.js";
import { rankMethods } from "../../../../experiment/analysis/ranks.js";
import { datasetsOf, runsOf } from "../../../../experiment/analysis/select.js";
import { type GridEdges, gridEdges } from "../../../../experiment/analysis/tuning.js";
import { hundredths, points, pValue, withInterval } from "../../../../experiment/analysis/words.js";
import type { RunResult } from "../../../../experiment/records.js";
import { maximum, minimum } from "../../../../util/extremes.js";
import { grouped, short } from "../../../format.js";
import { type Block, heading, list, note, tableOf, text } from "../blocks.js";
import { compact } from "../format.js";
import { measureTable, methodsOf } from "./tables.js";

/** Mean ranks and Friedman's test: they describe. */
export function ranksSection(results: readonly RunResult[]): Block[] {
  const ranking = rankMethods(results);
  const title = heading("Mean ranks");
  if (!ranking) return [title, note("Missing: fewer than two datasets have results of every method.")];
  const { methods, sources, incomplete, test } = ranking;
  const order = methods.map((method, i) => ({ method, rank: test.meanRanks[i] })).sort((a, b) => a.rank - b.rank);
  return [
    title,
    text(
      `Over ${sources.length} datasets (shared sources merged) with results of all ${methods.length} methods; 1 is the best. Friedman's chi-square ${short(test.chiSquare)} (p ${pValue(test.p)}), Iman and Davenport's F ${short(test.f)} (p ${pValue(test.pF)}). This describes and decides nothing.${incomplete.length > 0 ? ` Left out, as a method has no result: ${incomplete.join(", ")}.` : ""}`,
    ),
    ...tableOf(
      ["method", "mean rank"],
      order.map(({ method, rank }) => [method, rank.toFixed(2)]),
    ),
  ];
}

/** How often the grid's edge won, by method. */
export function tuningSection(results: readonly RunResult[], lrs: readonly number[]): Block[] {
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

/** The secondary endpoint: the test accuracy at the epoch that validation chose. */
export function secondarySection(results: readonly RunResult[]): Block[] {
  const title = heading("Secondary endpoint: the epoch that validation chose");
  const said = note(
    "Test accuracy of the same runs at the epoch at which the tuning's validation loss was least; where neurons are removed only after the last removal. The test part never chooses an epoch. This is secondary: it decides no hypothesis, and its p are not adjusted.",
  );
  if (!results.some(({ atBestValidation }) => atBestValidation)) return [title, said, note("Missing: no result here holds it.")];
  const measure = (result: RunResult) => result.atBestValidation?.accuracy ?? null;
  const rows = decide(results, { measure }).flatMap(({ hypothesis: { id, better, than }, effect, test, sources }) =>
    effect && test
      ? [
          [
            ...[`${id} ${better} - ${than}`, String(sources.length)],
            ...[withInterval({ mean: effect.estimate, interval: effect.interval }, points), pValue(test.p)],
          ],
        ]
      : [],
  );
  return [
    title,
    said,
    ...tableOf(["difference", "datasets", "points (95 % interval)", "p, not adjusted"], rows),
    ...measureTable(results, "test accuracy at that epoch, %", measure, hundredths),
  ];
}

/** Floating point operations, exact counts. */
export function flopSection(results: readonly RunResult[]): Block[] {
  const methods = methodsOf(results, "main");
  const rows = datasetsOf(results, "main").map((dataset) => [
    dataset,
    ...methods.map((method) => {
      const runs = runsOf(results, { study: "main", dataset, method, variant: "" });
      const mean = meanMeasure(runs, ({ flop }) => flop.train);
      return mean === null ? "-" : compact(mean);
    }),
  ]);
  const total = (pick: (result: RunResult) => number) => compact(results.reduce((sum, result) => sum + pick(result), 0));
  return [
    heading("Floating point operations of a training"),
    note(
      `Counted, not measured: multiplications and additions of all training steps of one run (mean over the splits), of connections that exist. All methods have the same epochs and updates. In the ${grouped(results.length)} runs of this report, those of the other studies included: ${total(({ flop }) => flop.train)} for the trainings that are reported and ${total(({ flop }) => flop.tuning)} for tuning.`,
    ),
    ...tableOf(["dataset", ...methods], rows),
  ];
}
