import { bandOf, endingOf, FLAT } from "../../../../experiment/analysis/curves.js";
import { type MeanRemovalCurve, removalCurves, SPARED } from "../../../../experiment/analysis/removed-after.js";
import { datasetsOf, distinct, runsOf } from "../../../../experiment/analysis/select.js";
import { points } from "../../../../experiment/analysis/words.js";
import type { SuiteConfig } from "../../../../experiment/config.js";
import type { RunResult } from "../../../../experiment/records.js";
import type { Method } from "../../../../train/methods.js";
import { grouped, percent } from "../../../format.js";
import type { Series } from "../../../report/charts.js";
import { type Block, type Chart, charts, heading, lines, note, tableOf } from "../blocks.js";

const whole = (fraction: number) => percent(fraction, 0);

/** Figure 1: accuracy against the fraction of first-layer neurons removed after training. */
export function figure1(results: readonly RunResult[], { removeAfter }: SuiteConfig): Block[] {
  const curves = removalCurves(results);
  const title = heading("Figure 1: neurons removed after training");
  if (curves.length === 0)
    return [
      title,
      note(
        removeAfter.length > 0
          ? "Missing: no result here holds accuracies with neurons removed after training."
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
    ...[name, String(group[0].runs), percent(group[0].accuracy[0])],
    ...scores.map((score) => spared(group.find((curve) => curve.score === score && curve.order === "ascending"))),
    spared(group.find(({ order }) => order === "random")),
  ]);
  const columns = [...scores.map((score) => `least ${score} first`), "at random"];
  return [
    title,
    note(
      "Test accuracy, mean over the splits, when neurons of the first hidden layer are taken out of the trained network without training it again: full lines take those with the least score first, dashed ones those with the largest, and at random is the mean of several orders.",
    ),
    ...charts(named.map(({ name, group }) => removalChart(name, group))),
    note(`The largest fraction up to which accuracy never falls by more than ${100 * SPARED} points:`),
    ...tableOf(["dataset, method", "runs", "accuracy, all neurons", ...columns], rows),
  ];
}

function removalChart(name: string, group: readonly MeanRemovalCurve[]): Chart {
  const scores = distinct(group.map(({ score }) => score));
  const series = group.flatMap(({ score, order, accuracy }): Series[] => {
    if (order === "random") return [];
    const [dashed, words] = order === "descending" ? [true, "largest first"] : [false, "least first"];
    return [{ name: `${score}, ${words}`, tone: (scores.indexOf(score) % 5) + 1, dashed, values: accuracy }];
  });
  const random = group.filter(({ order }) => order === "random").slice(0, 1); // the same for every score
  return lines({
    title: `${name}: neurons removed after training`,
    x: group[0].fractions,
    xLabel: "fraction of the first hidden layer removed",
    xFormat: whole,
    format: whole,
    noDots: true,
    series: [...series, ...random.map(({ accuracy }): Series => ({ name: "at random", tone: 6, values: accuracy }))],
  });
}

/** The methods of Figure 2. */
const SHOWN: readonly { method: Method; tone: number }[] = [
  { method: "npset", tone: 1 },
  { method: "set", tone: 3 },
  { method: "dense", tone: 2 },
];

/** Figure 2: learning curves, and whether they have flattened. */
export function figure2(results: readonly RunResult[]): Block[] {
  const datasets = datasetsOf(results, "main");
  const of = (dataset: string) =>
    SHOWN.map((shown) => ({
      ...shown,
      runs: runsOf(results, { study: "main", dataset, method: shown.method, variant: "" }),
    })).filter(({ runs }) => runs.length > 0);
  const figures = datasets.flatMap((dataset) => {
    const shown = of(dataset);
    return shown.length > 0 ? [learningCurves(dataset, shown)] : [];
  });
  const rows = datasets.map((dataset) => [dataset, ...SHOWN.map(({ method }) => endingText(of(dataset), method))]);
  const all = datasets.flatMap((dataset) => of(dataset).map(({ runs }) => endingOf(runs)));
  const flat = all.filter((ending) => ending?.flattened).length;
  return [
    heading("Figure 2: learning curves"),
    note(
      "Accuracy on the test part (full lines: mean over the splits, shaded from the least to the most) and on the training part (dashed, mean).",
    ),
    ...charts(figures),
    note(
      `Flattened means that the mean test accuracy of the last fifth of the epochs is within ${100 * FLAT} points of that of the fifth before; ${flat} of ${all.length} curves have. Where one has not, more epochs might change its place. In brackets: how far test and training accuracy still moved, in points.`,
    ),
    ...tableOf(["dataset", ...SHOWN.map(({ method }) => method)], rows),
  ];
}

function learningCurves(dataset: string, shown: readonly { method: Method; tone: number; runs: RunResult[] }[]): Chart {
  const epochs = shown[0].runs[0].curves.testAccuracy.length;
  return lines({
    title: `${dataset}: learning curves`,
    x: Array.from({ length: epochs }, (_, i) => i + 1),
    xLabel: "epoch",
    format: whole,
    noDots: true,
    series: shown.flatMap(({ method, tone, runs }): Series[] => {
      const test = bandOf(runs, "testAccuracy");
      return [
        { name: `${method}, test`, tone, values: test.mean, band: test },
        { name: `${method}, training`, tone, values: bandOf(runs, "trainAccuracy").mean, dashed: true },
      ];
    }),
  });
}

function endingText(shown: readonly { method: Method; runs: RunResult[] }[], method: Method): string {
  const found = shown.find((entry) => entry.method === method);
  const ending = found ? endingOf(found.runs) : null;
  if (!ending) return "-";
  return `${ending.flattened ? "flattened" : "not flattened"} (${points(ending.test)}, ${points(ending.train)})`;
}

/** Connections and hidden neurons over the epochs, on the datasets of Figure 1 (the first three where it has none). */
export function growthFigures(results: readonly RunResult[]): Block[] {
  const marked = distinct(results.filter(({ removedAfter }) => removedAfter !== null).map(({ run }) => run.dataset));
  const datasets = marked.length > 0 ? marked : datasetsOf(results, "main").slice(0, 3);
  const figures = datasets.flatMap((dataset) => [
    growthOf(results, dataset, "nnz", "connections"),
    growthOf(results, dataset, "hidden", "hidden neurons"),
  ]);
  const found = figures.flat();
  if (found.length === 0) return [];
  return [
    heading("Connections and neurons over the epochs"),
    note("Mean over the splits. Biases, one a neuron, come on top of the connections."),
    ...charts(found),
  ];
}

const GROWING: readonly { method: Method; tone: number; dashed?: boolean }[] = [
  { method: "npset", tone: 1 },
  { method: "static-np", tone: 4 },
  { method: "set", tone: 3, dashed: true },
  { method: "set-half", tone: 5, dashed: true },
  { method: "dense-small", tone: 2, dashed: true },
];

function growthOf(results: readonly RunResult[], dataset: string, curve: "nnz" | "hidden", what: string): Chart[] {
  const series = GROWING.flatMap(({ method, ...look }): Series[] => {
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
      series,
      format: (v) => grouped(Math.round(v)),
      fromZero: true,
      noDots: true,
    }),
  ];
}
