import { distinct } from "../../../../src/experiment/analysis/select.js";
import { hundredths } from "../../../../src/experiment/analysis/words.js";
import { charts, heading, lines, note, type ReportPart, tableOf } from "../../../../src/experiment/report/parts.js";
import { meanOf } from "../../../../src/experiment/statistics/interval.js";
import { grouped } from "../../../../src/report/format.js";
import { percent } from "../../../../src/util/percent.js";
import type { Answer, UnitResult } from "../records.js";
import { answersOn } from "../sides.js";

/** Ensembles whose members are known one by one, with the tones of their lines. */
const ENSEMBLES = [
  { name: "npset", tone: 1 },
  { name: "set", tone: 3 },
  { name: "dense", tone: 2 },
  { name: "dense-small", tone: 4 },
] as const;

type Name = (typeof ENSEMBLES)[number]["name"];

/** How much members differ, and what more of them give. */
export function membersSection(results: readonly UnitResult[]): ReportPart[] {
  const whole = splitsWith(
    results,
    ENSEMBLES.map(({ name }) => name),
  );
  return [...diversityParts(results), ...curveParts(whole)];
}

/** The answers on every split that has all of these names. */
function splitsWith(results: readonly UnitResult[], names: readonly Name[]): Readonly<Record<Name, Answer>>[] {
  const keys = distinct(results.map(({ dataset, split }) => `${dataset}/${split}`));
  return keys.flatMap((key) => {
    const [dataset, split] = key.split("/");
    const answers = answersOn(results, dataset, Number(split));
    return names.every((name) => answers[name]) ? [answers as Record<Name, Answer>] : [];
  });
}

function diversityParts(results: readonly UnitResult[]): ReportPart[] {
  const datasets = distinct(results.map(({ dataset }) => dataset));
  const cell = (dataset: string, name: Name) => {
    const own = results.flatMap((result) => (result.dataset === dataset ? (result.answers[name] ?? []) : []));
    if (own.length === 0) return "";
    const mean = (of: (answer: Answer) => number) => meanOf(own.map(of));
    const gain = mean(({ accuracy, alone }) => accuracy - meanOf(alone));
    return `${hundredths(mean(({ disagreement }) => disagreement ?? 0))}, ${hundredths(gain)}`;
  };
  return [
    heading("How members differ"),
    note(
      "The share of test samples, in per cent, that two of ten members take for different classes; then the points that ten have more than one. Means over the splits.",
    ),
    ...tableOf(
      ["dataset", ...ENSEMBLES.map(({ name }) => name)],
      datasets.map((dataset) => [dataset, ...ENSEMBLES.map(({ name }) => cell(dataset, name))]),
    ),
  ];
}

/** Accuracy against the number of members, and against all parameters: the mean over the splits that have all four ensembles. */
function curveParts(splits: readonly Readonly<Record<Name, Answer>>[]): ReportPart[] {
  if (splits.length === 0) return [heading("How many members"), note("Missing: no split has all four ensembles.")];
  const curves = ENSEMBLES.map(({ name, tone }) => {
    const longest = splits[0][name].curve.length;
    const values = Array.from({ length: longest }, (_, m) => meanOf(splits.map((answers) => answers[name].curve[m])));
    const each = meanOf(splits.map((answers) => answers[name].parameters / answers[name].members));
    return { name, tone, values, each };
  });
  const most = curves.reduce((longest, { values }) => Math.max(longest, values.length), 0);
  const x = Array.from({ length: most }, (_, m) => m + 1);
  const sizes = distinct(curves.flatMap(({ each, values }) => values.map((_, m) => Math.round(each * (m + 1))))).sort(
    (a, b) => a - b,
  );
  return [
    heading("How many members"),
    note(
      `Mean test accuracy over ${splits.length} splits, all that have the four ensembles. Accuracy of M members is the mean over groups of M.`,
    ),
    ...charts([
      lines({
        title: "Test accuracy against members",
        x,
        xLabel: "members",
        yLabel: "accuracy",
        format: (value) => percent(value, 1),
        series: curves.map(({ name, tone, values }) => ({ name, tone, values: x.map((_, m) => values[m] ?? null) })),
      }),
      lines({
        title: "Test accuracy against parameters of all members",
        x: sizes,
        xLabel: "parameters",
        yLabel: "accuracy",
        log: { x: true },
        xFormat: (value) => grouped(Math.round(value)),
        format: (value) => percent(value, 1),
        noDots: true,
        series: curves.map(({ name, tone, values, each }) => ({
          name,
          tone,
          values: sizes.map((size) => values[values.findIndex((_, m) => Math.round(each * (m + 1)) === size)] ?? null),
        })),
      }),
    ]),
    ...tableOf(
      ["members", ...ENSEMBLES.map(({ name }) => name)],
      [1, 2, 5, 10, 20].flatMap((m) =>
        m <= most
          ? [[String(m), ...curves.map(({ values }) => (values[m - 1] === undefined ? "" : hundredths(values[m - 1])))]]
          : [],
      ),
    ),
  ];
}
