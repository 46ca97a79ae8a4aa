import { distinct } from "../../../../src/experiment/analysis/select.js";
import { points, pValue, withInterval } from "../../../../src/experiment/analysis/words.js";
import {
  charts,
  heading,
  intervals,
  list,
  note,
  type ReportPart,
  tableOf,
  text,
  warning,
} from "../../../../src/experiment/report/parts.js";
import type { RunResult } from "../../../../src/experiment/run/records.js";
import { counted } from "../../../../src/util/counted.js";
import { maximum } from "../../../../src/util/extremes.js";
import type { Decision as Decided } from "../../decide.js";
import { bottlenecks, withoutBottlenecks } from "../bottlenecks.js";
import { sentence } from "../claims.js";
import type { DatasetEstimate } from "../dataset-estimates.js";
import { type Decision, FEWEST_SOURCES } from "../hypotheses.js";

/** What was decided: first what failed, then what held, with estimates; then all of it as a table. */
export function hypothesesSection(decisions: readonly Decision[], results: readonly RunResult[]): ReportPart[] {
  const sources = Math.max(0, maximum(decisions.map((decision) => decision.sources.length)));
  return [
    heading("What was decided"),
    ...outcomes(decisions),
    ...(sources > 0 && sources < FEWEST_SOURCES
      ? [warning(`With ${counted(sources, "dataset")} nothing can hold: the family of six needs at least ${FEWEST_SOURCES}.`)]
      : []),
    text(
      "The six hypotheses were fixed before any run. Each is decided across datasets by test accuracy at the last epoch: one paired difference a dataset (the mean over its splits), one-sided exact Wilcoxon signed-rank test, Hodges-Lehmann estimate with its 95 % interval, Holm's adjustment over all six, alpha 0.05. leukemia and ALLAML count as one dataset where both are here, as do ORL and orlraws10P. To fail is not to be refuted: contradicted are those whose whole interval says the opposite.",
    ),
    ...overview(decisions, "points; H5 is held against -1.5, the others against 0", [0, -0.015]),
    ...decisionTable(decisions),
    note(
      "All datasets apart: the estimate and the unadjusted p if datasets that share a source counted by themselves. Points are percentage points of accuracy.",
    ),
    ...bottleneckNotice(results),
  ];
}

/** Where dense-small can hardly learn, and what is left of the hypotheses against it elsewhere; nothing where it can. */
function bottleneckNotice(results: readonly RunResult[]): ReportPart[] {
  const narrow = bottlenecks(results);
  if (narrow.length === 0) return [];
  const named = narrow.map(({ dataset, widths, classes }) => `${dataset} ${widths.join("-")} (${classes} classes)`);
  return [
    warning(
      `On ${counted(narrow.length, "dataset")} the widths chosen to match npset's parameters leave dense-small a hidden layer of fewer neurons than there are classes: ${named.join(", ")}. There H2 and H4 compare with a bottleneck, and to be better than one is little. On the others alone, which decides nothing and is not adjusted: ${withoutBottlenecks(results, narrow).join(" ")}`,
    ),
  ];
}

/** A sentence for each hypothesis: first those that failed, then those that held, then those that are open. */
export function outcomes(decisions: readonly Decided[]): ReportPart[] {
  const failed = decisions.filter(({ outcome }) => outcome === "contradicted" || outcome === "not shown");
  const held = decisions.filter(({ outcome }) => outcome === "holds");
  const open = decisions.filter(({ outcome }) => outcome === "undecided" || outcome === "untested");
  return [
    heading(`Failed: ${named(failed)}`, 3),
    ...list(failed.map(sentence)),
    heading(`Held: ${named(held)}`, 3),
    ...list(held.map(sentence)),
    ...(open.length > 0 ? [heading(`Not decided: ${named(open)}`, 3), ...list(open.map(sentence))] : []),
  ];
}

/** The hypotheses' numbers. */
function named(decisions: readonly Decided[]): string {
  return decisions.map(({ hypothesis }) => hypothesis.id).join(", ") || "none";
}

/** The estimates with their intervals, as a chart. */
export function overview(decisions: readonly Decided[], xLabel: string, lines: readonly number[]): ReportPart[] {
  const tones = { holds: 3, contradicted: 2, "not shown": 1, undecided: 1, untested: 1 } as const;
  const chart = intervals({
    title: "Estimated differences in points of test accuracy, with 95 % intervals",
    xLabel,
    rows: decisions.flatMap(({ hypothesis: { id, better, than }, effect, outcome }) =>
      effect
        ? [{ name: `${id} ${better} - ${than}`, value: effect.estimate, interval: effect.interval, tone: tones[outcome] }]
        : [],
    ),
    format: points,
    lines,
  });
  return charts([chart]);
}

/** All that was decided, as a table. */
export function decisionTable(decisions: readonly Decided[]): ReportPart[] {
  const head = [
    "hypothesis",
    "outcome",
    "datasets",
    "above / equal / below",
    "points (95 % interval)",
    "p",
    "p by Holm",
    "all datasets apart",
  ];
  const rows = decisions.map(({ hypothesis, outcome, sources, effect, test, unmerged, datasets }) => {
    const { id, better, than, margin } = hypothesis;
    const name = `${id} ${better} ${margin > 0 ? `not below ${than} by ${100 * margin}` : `> ${than}`}`;
    if (!effect || !test || !unmerged) return [name, outcome, "0", "", "", "", "", ""];
    const above = sources.filter(({ difference }) => difference > 1e-12).length;
    const below = sources.filter(({ difference }) => difference < -1e-12).length;
    const estimate = withInterval({ mean: effect.estimate, interval: effect.interval }, points);
    const apart = withInterval({ mean: unmerged.effect.estimate, interval: unmerged.effect.interval }, points);
    return [
      ...[name, outcome, String(sources.length), `${above} / ${sources.length - above - below} / ${below}`, estimate],
      ...[pValue(test.p), pValue(test.adjusted), `${apart}, p ${pValue(unmerged.p)}, of ${datasets.length}`],
    ];
  });
  return tableOf(head, rows);
}

/** What each hypothesis looks like dataset by dataset: intervals only. */
export function perDataset(differences: readonly DatasetEstimate[]): ReportPart[] {
  const figures = distinct(differences.map(({ hypothesis }) => hypothesis)).map((hypothesis) => {
    const { id, better, than, margin } = hypothesis;
    const own = differences.filter((entry) => entry.hypothesis === hypothesis);
    return intervals({
      title: `${id}: ${better} minus ${than}, points of test accuracy`,
      xLabel: "points",
      rows: own.map(({ dataset, estimate }) => ({ name: dataset, value: estimate.mean, interval: estimate.interval, tone: 1 })),
      format: points,
      lines: margin > 0 ? [0, -margin] : [0],
    });
  });
  const lacking = differences.filter(({ missing }) => missing > 0);
  const said = lacking.map(({ hypothesis, dataset, missing }) => `${hypothesis.id} on ${dataset}: ${counted(missing, "split")}`);
  if (figures.length === 0) return [];
  return [
    heading("Differences by dataset", 3),
    note("Intervals as in the main table, of the paired differences. No dataset decides anything by itself."),
    ...charts(figures),
    ...(said.length > 0 ? [warning(`Splits that one of the two methods lacks are left out: ${said.join("; ")}.`)] : []),
  ];
}
