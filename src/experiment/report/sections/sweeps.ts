import { compact, grouped } from "../../../report/format.js";
import { taskOf } from "../../../tasks/index.js";
import { maximum } from "../../../util/extremes.js";
import { percent } from "../../../util/percent.js";
import { distinct } from "../../analysis/select.js";
import { type SweepPoint, sweep } from "../../analysis/sweeps.js";
import { type MetricWords, withInterval, wordsOf } from "../../analysis/words.js";
import type { SuiteConfig } from "../../plan/config.js";
import { STUDIES, type Study } from "../../plan/studies.js";
import type { RunResult } from "../../run/records.js";
import { type Chart, charts, heading, lines, note, type ReportPart, tableOf } from "../parts.js";

/** The studies that vary a setting: the first metric against a number, or a row a change. */
export function sweepsSection(
  results: readonly RunResult[],
  fixed: ReadonlySet<string>,
  { studies, task }: SuiteConfig,
): ReportPart[] {
  const [metric] = taskOf(task).metrics;
  const words = wordsOf(metric);
  return studies.flatMap(({ name }) => {
    const { title, said, axis } = STUDIES[name];
    if (said === undefined) return [];
    const points = sweep(results, name, fixed, metric);
    const head = heading(title(words.label));
    if (points.length === 0) return [head, note("Missing: there are no results of this study.")];
    return [head, note(said(words.label)), ...(axis ? curves(points, axis, words) : changes(points, words))];
  });
}

function curves(
  all: readonly SweepPoint[],
  { label: xLabel, percent: inPercent }: NonNullable<Study["axis"]>,
  { label, mark, value }: MetricWords,
): ReportPart[] {
  const xFormat = inPercent ? (value: number) => percent(value, 0) : String;
  const figures = distinct(all.map(({ dataset }) => dataset)).map((dataset): Chart => {
    const here = all.filter((point) => point.dataset === dataset && point.x !== null);
    const x = distinct(here.map((point) => point.x ?? 0)).sort((a, b) => a - b);
    return lines({
      title: `${dataset}: ${label} against ${xLabel}`,
      x,
      xLabel,
      yLabel: `test ${label}`,
      xFormat,
      format: mark,
      series: distinct(here.map(({ method }) => method)).map((method, i) => ({
        name: method,
        tone: i + 1,
        values: x.map((at) => here.find((point) => point.method === method && point.x === at)?.estimate.mean ?? null),
      })),
    });
  });
  const rows = all.map((point) => [
    ...[point.dataset, point.method, point.x === null ? point.variant : xFormat(point.x), withInterval(point.estimate, value)],
    ...[compact(point.parameters), grouped(Math.round(point.hidden)), String(point.estimate.runs)],
  ]);
  return [
    ...charts(figures),
    ...tableOf(["dataset", "method", xLabel, `test ${label} (95 % interval)`, "parameters", "hidden neurons", "runs"], rows),
  ];
}

function changes(all: readonly SweepPoint[], { points, value, difference }: MetricWords): ReportPart[] {
  const datasets = distinct(all.map(({ dataset }) => dataset));
  const find = (variant: string, dataset: string): SweepPoint | undefined =>
    all.find((point) => point.variant === variant && point.dataset === dataset);
  const splits = maximum(all.map(({ estimate }) => estimate.runs));
  const rows = distinct(all.map(({ variant }) => variant)).map((variant) => [
    variant,
    ...datasets.flatMap((dataset) => {
      const point = find(variant, dataset);
      if (!point) return ["missing", ""];
      const { runs } = point.estimate;
      const of = runs < splits ? `, ${runs} of ${splits} splits` : "";
      return [withInterval(point.estimate, value) + of, point.against ? withInterval(point.against, difference) : "-"];
    }),
  ]);
  return tableOf(["npset with", ...datasets.flatMap((dataset) => [dataset, `${points} against npset`])], rows);
}
