import type { MethodName } from "../../../methods/index.js";
import type { Told } from "../../../metrics/metric.js";
import type { Series } from "../../../report/charts/index.js";
import { capital, grouped } from "../../../report/format.js";
import type { Task } from "../../../tasks/task.js";
import { measureKey } from "../../../train/measures.js";
import { bandOf, endingOf, FLAT } from "../../analysis/curves.js";
import { datasetsOf, distinct, runsOf } from "../../analysis/select.js";
import { wordsOf } from "../../analysis/words.js";
import type { RunResult } from "../../run/records.js";
import { type Chart, charts, heading, lines, note, type ReportPart, tableOf } from "../parts.js";

/** A method of a chart, and how its line looks. */
export interface Shown {
  readonly method: MethodName;
  readonly tone: number;
  readonly dashed?: boolean;
}

/** More methods than this have no room for bands and for the curves of their training part. */
const MOST_PAIRS = 3;

/** Learning curves, and whether they have flattened. */
export function learningSection(
  results: readonly RunResult[],
  methods: readonly Shown[],
  { metrics: [metric] }: Task,
  title = "Learning curves",
): ReportPart[] {
  const { label, part, points } = wordsOf(metric);
  const datasets = datasetsOf(results, "main");
  const of = (dataset: string) =>
    methods
      .map((shown) => ({ ...shown, runs: runsOf(results, { study: "main", dataset, method: shown.method, variant: "" }) }))
      .filter(({ runs }) => runs.length > 0);
  const figures = datasets.flatMap((dataset) => {
    const shown = of(dataset);
    return shown.length > 0 ? [learningCurves(dataset, shown, metric)] : [];
  });
  const rows = datasets.map((dataset) => [dataset, ...methods.map(({ method }) => endingText(of(dataset), method, metric))]);
  const all = datasets.flatMap((dataset) => of(dataset).map(({ runs }) => endingOf(runs, metric)));
  const flat = all.filter((ending) => ending?.flattened).length;
  return [
    heading(title),
    note(
      methods.length > MOST_PAIRS
        ? `${capital(label)} on the test part: the mean over the splits.`
        : `${capital(label)} on the test part (full lines: mean over the splits, shaded from the least to the most) and on the training part (dashed, mean).`,
    ),
    ...charts(figures),
    note(
      `Flattened means that the mean test ${label} of the last fifth of the epochs is within ${part(FLAT)} of that of the fifth before; ${flat} of ${all.length} curves have. Where one has not, more epochs might change its place. In brackets: how far test and training ${label} still moved${metric.fraction ? `, in ${points}` : ""}.`,
    ),
    ...tableOf(["dataset", ...methods.map(({ method }) => method)], rows),
  ];
}

function learningCurves(dataset: string, shown: readonly (Shown & { runs: RunResult[] })[], metric: Told): Chart {
  const { label, mark } = wordsOf(metric);
  const epochs = shown[0].runs[0].curves.nnz.length;
  return lines({
    title: `${dataset}: learning curves`,
    x: Array.from({ length: epochs }, (_, i) => i + 1),
    xLabel: "epoch",
    yLabel: label,
    format: mark,
    noDots: true,
    series: shown.flatMap(({ method, tone, dashed, runs }): Series[] => {
      const test = bandOf(runs, measureKey("test", metric.name));
      if (shown.length > MOST_PAIRS) return [{ name: method, tone, dashed, values: test.mean }];
      return [
        { name: `${method}, test`, tone, values: test.mean, band: test },
        { name: `${method}, training`, tone, values: bandOf(runs, measureKey("train", metric.name)).mean, dashed: true },
      ];
    }),
  });
}

function endingText(shown: readonly { method: MethodName; runs: RunResult[] }[], method: MethodName, metric: Told): string {
  const { difference } = wordsOf(metric);
  const found = shown.find((entry) => entry.method === method);
  const ending = found ? endingOf(found.runs, metric) : null;
  if (!ending) return "-";
  return `${ending.flattened ? "flattened" : "not flattened"} (${difference(ending.test)}, ${difference(ending.train)})`;
}

/** Connections and hidden neurons over the epochs, on the datasets of `removeAfter` (the first three where it has none). */
export function growthFigures(results: readonly RunResult[], methods: readonly Shown[]): ReportPart[] {
  const marked = distinct(results.filter(({ removedAfter }) => removedAfter !== null).map(({ run }) => run.dataset));
  const datasets = marked.length > 0 ? marked : datasetsOf(results, "main").slice(0, 3);
  const figures = datasets.flatMap((dataset) => [
    growthOf(results, methods, dataset, "nnz", "connections"),
    growthOf(results, methods, dataset, "hidden", "hidden neurons"),
  ]);
  const found = figures.flat();
  if (found.length === 0) return [];
  return [
    heading("Connections and neurons over the epochs"),
    note("Mean over the splits. Biases, one a neuron, come on top of the connections."),
    ...charts(found),
  ];
}

function growthOf(
  results: readonly RunResult[],
  methods: readonly Shown[],
  dataset: string,
  curve: "nnz" | "hidden",
  what: string,
): Chart[] {
  const series = methods.flatMap(({ method, ...look }): Series[] => {
    const runs = runsOf(results, { study: "main", dataset, method, variant: "" });
    return runs.length > 0 ? [{ name: method, ...look, values: bandOf(runs, curve).mean }] : [];
  });
  if (series.length === 0) return [];
  const x = series[0].values.map((_, i) => i + 1);
  return [
    lines({
      title: `${dataset}: ${what}`,
      x,
      xLabel: "epoch",
      yLabel: what,
      series,
      format: (v) => grouped(Math.round(v)),
      fromZero: true,
      noDots: true,
    }),
  ];
}
