import { lossOf } from "../../../losses/index.js";
import { METHOD_NAMES, type MethodName } from "../../../methods/index.js";
import { rangeOf, type Told } from "../../../metrics/metric.js";
import { compact, grouped } from "../../../report/format.js";
import { needsLabels } from "../../../tasks/reading.js";
import type { Task } from "../../../tasks/task.js";
import { measureKey } from "../../../train/measures.js";
import { deviation, type Measure, measureBy, metricEstimate } from "../../analysis/estimate.js";
import { datasetsOf, runsOf } from "../../analysis/select.js";
import { hiddenLeft } from "../../analysis/sweeps.js";
import { wordsOf } from "../../analysis/words.js";
import { STUDIES } from "../../plan/studies.js";
import type { RunResult } from "../../run/records.js";
import { meanOf } from "../../statistics/interval.js";
import { boxes, type Cell, charts, heading, note, type ReportPart, tableOf, text } from "../parts.js";

/** The methods that a study has results of, in their usual order. */
export function methodsOf(results: readonly RunResult[], study: string): MethodName[] {
  return METHOD_NAMES.filter((method) => results.some(({ run }) => run.study === study && run.method === method));
}

/** Score, parameters and neurons of every method on every dataset, then what is looked at beside. */
export function tablesSection(results: readonly RunResult[], fixed: ReadonlySet<string>, task: Task): ReportPart[] {
  const [metric] = task.metrics;
  const { label, unit, value } = wordsOf(metric);
  const bounded = rangeOf(metric).every((end) => Math.abs(end) === Infinity) ? "" : ", cut off at what the measure may be";
  const floors = task.floor ? `${task.floor.name}, ${task.floor.about}, and linear are floors` : "linear is a floor";
  return [
    heading(STUDIES.main.title(label)),
    text(
      `Test ${label}${metric.fraction ? " in per cent" : ""} at the last epoch, mean over the splits with a 95 % interval below it; then the parameters (weights and biases) and the hidden neurons that are left, in all layers together. Random splits: Nadeau and Bengio's corrected variance with J - 1 degrees of freedom${bounded}. Fixed splits (marked): percentiles of a bootstrap over seeds${task.right ? " and test samples" : ""}. ${floors}. The intervals are of one dataset each, have no width where all splits scored alike, and decide nothing.`,
    ),
    ...mainTable(results, "main", fixed, task),
    ...floorNote(results, metric),
    ...charts([
      boxes({
        title: `Test ${label} of every split, by dataset`,
        xLabel: `test ${label}${unit}`,
        values: methodsOf(results, "main").flatMap((method) =>
          runsOf(results, { study: "main", method, variant: "" }).map((result) => ({
            panel: result.run.dataset,
            group: method,
            value: measureBy(metric)(result),
          })),
        ),
        format: (score) => value(score, 0),
      }),
    ]),
    ...wideTable(results, fixed, task),
    ...besideTables(results, task),
  ];
}

/** How often the floor without a hidden layer is not exceeded. */
function floorNote(results: readonly RunResult[], metric: Told): ReportPart[] {
  const better = metric.better === "larger";
  const mean = (dataset: string, method: MethodName) => {
    const runs = runsOf(results, { study: "main", dataset, method, variant: "" });
    return runs.length > 0 ? meanOf(runs.map(measureBy(metric))) : null;
  };
  const said = methodsOf(results, "main")
    .filter((method) => method !== "linear")
    .flatMap((method) => {
      const pairs = datasetsOf(results, "main").map((dataset) => [mean(dataset, "linear"), mean(dataset, method)] as const);
      const both = pairs.flatMap(([floor, own]) => (floor === null || own === null ? [] : [better ? floor - own : own - floor]));
      return both.length > 0 ? [`${method} on ${both.filter((more) => more > -1e-12).length} of ${both.length}`] : [];
    });
  return said.length > 0
    ? [
        text(
          `linear, which has no hidden layer, scores as ${better ? "high as these methods or higher" : "low as these methods or lower"}, by datasets: ${said.join(", ")}.`,
        ),
      ]
    : [];
}

function wideTable(results: readonly RunResult[], fixed: ReadonlySet<string>, task: Task): ReportPart[] {
  const table = mainTable(results, "wide", fixed, task);
  return table.length > 0 ? [heading(STUDIES.wide.title(task.metrics[0].name), 3), ...table] : [];
}

function mainTable(results: readonly RunResult[], study: string, fixed: ReadonlySet<string>, task: Task): ReportPart[] {
  const {
    metrics: [metric],
    floor,
    called = "outputs",
  } = task;
  const apart = needsLabels(task); // an autoencoder's outputs are its features
  const { value } = wordsOf(metric);
  const methods = methodsOf(results, study);
  const rows = datasetsOf(results, study).map((dataset): Cell[] => {
    const all = runsOf(results, { study, dataset });
    const { samples, features, classes } = all[0].data;
    const name: Cell = fixed.has(dataset) ? { text: dataset, notes: ["fixed split"] } : dataset;
    const cells = methods.map((method) =>
      methodCell(runsOf(results, { study, dataset, method, variant: "" }), fixed.has(dataset), metric),
    );
    const least = floor ? [value(meanOf(all.map((run) => Number(run.floor))))] : [];
    return [name, grouped(samples), grouped(features), ...(apart ? [String(classes.length)] : []), ...least, ...cells];
  });
  return tableOf(
    ["dataset", "samples", "features", ...(apart ? [called] : []), ...(floor ? [floor.name] : []), ...methods],
    rows,
  );
}

function methodCell(runs: readonly RunResult[], fixedSplit: boolean, metric: Told): Cell {
  if (runs.length === 0) return { text: "missing", notes: [] };
  const { value } = wordsOf(metric);
  const { mean, interval } = metricEstimate(runs, fixedSplit, metric);
  const parameters = compact(meanOf(runs.map((run) => run.parameters.final)));
  const hidden = Math.round(meanOf(runs.map(hiddenLeft)));
  return {
    text: value(mean),
    notes: [
      interval ? `${value(interval.low)} to ${value(interval.high)}` : "one run",
      hidden > 0 ? `${parameters}, ${grouped(hidden)}` : parameters,
    ],
  };
}

function besideTables(
  results: readonly RunResult[],
  { metrics: [metric, ...others], measured = [], losses }: Task,
): ReportPart[] {
  const [words, loss] = [wordsOf(metric), lossOf(losses[0])];
  const gap = ({ final }: RunResult) => final[measureKey("train", metric.name)] - final[measureKey("test", metric.name)];
  const inPoints = metric.fraction ? `, ${words.points}` : "";
  return [
    heading(`Beside the ${words.label}`, 3),
    note("Mean over the splits, +- the standard deviation of single splits. They decide nothing."),
    ...[...others, ...measured].flatMap((other) => {
      const { label, unit, value } = wordsOf(other);
      return measureTable(results, `${label}${unit}`, measureBy(other), value);
    }),
    ...measureTable(
      results,
      `test ${loss.label ?? loss.name}`,
      ({ final }) => final.testLoss,
      (value) => value.toFixed(3),
    ),
    ...measureTable(results, `training minus test ${words.label}${inPoints}`, gap, words.difference),
    note(
      `The gap between training and test ${words.label} tells of overfitting, and of nothing else: a network that fits nothing has none.`,
    ),
  ];
}

/** A table of datasets and methods of the study main: mean +- standard deviation of a measure. */
export function measureTable(
  results: readonly RunResult[],
  title: string,
  measure: Measure,
  format: (value: number) => string,
): ReportPart[] {
  const methods = methodsOf(results, "main");
  const rows = datasetsOf(results, "main").map((dataset) => [
    dataset,
    ...methods.map((method) => {
      const runs = runsOf(results, { study: "main", dataset, method, variant: "" });
      const values = runs.map(measure).filter((value) => value !== null);
      if (values.length === 0) return "-";
      const spread = deviation(values);
      return `${format(meanOf(values))}${spread === null ? "" : ` +- ${format(spread).replace(/^\+/, "")}`}`;
    }),
  ]);
  return tableOf([title, ...methods], rows);
}
