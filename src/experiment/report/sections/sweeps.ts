import { compact, grouped, percent } from "../../../report/format.js";
import { maximum } from "../../../util/extremes.js";
import { distinct } from "../../analysis/select.js";
import { type SweepPoint, sweep } from "../../analysis/sweeps.js";
import { points, withInterval } from "../../analysis/words.js";
import type { SuiteConfig } from "../../plan/config.js";
import { STUDIES, type Study } from "../../plan/studies.js";
import type { RunResult } from "../../run/records.js";
import { type Block, type Chart, charts, heading, lines, note, tableOf } from "../blocks.js";

/** The studies that vary a setting: accuracy against a number, or a row a change. */
export function sweepsSection(results: readonly RunResult[], fixed: ReadonlySet<string>, { studies }: SuiteConfig): Block[] {
  return studies.flatMap(({ name }) => {
    const { title, said, axis } = STUDIES[name];
    if (said === undefined) return [];
    const points = sweep(results, name, fixed);
    if (points.length === 0) return [heading(title), note("Missing: there are no results of this study.")];
    return [heading(title), note(said), ...(axis ? curves(points, axis) : changes(points))];
  });
}

function curves(all: readonly SweepPoint[], { label: xLabel, percent: inPercent }: NonNullable<Study["axis"]>): Block[] {
  const xFormat = inPercent ? (value: number) => percent(value, 0) : String;
  const figures = distinct(all.map(({ dataset }) => dataset)).map((dataset): Chart => {
    const here = all.filter((point) => point.dataset === dataset && point.x !== null);
    const x = distinct(here.map((point) => point.x ?? 0)).sort((a, b) => a - b);
    return lines({
      title: `${dataset}: accuracy against ${xLabel}`,
      x,
      xLabel,
      yLabel: "test accuracy",
      xFormat,
      format: (value) => percent(value, 0),
      series: distinct(here.map(({ method }) => method)).map((method, i) => ({
        name: method,
        tone: i + 1,
        values: x.map((at) => here.find((point) => point.method === method && point.x === at)?.accuracy.mean ?? null),
      })),
    });
  });
  const rows = all.map((point) => [
    ...[point.dataset, point.method, point.x === null ? point.variant : xFormat(point.x), withInterval(point.accuracy)],
    ...[compact(point.parameters), grouped(Math.round(point.hidden)), String(point.accuracy.runs)],
  ]);
  return [
    ...charts(figures),
    ...tableOf(["dataset", "method", xLabel, "test accuracy (95 % interval)", "parameters", "hidden neurons", "runs"], rows),
  ];
}

function changes(all: readonly SweepPoint[]): Block[] {
  const datasets = distinct(all.map(({ dataset }) => dataset));
  const find = (variant: string, dataset: string): SweepPoint | undefined =>
    all.find((point) => point.variant === variant && point.dataset === dataset);
  const splits = maximum(all.map(({ accuracy }) => accuracy.runs));
  const rows = distinct(all.map(({ variant }) => variant)).map((variant) => [
    variant,
    ...datasets.flatMap((dataset) => {
      const point = find(variant, dataset);
      if (!point) return ["missing", ""];
      const { runs } = point.accuracy;
      const of = runs < splits ? `, ${runs} of ${splits} splits` : "";
      return [withInterval(point.accuracy) + of, point.against ? withInterval(point.against, points) : "-"];
    }),
  ]);
  return tableOf(["npset with", ...datasets.flatMap((dataset) => [dataset, "points against npset"])], rows);
}
