import { csv, type Row } from "../../../src/experiment/report/tables-csv.js";
import type { DatasetEstimate } from "./dataset-estimates.js";
import type { Decision } from "./hypotheses.js";

/** A line a hypothesis. */
export function hypothesesCsv(decisions: readonly Decision[]): string {
  const head = ["id", "better", "than", "margin", "outcome", "datasets", "estimate", "low", "high", "w", "n", "p", "p_holm"];
  const rows = decisions.map(
    ({ hypothesis: { id, better, than, margin }, outcome, sources, effect, test }): Row => [
      ...[id, better, than, margin, outcome, sources.length, effect?.estimate ?? null],
      ...[effect?.interval?.low ?? null, effect?.interval?.high ?? null, test?.statistic ?? null, test?.n ?? null],
      ...[test?.p ?? null, test?.adjusted ?? null],
    ],
  );
  return csv([head, ...rows]);
}

/** A line a hypothesis and dataset: the paired difference. */
export function differencesCsv(differences: readonly DatasetEstimate[]): string {
  const head = ["id", "dataset", "difference", "low", "high", "splits", "missing"];
  const rows = differences.map(
    ({ hypothesis, dataset, difference, estimate, splits, missing }): Row => [
      ...[hypothesis.id, dataset, difference, estimate.interval?.low ?? null, estimate.interval?.high ?? null, splits, missing],
    ],
  );
  return csv([head, ...rows]);
}
