import type { MethodName } from "../../methods/index.js";
import type { RunResult } from "../run/records.js";
import { meanOf } from "../statistics/interval.js";
import type { Measure } from "./estimate.js";
import { datasetsOf, distinct, pairedRuns, runsOf } from "./select.js";

/** Two methods on one dataset. */
export interface DatasetDifference {
  readonly dataset: string;
  /** Mean over the splits that both have of what the first has more. */
  readonly difference: number;
  /** Splits that both have. */
  readonly splits: number;
  /** Splits that one of them lacks. */
  readonly missing: number;
  /** The runs of either method, one by one those of the same split. */
  readonly runs: readonly [readonly RunResult[], readonly RunResult[]];
}

/** The two methods on every dataset of a study that has at least one split of both, over the splits where both have the measure. */
export function pairedDifferences(
  results: readonly RunResult[],
  [a, b]: readonly [MethodName, MethodName],
  { study, measure }: { study: string; measure: Measure },
): DatasetDifference[] {
  return datasetsOf(results, study).flatMap((dataset) => {
    const [first, second] = [a, b].map((method) =>
      runsOf(results, { study, dataset, method, variant: "" }).filter((run) => measure(run) !== null),
    );
    const [own, others] = pairedRuns(first, second);
    if (own.length === 0) return [];
    const difference = meanOf(own.map((run, k) => (measure(run) as number) - (measure(others[k]) as number)));
    const all = distinct([...first, ...second].map(({ run }) => run.split)).length;
    return [{ dataset, difference, splits: own.length, missing: all - own.length, runs: [own, others] }];
  });
}
