import { testCharts } from "../../src/report/test-charts.js";
import type { ModelInfo } from "../worker/model.js";
import type { TestReport } from "../worker/model-test.js";
import { h } from "./dom.js";
import { drawn } from "./drawn.js";
import { originOf } from "./model-origin.js";

/** The charts of a test: of classes ROC, precision-recall and calibration curves, of numbers predictions against what is true, see `testCharts`. */
export function createTestCharts(report: TestReport, model: ModelInfo | undefined): HTMLElement {
  if (!report.answers)
    return h("p", {}, "Of so many samples and outputs no charts are drawn here; the report of the command line has them.");
  const charts = testCharts(report, report.classes);
  const why = report.confusion ? "All samples are of one class, so there are no curves." : "There are no charts of such a test.";
  if (charts.length === 0) return h("p", {}, why);
  return drawn(
    charts.map((one) => () => one),
    { origin: originOf(model) },
  );
}
