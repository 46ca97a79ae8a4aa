import { METHOD_NAMES, type MethodName } from "../../../methods/index.js";
import { compact, grouped } from "../../../report/format.js";
import { accuracyEstimate, deviation, type Measure } from "../../analysis/estimate.js";
import { datasetsOf, runsOf } from "../../analysis/select.js";
import { hiddenLeft } from "../../analysis/sweeps.js";
import { hundredths, points } from "../../analysis/words.js";
import { STUDIES } from "../../plan/studies.js";
import type { RunResult } from "../../run/records.js";
import { meanOf } from "../../statistics/interval.js";
import { type Block, boxes, type Cell, charts, heading, note, tableOf, text } from "../blocks.js";

/** The methods that a study has results of, in their usual order. */
export function methodsOf(results: readonly RunResult[], study: string): MethodName[] {
  return METHOD_NAMES.filter((method) => results.some(({ run }) => run.study === study && run.method === method));
}

/** Accuracy, parameters and neurons of every method on every dataset, then what is looked at beside. */
export function tablesSection(results: readonly RunResult[], fixed: ReadonlySet<string>): Block[] {
  return [
    heading(STUDIES.main.title),
    text(
      "Test accuracy in per cent at the last epoch, mean over the splits with a 95 % interval below it; then the parameters (weights and biases) and the hidden neurons that are left, in all layers together. Random splits: Nadeau and Bengio's corrected variance with J - 1 degrees of freedom. Fixed splits (marked): percentiles of a bootstrap over seeds and test samples. majority, the most frequent class of the training part, and linear are floors. The intervals are of one dataset each, may reach beyond 0 and 100, have no width where all splits scored alike, and decide nothing.",
    ),
    ...mainTable(results, "main", fixed),
    ...floorNote(results),
    ...charts([
      boxes({
        title: "Test accuracy of every split, by dataset",
        xLabel: "test accuracy, %",
        values: methodsOf(results, "main").flatMap((method) =>
          runsOf(results, { study: "main", method, variant: "" }).map(({ run, final }) => ({
            panel: run.dataset,
            group: method,
            value: final.accuracy,
          })),
        ),
        format: (value) => (100 * value).toFixed(0),
      }),
    ]),
    ...wideTable(results, fixed),
    ...besideTables(results),
  ];
}

/** How often the floor without a hidden layer is not exceeded. */
function floorNote(results: readonly RunResult[]): Block[] {
  const mean = (dataset: string, method: MethodName) => {
    const runs = runsOf(results, { study: "main", dataset, method, variant: "" });
    return runs.length > 0 ? meanOf(runs.map(({ final }) => final.accuracy)) : null;
  };
  const said = methodsOf(results, "main")
    .filter((method) => method !== "linear")
    .flatMap((method) => {
      const pairs = datasetsOf(results, "main").map((dataset) => [mean(dataset, "linear"), mean(dataset, method)] as const);
      const both = pairs.flatMap(([floor, own]) => (floor === null || own === null ? [] : [floor - own]));
      return both.length > 0 ? [`${method} on ${both.filter((more) => more > -1e-12).length} of ${both.length}`] : [];
    });
  return said.length > 0
    ? [text(`linear, which has no hidden layer, scores as high as these methods or higher, by datasets: ${said.join(", ")}.`)]
    : [];
}

function wideTable(results: readonly RunResult[], fixed: ReadonlySet<string>): Block[] {
  const table = mainTable(results, "wide", fixed);
  return table.length > 0 ? [heading(STUDIES.wide.title, 3), ...table] : [];
}

function mainTable(results: readonly RunResult[], study: string, fixed: ReadonlySet<string>): Block[] {
  const methods = methodsOf(results, study);
  const rows = datasetsOf(results, study).map((dataset): Cell[] => {
    const all = runsOf(results, { study, dataset });
    const { samples, features, classes } = all[0].data;
    const name: Cell = fixed.has(dataset) ? { text: dataset, notes: ["fixed split"] } : dataset;
    const cells = methods.map((method) =>
      methodCell(runsOf(results, { study, dataset, method, variant: "" }), fixed.has(dataset)),
    );
    const majority = hundredths(meanOf(all.map((run) => run.majority)));
    return [name, grouped(samples), grouped(features), String(classes.length), majority, ...cells];
  });
  return tableOf(["dataset", "samples", "features", "classes", "majority", ...methods], rows);
}

function methodCell(runs: readonly RunResult[], fixedSplit: boolean): Cell {
  if (runs.length === 0) return { text: "missing", notes: [] };
  const { mean, interval } = accuracyEstimate(runs, fixedSplit);
  const parameters = compact(meanOf(runs.map((run) => run.parameters.final)));
  const hidden = Math.round(meanOf(runs.map(hiddenLeft)));
  return {
    text: hundredths(mean),
    notes: [
      interval ? `${hundredths(interval.low)} to ${hundredths(interval.high)}` : "one run",
      hidden > 0 ? `${parameters}, ${grouped(hidden)}` : parameters,
    ],
  };
}

function besideTables(results: readonly RunResult[]): Block[] {
  return [
    heading("Beside the accuracy", 3),
    note("Mean over the splits, +- the standard deviation of single splits. They decide nothing."),
    ...measureTable(results, "balanced accuracy, %", ({ final }) => final.balancedAccuracy, hundredths),
    ...measureTable(
      results,
      "test cross-entropy",
      ({ final }) => final.crossEntropy,
      (value) => value.toFixed(3),
    ),
    ...measureTable(results, "training minus test accuracy, points", ({ final }) => final.trainAccuracy - final.accuracy, points),
    note(
      "The gap between training and test accuracy tells of overfitting, and of nothing else: a network that fits nothing has none.",
    ),
  ];
}

/** A table of datasets and methods of the study main: mean +- standard deviation of a measure. */
export function measureTable(
  results: readonly RunResult[],
  title: string,
  measure: Measure,
  format: (value: number) => string,
): Block[] {
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
