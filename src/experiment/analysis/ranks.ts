import { METHOD_NAMES, type MethodName } from "../../methods/index.js";
import type { Told } from "../../metrics/metric.js";
import type { RunResult } from "../run/records.js";
import { type Friedman, friedman } from "../statistics/friedman.js";
import { meanOf } from "../statistics/interval.js";
import { measureBy } from "./estimate.js";
import { datasetsOf, distinct, runsOf } from "./select.js";

/** Friedman's test over the datasets on which every method has results. */
export interface Ranking {
  readonly methods: readonly MethodName[];
  /** The datasets, or what those that are not independent share: one row of the test each. */
  readonly sources: readonly string[];
  /** Left out because a method lacks results on them. */
  readonly incomplete: readonly string[];
  readonly test: Friedman;
}

/**
 * Ranks the methods of study main by the mean of the first metric; null with fewer than two methods or two complete sources. Datasets of which `sourceOf`
 * says the same count as one, with the mean of theirs.
 */
export function rankMethods(
  results: readonly RunResult[],
  metric: Told,
  sourceOf = (dataset: string) => dataset,
): Ranking | null {
  const study = "main";
  const methods = METHOD_NAMES.filter((method) => runsOf(results, { study, method, variant: "" }).length > 0);
  const means = datasetsOf(results, study).map((dataset) => ({
    dataset,
    means: methods.map((method) => {
      const runs = runsOf(results, { study, dataset, method, variant: "" });
      return runs.length > 0 ? meanOf(runs.map(measureBy(metric))) : null;
    }),
  }));
  const complete = means.flatMap(({ dataset, means }) => {
    const known = means.filter((mean) => mean !== null);
    return known.length === methods.length ? [{ source: sourceOf(dataset), means: known }] : [];
  });
  const sources = distinct(complete.map(({ source }) => source));
  if (methods.length < 2 || sources.length < 2) return null;
  const rows = sources.map((source) => {
    const members = complete.filter((entry) => entry.source === source);
    return methods.map((_, j) => meanOf(members.map(({ means }) => means[j])));
  });
  const incomplete = means.filter(({ means }) => means.includes(null)).map(({ dataset }) => dataset);
  return {
    methods,
    sources,
    incomplete,
    test: friedman(metric.better === "larger" ? rows : rows.map((row) => row.map((mean) => -mean))),
  };
}
