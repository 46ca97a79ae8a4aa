import { classCurves } from "../../src/report/class-curves.js";
import type { TestReport } from "../worker/model.js";
import { h } from "./dom.js";
import { drawn } from "./drawn.js";

/** The ROC, precision-recall and calibration curves of a test. */
export function createCurves({ answers, classes }: TestReport): HTMLElement {
  if (!answers)
    return h("p", {}, "Of so many samples and classes no curves are drawn here; the report of the command line has them.");
  const curves = classCurves(answers.probabilities, answers.truth, classes);
  if (curves.length === 0) return h("p", {}, "All samples are of one class, so there are no curves.");
  return drawn(curves.map((one) => () => one));
}
