import { groupBy } from "../../data/group-by.js";
import type { MethodName } from "../../methods/index.js";
import type { Told } from "../../metrics/metric.js";
import type { RunResult } from "../run/records.js";
import { meanOf } from "../statistics/interval.js";
import { differenceEstimate, type Estimate, metricEstimate } from "./estimate.js";
import { datasetsOf, distinct, pairedRuns, parseVariant, runsOf } from "./select.js";

/** A method on a dataset with one setting changed. */
export interface SweepPoint {
  readonly dataset: string;
  readonly method: MethodName;
  readonly variant: string;
  /** The setting's value as a number; null where it is no number. */
  readonly x: number | null;
  readonly estimate: Estimate;
  /** The mean minus that of the method in the study `main`, over the splits that both have; null where there are none. */
  readonly against: Estimate | null;
  /** Means over the runs at the end. */
  readonly parameters: number;
  readonly hidden: number;
}

/** Every point of a study that varies a setting: in the order datasets and methods first come, values increasing. */
export function sweep(results: readonly RunResult[], study: string, fixed: ReadonlySet<string>, metric: Told): SweepPoint[] {
  return datasetsOf(results, study).flatMap((dataset) => {
    const runs = runsOf(results, { study, dataset });
    const groups = [...groupBy(runs, ({ run }) => `${run.method}\n${run.variant}`).values()];
    const points = groups.map((group) => sweepPoint(group, results, fixed.has(dataset), metric));
    const methods = distinct(points.map(({ method }) => method));
    return methods.flatMap((method) => points.filter((point) => point.method === method).sort((a, b) => (a.x ?? 0) - (b.x ?? 0)));
  });
}

function sweepPoint(runs: readonly RunResult[], results: readonly RunResult[], fixedSplit: boolean, metric: Told): SweepPoint {
  const { dataset, method, variant } = runs[0].run;
  const usual = runsOf(results, { study: "main", dataset, method, variant: "" });
  const [own, others] = pairedRuns(runs, usual);
  const value = Number(parseVariant(variant)?.value);
  return {
    dataset,
    method,
    variant,
    x: Number.isFinite(value) ? value : null,
    estimate: metricEstimate(runs, fixedSplit, metric),
    against: own.length > 0 ? differenceEstimate(own, others, fixedSplit, metric) : null,
    parameters: meanOf(runs.map(({ parameters }) => parameters.final)),
    hidden: meanOf(runs.map(hiddenLeft)),
  };
}

/** Neurons of all hidden layers at the end of a run. */
export function hiddenLeft({ neurons }: RunResult): number {
  return neurons.final.slice(1, -1).reduce((sum, size) => sum + size, 0);
}

/** Neurons of all hidden layers at its start. */
export function hiddenAtStart({ neurons }: RunResult): number {
  return neurons.initial.slice(1, -1).reduce((sum, size) => sum + size, 0);
}
