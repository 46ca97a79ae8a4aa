import { charts, heading, note, type ReportPart, square, tableOf } from "../../experiment/report/parts.js";
import { judgingOf } from "../../experiment/run/leg.js";
import { METRICS, type MetricName } from "../../metrics/index.js";
import { labelOf } from "../../metrics/metric.js";
import { calibrationChart } from "../../report/class-curves.js";
import { capital, short } from "../../report/format.js";
import { type Tested, testCharts } from "../../report/test-charts.js";
import { taskOf } from "../../tasks/index.js";
import { classesSection } from "./classes.js";
import { type FitFindings, heldOutOf } from "./input.js";

/** What the task measures of all samples held out together. */
interface Measured extends Tested {
  readonly perLabel?: readonly object[];
  readonly notes?: readonly string[];
}

/** How the samples held out were answered: of classes calibration and confusion, of other tasks what an evaluation tells and draws. */
export function heldOutSection(findings: FitFindings): ReportPart[] {
  const { estimate, data, plan } = findings;
  if (!estimate) return [];
  if (data.classes.length > 0) return classesSection(findings);
  const { samples, folds } = heldOutOf(estimate);
  const { pooled } = judgingOf(plan.task);
  const values = Float32Array.from(folds.flatMap(({ answers }) => Array.from(pooled(Float64Array.from(answers.fit)))));
  const { targets: all = new Float64Array(), targetNames = [] } = data;
  const width = targetNames.length;
  const targets = Float64Array.from({ length: samples.length * width }, (_, k) => {
    return all[samples[Math.floor(k / width)] * width + (k % width)];
  });
  const outputs = values.length / samples.length;
  const names = targetNames.slice(0, outputs);
  const collector = taskOf(plan.task).measures?.(names, targets);
  const z = Float32Array.from(values, (_, k) => values[(k % samples.length) * outputs + Math.floor(k / samples.length)]);
  collector?.see({ z, outputs, stride: samples.length, count: samples.length }, 0);
  const measured = (collector?.result() ?? {}) as Measured;
  const { perTarget, perLabel } = measured;
  return [
    heading("Samples held out"),
    note("All samples that outer folds held out, together; each was answered by a model that had not seen it."),
    ...tableOfObjects(perTarget ?? perLabel ?? []),
    ...charts([
      ...testCharts({ ...measured, answers: { values }, targets }, names).map((drawing) => () => drawing),
      ...(perLabel ? [square(calibrationOf(values, targets))] : []),
    ]),
  ];
}

/** A row for each object, a column for each of their fields. */
function tableOfObjects(rows: readonly object[]): ReportPart[] {
  const cell = (value: unknown) => (typeof value === "number" ? short(value) : value === null ? "-" : String(value));
  const [first = {}] = rows;
  return tableOf(
    Object.keys(first).map((key) => (key in METRICS ? labelOf(METRICS[key as MetricName]) : capital(key))),
    rows.map((row) => Object.values(row).map(cell)),
  );
}

/** The calibration of all labels together: of each whether a sample has it. */
function calibrationOf(outputs: Float32Array, targets: Float64Array) {
  const odds = Float64Array.from(outputs, (z) => 1 / (1 + Math.exp(-z)));
  const pairs = Float64Array.from({ length: 2 * odds.length }, (_, k) => (k % 2 ? odds[k >> 1] : 1 - odds[k >> 1]));
  return calibrationChart(pairs, Uint32Array.from(targets), 2);
}
