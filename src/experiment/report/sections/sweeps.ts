import { compact, grouped, percent } from "../../../report/format.js";
import { maximum } from "../../../util/extremes.js";
import { datasetsOf, distinct } from "../../analysis/select.js";
import { type SweepPoint, sweep } from "../../analysis/sweeps.js";
import { points, withInterval } from "../../analysis/words.js";
import type { SuiteConfig } from "../../plan/config.js";
import type { RunResult } from "../../run/records.js";
import { type Block, type Chart, charts, heading, lines, note, tableOf } from "../blocks.js";

interface SweepWords {
  readonly study: string;
  readonly title: string;
  readonly xLabel: string;
  readonly xFormat?: (value: number) => string;
  readonly said: string;
}

/** Accuracy against the budget and against the removed fraction, and the ablations. */
export function sweepsSection(results: readonly RunResult[], fixed: ReadonlySet<string>, { studies }: SuiteConfig): Block[] {
  const asked = (study: string) => studies.some(({ name }) => name === study);
  const sweeps = SWEEPS.filter(({ study }) => asked(study)).flatMap((words) => numericSweep(results, fixed, words));
  return [...sweeps, ...(asked("ablation") ? ablations(results, fixed) : [])];
}

const ABSENT = note("Missing: there are no results of this study.");

const SWEEPS: readonly SweepWords[] = [
  {
    study: "budget",
    title: "Accuracy against the budget",
    xLabel: "epsilon",
    said: "The Erdos-Renyi parameter epsilon sets the connections: about epsilon (inputs + outputs) a layer. Learning rate and decay are those that the main study chose on the same split.",
  },
  {
    study: "removed",
    title: "Accuracy against the removed fraction",
    xLabel: "fraction of hidden neurons removed during training",
    xFormat: (value) => percent(value, 0),
    said: "At 0 nothing is removed: the row of npset at 0 is set, and that of static-np is static, but trained at the learning rate and decay that the main study chose for npset and for static-np on the same split, as all rows here are. So they differ from set and static of the main table, which have rates of their own.",
  },
];

function numericSweep(
  results: readonly RunResult[],
  fixed: ReadonlySet<string>,
  { study, title, xLabel, xFormat = String, said }: SweepWords,
): Block[] {
  const all = sweep(results, study, fixed);
  if (all.length === 0) return [heading(title), ABSENT];
  const figures = datasetsOf(results, study).map((dataset): Chart => {
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
    heading(title),
    note(said),
    ...charts(figures),
    ...tableOf(["dataset", "method", xLabel, "test accuracy (95 % interval)", "parameters", "hidden neurons", "runs"], rows),
  ];
}

function ablations(results: readonly RunResult[], fixed: ReadonlySet<string>): Block[] {
  const all = sweep(results, "ablation", fixed);
  const title = heading("Ablations");
  if (all.length === 0) return [title, ABSENT];
  const datasets = datasetsOf(results, "ablation");
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
  return [
    title,
    note(
      "npset with one choice changed (score: strength by default; budget: constant; schedule: cubic; regrow: connections start at 0; period: every epoch). Test accuracy, and the paired difference to npset as it is, each with its 95 % interval. Many intervals are looked at here: one of twenty misses by chance. A number of splits stands where runs failed or are missing: the figures are of the others.",
    ),
    ...tableOf(["npset with", ...datasets.flatMap((dataset) => [dataset, "points against npset"])], rows),
  ];
}
