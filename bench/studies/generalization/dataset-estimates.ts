import { differenceEstimate, type Estimate } from "../../../src/experiment/analysis/estimate.js";
import type { DatasetDifference } from "../../../src/experiment/analysis/pairs.js";
import { accuracy } from "../../../src/metrics/accuracy.js";
import type { Decision, Hypothesis } from "./hypotheses.js";

/** A hypothesis on one dataset, with the interval of the difference. */
export interface DatasetEstimate extends DatasetDifference {
  readonly hypothesis: Hypothesis;
  readonly estimate: Estimate;
}

/** The interval of every paired difference in test accuracy that the decisions rest on, dataset by dataset. */
export function datasetEstimates(decisions: readonly Decision[], fixed: ReadonlySet<string>): DatasetEstimate[] {
  return decisions.flatMap(({ hypothesis, datasets }) =>
    datasets.map((entry) => ({
      ...entry,
      hypothesis,
      estimate: differenceEstimate(...entry.runs, fixed.has(entry.dataset), accuracy),
    })),
  );
}
