import type { Told } from "../../../metrics/metric.js";
import type { Series } from "../../../report/charts/index.js";
import { measured } from "../../../report/format.js";
import { taskOf } from "../../../tasks/index.js";
import { percent } from "../../../util/percent.js";
import { type MeanRemovalCurve, removalCurves, SPARED } from "../../analysis/removed-after.js";
import { distinct } from "../../analysis/select.js";
import { wordsOf } from "../../analysis/words.js";
import type { SuiteConfig } from "../../plan/config.js";
import type { RunResult } from "../../run/records.js";
import { type Chart, charts, heading, lines, note, type ReportPart, tableOf } from "../parts.js";

const whole = (fraction: number) => percent(fraction, 0);

/** The first metric against the fraction of first-layer neurons removed after training. */
export function removedAfterSection(
  results: readonly RunResult[],
  { removeAfter, task }: SuiteConfig,
  name = "Neurons removed after training",
): ReportPart[] {
  const [metric] = taskOf(task).metrics;
  const { label, part } = wordsOf(metric);
  const curves = removalCurves(results, metric);
  const title = heading(name);
  if (curves.length === 0)
    return [
      title,
      note(
        removeAfter.length > 0
          ? "Missing: no result here has neurons removed after training."
          : "Not asked for: this suite names no dataset to remove neurons on after training (removeAfter).",
      ),
    ];
  const named = distinct(curves.map(({ dataset, method }) => `${dataset}, ${method}`)).map((name) => ({
    name,
    group: curves.filter(({ dataset, method }) => `${dataset}, ${method}` === name),
  }));
  const scores = distinct(curves.map(({ score }) => score));
  const spared = (found: MeanRemovalCurve | undefined) => (found ? whole(found.spared) : "-");
  const rows = named.map(({ name, group }) => [
    ...[name, String(group[0].runs), measured(metric, group[0].values[0])],
    ...scores.map((score) => spared(group.find((curve) => curve.score === score && curve.order === "ascending"))),
    spared(group.find(({ order }) => order === "random")),
  ]);
  const columns = [...scores.map((score) => `least ${score} first`), "at random"];
  return [
    title,
    note(
      `Test ${label}, mean over the splits, when neurons of the first hidden layer are taken out of the trained network without training it again: full lines take those with the least score first, dashed ones those with the largest, and at random is the mean of several orders.`,
    ),
    ...charts(named.map(({ name, group }) => removalChart(name, group, metric))),
    note(
      `The largest fraction up to which ${label} never ${metric.better === "larger" ? "falls" : "grows"} by more than ${part(SPARED)}:`,
    ),
    ...tableOf(["dataset, method", "runs", `${label}, all neurons`, ...columns], rows),
  ];
}

function removalChart(name: string, group: readonly MeanRemovalCurve[], metric: Told): Chart {
  const { label, mark } = wordsOf(metric);
  const scores = distinct(group.map(({ score }) => score));
  const series = group.flatMap(({ score, order, values }): Series[] => {
    if (order === "random") return [];
    const [dashed, words] = order === "descending" ? [true, "largest first"] : [false, "least first"];
    return [{ name: `${score}, ${words}`, tone: (scores.indexOf(score) % 5) + 1, dashed, values }];
  });
  const random = group.filter(({ order }) => order === "random").slice(0, 1); // the same for every score
  return lines({
    title: `${name}: neurons removed after training`,
    x: group[0].fractions,
    xLabel: "fraction of the first hidden layer removed",
    yLabel: `test ${label}`,
    xFormat: whole,
    format: mark,
    noDots: true,
    series: [...series, ...random.map(({ values }): Series => ({ name: "at random", tone: 6, values }))],
  });
}
