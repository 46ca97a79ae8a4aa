import { charts, heading, intervals, note, type ReportPart, tableOf, text, warning } from "../../experiment/report/parts.js";
import { capital } from "../../report/format.js";
import { percent } from "../../util/percent.js";
import type { FitEstimate, FitMeasure, FitMeasures } from "../result.js";
import type { FitFindings } from "./input.js";

/** What is measured, as people call it, and how it is written. */
export const MEASURES: readonly {
  readonly key: FitMeasure;
  readonly label: string;
  readonly format: (value: number) => string;
}[] = [
  { key: "accuracy", label: "accuracy", format: (value) => percent(value) },
  { key: "balancedAccuracy", label: "balanced accuracy", format: (value) => percent(value) },
  { key: "auc", label: "AUC", format: (value) => value.toFixed(3) },
  { key: "crossEntropy", label: "cross-entropy", format: (value) => value.toFixed(2) },
];

/** `fit` and the baselines by name, in the order they are told. */
export const modelsOf = ({ measures, baselines }: FitEstimate): readonly (readonly [string, FitMeasures])[] => [
  ["fit", measures],
  ...Object.entries(baselines),
];

/** The answer beside the baselines, on samples that neither has seen. */
export function qualitySection({ estimate, plan }: FitFindings): ReportPart[] {
  const title = heading("How good it is");
  if (!estimate)
    return [title, warning("Not estimated. The search's own scores chose the model, so they are too good to be an estimate.")];
  const rounds = plan.outer && plan.outer.repeats > 1 ? `${plan.outer.repeats} rounds of ` : "";
  const folds = `${rounds}${plan.outer?.folds ?? estimate.folds.length} outer folds`;
  const models = modelsOf(estimate);
  return [
    title,
    text(
      `Each model was made anew without the samples of a fold, and tested on them: ${folds}. In each, fit did all that it does on all samples: search, statistics, the last training. So did the baselines. The figures are means over the folds, with 95 % intervals.`,
    ),
    ...tableOf(
      ["model", ...MEASURES.map(({ label }) => label)],
      models.map(([name, measures]) => [name, ...MEASURES.map(({ key, format }) => cellOf(measures[key], format))]),
    ),
    note(
      "Accuracy is the fraction of samples taken for their class. Of balanced accuracy each class counts alike. Less cross-entropy is better. Intervals of few folds are wide.",
    ),
    text(setsText(estimate)),
    ...charts(
      MEASURES.slice(0, 2).map(({ key, label }) =>
        intervals({
          title: `${capital(label)} of samples held out, with 95 % intervals`,
          xLabel: label,
          rows: models.flatMap(([name, { [key]: measure }], i) =>
            measure ? [{ name, value: measure.mean, interval: measure, tone: i === 0 ? 2 : 1 }] : [],
          ),
          format: (value) => percent(value, 0),
          lines: [],
        }),
      ),
    ),
    heading("What the baselines are", 3),
    ...tableOf(
      ["baseline", "in the first fold"],
      Object.entries(estimate.folds[0].baselines).map(([name, words]) => [name, words]),
    ),
  ];
}

/** What `predict --sets` is worth. */
function setsText({ sets: { level, coverage, size } }: FitEstimate): string {
  return `Sets of classes that are to hold the true one for ${percent(level, 0)} of samples held it for ${percent(coverage)} of the samples held out. On average they have ${size.toFixed(1)} classes. coppice predict --sets ${level} writes them.`;
}

function cellOf(measure: FitMeasures[FitMeasure], format: (value: number) => string) {
  if (!measure) return "-";
  return { text: format(measure.mean), notes: [`${format(measure.low)} to ${format(measure.high)}`] };
}
