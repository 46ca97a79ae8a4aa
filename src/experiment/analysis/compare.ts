import type { MethodName } from "../../methods/index.js";
import type { Told } from "../../metrics/metric.js";
import type { RunResult } from "../run/records.js";
import { type HodgesLehmann, hodgesLehmann } from "../statistics/hodges-lehmann.js";
import { holm } from "../statistics/holm.js";
import { type SignedRank, wilcoxonSignedRank } from "../statistics/wilcoxon.js";
import { differenceEstimate, type Estimate, measureBy } from "./estimate.js";
import { type DatasetDifference, pairedDifferences } from "./pairs.js";
import { distinct } from "./select.js";

/** A difference on one dataset, with its interval. */
export interface EstimatedDifference extends DatasetDifference {
  readonly estimate: Estimate;
}

/** A method against the baseline over the datasets that have results of both. Differences are of the metric that they are compared by, method minus baseline. */
export interface Comparison {
  readonly method: MethodName;
  readonly baseline: MethodName;
  readonly datasets: readonly EstimatedDifference[];
  /** Two-sided signed-rank test over the datasets, and p by Holm over all comparisons; null without a dataset. */
  readonly test: (SignedRank & { readonly adjusted: number }) | null;
  readonly effect: HodgesLehmann | null;
}

/** Every other method of study main against the baseline, in the order they first come; `fixed` names the datasets whose split is published. */
export function compareMethods(
  results: readonly RunResult[],
  baseline: MethodName,
  fixed: ReadonlySet<string>,
  metric: Told,
): Comparison[] {
  const methods = distinct(results.filter(({ run }) => run.study === "main").map(({ run }) => run.method));
  const tested = methods
    .filter((method) => method !== baseline)
    .map((method) => {
      const datasets = pairedDifferences(results, [method, baseline], { study: "main", measure: measureBy(metric) });
      const differences = datasets.map(({ difference }) => difference);
      return {
        method,
        datasets,
        differences,
        test: differences.length > 0 ? wilcoxonSignedRank(differences, "two-sided") : null,
      };
    });
  const adjusted = holm(tested.map(({ test }) => test?.p ?? 1));
  return tested.map(({ method, datasets, differences, test }, i) => ({
    method,
    baseline,
    datasets: datasets.map((entry) => ({
      ...entry,
      estimate: differenceEstimate(...entry.runs, fixed.has(entry.dataset), metric),
    })),
    test: test && { ...test, adjusted: adjusted[i] },
    effect: differences.length > 0 ? hodgesLehmann(differences) : null,
  }));
}
