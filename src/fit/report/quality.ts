import { charts, heading, intervals, note, type ReportPart, tableOf, text, warning } from "../../experiment/report/parts.js";
import { labelOf, type Told } from "../../metrics/metric.js";
import { capital, measured } from "../../report/format.js";
import { percent } from "../../util/percent.js";
import type { FitEstimate, FitMeasures, FitSets } from "../result.js";
import { type FitFindings, measuresOf } from "./input.js";

/** `fit` and the baselines by name, in the order they are told. */
export const modelsOf = ({ measures, baselines }: FitEstimate): readonly (readonly [string, FitMeasures])[] => [
  ["fit", measures],
  ...Object.entries(baselines),
];

/** The answer beside the baselines, on samples that neither has seen. */
export function qualitySection(findings: FitFindings): ReportPart[] {
  const { estimate, plan, data } = findings;
  const all = measuresOf(findings);
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
      ["model", ...all.map(labelOf)],
      models.map(([name, measures]) => [name, ...all.map((measure) => cellOf(measure, measures[measure.name]))]),
    ),
    note(`${directions(all)}. ${data.classes.length > 0 ? CLASS_WORDS : ""}Intervals of few folds are wide.`),
    ...(estimate.sets ? [text(setsText(estimate.sets))] : []),
    ...charts(
      all
        .slice(0, 2)
        .map((told) =>
          intervals({
            title: `${capital(labelOf(told))} of samples held out, with 95 % intervals`,
            xLabel: labelOf(told),
            rows: models.flatMap(([name, { [told.name]: measure }], i) =>
              measure ? [{ name, value: measure.mean, interval: measure, tone: i === 0 ? 2 : 1 }] : [],
            ),
            format: (value) => measured(told, value, 0),
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
function setsText({ level, coverage, size }: FitSets): string {
  return `Sets of classes that are to hold the true one for ${percent(level, 0)} of samples held it for ${percent(coverage)} of the samples held out. On average they have ${size.toFixed(1)} classes. coppice predict --sets ${level} writes them.`;
}

function cellOf(told: Told, measure: FitMeasures[string]) {
  if (!measure) return "-";
  const { mean, low, high } = measure;
  return { text: measured(told, mean), notes: [`${measured(told, low)} to ${measured(told, high)}`] };
}

const CLASS_WORDS = "Accuracy is the fraction of samples taken for their class. Of balanced accuracy each class counts alike. ";

/** Which values are better ones: "More accuracy, AUC and less cross-entropy are better". */
function directions(all: readonly Told[]): string {
  const part = (words: string, of: Told["better"]) => {
    const labels = all.filter(({ better }) => better === of).map(labelOf);
    return labels.length > 0 ? [`${words} of ${labels.join(", ")}`] : [];
  };
  return `${capital([...part("larger values", "larger"), ...part("smaller values", "smaller")].join(", and "))} are better`;
}
