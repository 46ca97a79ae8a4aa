import { METRICS, type MetricName } from "../../../metrics/index.js";
import type { Task } from "../../../tasks/task.js";
import { counted } from "../../../util/counted.js";
import { maximum } from "../../../util/extremes.js";
import type { Comparison } from "../../analysis/compare.js";
import { type MetricWords, pValue, withInterval, wordsOf } from "../../analysis/words.js";
import { charts, heading, intervals, note, type ReportPart, tableOf, text, warning } from "../parts.js";

/** Differences up to this are none: rounding alone. */
const NONE = 1e-12;

/** Every method against the baseline: across datasets, then dataset by dataset. */
export function comparisonsSection(
  comparisons: readonly Comparison[],
  { metrics: [metric] }: Task,
  chosenBy?: MetricName,
): ReportPart[] {
  const words = wordsOf(metric);
  const found = comparisons.filter(({ datasets }) => datasets.length > 0);
  const [first] = comparisons;
  if (!first) return [];
  const title = heading(`Compared with ${first.baseline}`);
  if (found.length === 0) return [title, note("Missing: no dataset has results of the baseline and of another method.")];
  const most = maximum(found.map(({ datasets }) => datasets.length));
  return [
    title,
    text(
      `Test ${words.label} at the last epoch, method minus ${first.baseline}${metric.fraction ? ", in points of a hundred" : ""}${metric.better === "larger" ? "" : "; less is better"}. Across datasets: one paired difference per dataset (the mean over its splits), the Hodges-Lehmann estimate with its 95 % interval, the exact two-sided Wilcoxon signed-rank test, and Holm's adjustment over all comparisons.`,
    ),
    ...(chosenBy !== undefined && chosenBy !== metric.name
      ? [
          note(
            `Rates and decays were chosen by ${wordsOf(METRICS[chosenBy]).label} in validation. Methods are compared by ${words.label}.`,
          ),
        ]
      : []),
    ...(2 ** (1 - most) * comparisons.length > 0.05
      ? [warning(`${counted(most, "dataset")} cannot give an adjusted p of 0.05 or less, whatever the differences are.`)]
      : []),
    ...charts([overview(found, words)]),
    ...tableOf(
      ["method", "datasets", "above / equal / below", `${words.points} (95 % interval)`, "p", "p by Holm"],
      found.map((comparison) => comparisonRow(comparison, words)),
    ),
    heading("Differences by dataset", 3),
    note("Paired differences with 95 % intervals, as in the table of results. No dataset decides anything by itself."),
    ...charts(found.map((comparison) => byDataset(comparison, words))),
    ...leftOut(found),
  ];
}

function overview(comparisons: readonly Comparison[], { label, pointsOf, difference }: MetricWords) {
  return intervals({
    title: "Estimated differences across datasets, with 95 % intervals",
    xLabel: `${pointsOf}test ${label} above ${comparisons[0].baseline}`,
    rows: comparisons.flatMap(({ method, effect }) =>
      effect ? [{ name: method, value: effect.estimate, interval: effect.interval, tone: 1 }] : [],
    ),
    format: difference,
    lines: [0],
  });
}

function comparisonRow({ method, datasets, effect, test }: Comparison, { difference: format }: MetricWords): string[] {
  const above = datasets.filter(({ difference }) => difference > NONE).length;
  const below = datasets.filter(({ difference }) => difference < -NONE).length;
  return [
    ...[method, String(datasets.length), `${above} / ${datasets.length - above - below} / ${below}`],
    effect ? withInterval({ mean: effect.estimate, interval: effect.interval }, format) : "-",
    ...(test ? [pValue(test.p), pValue(test.adjusted)] : ["-", "-"]),
  ];
}

function byDataset({ method, baseline, datasets }: Comparison, { label, points, pointsOf, difference }: MetricWords) {
  return intervals({
    title: `${method} minus ${baseline}, ${pointsOf}test ${label}`,
    xLabel: points,
    rows: datasets.map(({ dataset, estimate }) => ({
      name: dataset,
      value: estimate.mean,
      interval: estimate.interval,
      tone: 1,
    })),
    format: difference,
    lines: [0],
  });
}

function leftOut(comparisons: readonly Comparison[]): ReportPart[] {
  const said = comparisons.flatMap(({ method, datasets }) =>
    datasets
      .filter(({ missing }) => missing > 0)
      .map(({ dataset, missing }) => `${method} on ${dataset}: ${counted(missing, "split")}`),
  );
  return said.length > 0 ? [warning(`Splits that one of the two methods lacks are left out: ${said.join("; ")}.`)] : [];
}
