import { charts, heading, note, type ReportPart, square, tableOf, text } from "../../experiment/report/parts.js";
import { CALIBRATION_BINS, calibrationBins, calibrationError } from "../../metrics/classes/probabilities.js";
import { calibrationChart } from "../../report/class-curves.js";
import { reportClasses } from "../../tasks/class-report.js";
import { percent } from "../../util/percent.js";
import { type FitFindings, heldOutClasses } from "./input.js";

/** Classes up to which a table has all pairs. */
const FEW = 12;
/** Pairs that are told of more classes. */
const PAIRS = 20;

/** Whether probabilities are what they say, and which classes are taken for which: of samples held out. */
export function classesSection({ estimate, data, plan }: FitFindings): ReportPart[] {
  if (!estimate) return [];
  const { truth, taken, probabilities } = heldOutClasses(estimate, data);
  const count = data.classes.length;
  const rounds = plan.outer?.repeats ?? 1;
  const error = calibrationError(probabilities, truth, count);
  return [
    heading("Calibration"),
    text(
      `If a model is calibrated, it is right in 8 of 10 cases where it says 80 %. The mean distance from that is ${(100 * error).toFixed(1)} points (expected calibration error, ${CALIBRATION_BINS} ranges).`,
    ),
    ...charts([square(calibrationChart(probabilities, truth, count))]),
    ...tableOf(
      ["probability", "samples", "mean probability", "right"],
      calibrationBins(probabilities, truth, count)
        .filter(({ samples }) => samples > 0)
        .map(({ from, to, samples, confidence, right }) => [
          `${percent(from, 0)} to ${percent(to, 0)}`,
          ...[String(samples), percent(confidence), percent(right)],
        ]),
    ),
    heading("Classes"),
    ...(rounds > 1 ? [note(`Each sample counts ${rounds} times, once a round of outer folds; so it does above.`)] : []),
    ...confusion(truth, taken, data.classes),
  ];
}

function confusion(truth: Uint32Array, taken: Uint32Array, classes: readonly string[]): ReportPart[] {
  const { recall, support, confusion: matrix, confusionPairs } = reportClasses(truth, taken, classes.length);
  if (classes.length <= FEW)
    return [
      note("A row has the samples held out of a class, a column those that were taken for one."),
      ...tableOf(
        ["class", ...classes.map((name) => `taken for ${name}`), "found"],
        classes.map((name, t) => [name, ...matrix[t].map(String), percent(recall[t])]),
      ),
    ];
  const wrong = confusionPairs.filter(([t, p]) => t !== p).sort((a, b) => b[2] - a[2]);
  const of = wrong.length > PAIRS ? `The ${PAIRS} commonest of ${wrong.length} confusions` : "All confusions";
  return [
    note(`${of}, of samples held out.`),
    ...tableOf(
      ["class", "taken for", "samples", "of"],
      wrong.slice(0, PAIRS).map(([t, p, samples]) => [classes[t], classes[p], String(samples), String(support[t])]),
    ),
  ];
}
