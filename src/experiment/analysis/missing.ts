import { counted } from "../../util/counted.js";
import type { SuiteConfig } from "../plan/config.js";
import { STUDIES } from "../plan/studies.js";
import { type FailedRun, keyOf, type RunKey, type RunResult } from "../run/records.js";
import { distinct } from "./select.js";

/** What a suite plans against what there is. */
export interface Completeness {
  readonly planned: number;
  readonly done: number;
  readonly failed: number;
  /** Planned, without a result and without a failure. */
  readonly missing: readonly RunKey[];
}

/** Compares a suite's planned runs with what is at hand. A failure that a later result made good counts as done. */
export function completeness(config: SuiteConfig, results: readonly RunResult[], failed: readonly FailedRun[]): Completeness {
  const done = new Set(results.map(({ key }) => key));
  const lost = new Set(failed.map(({ key }) => key).filter((key) => !done.has(key)));
  const planned = plannedKeys(config);
  const missing = planned.filter((run) => !done.has(keyOf(run)) && !lost.has(keyOf(run)));
  return { planned: planned.length, done: planned.filter((run) => done.has(keyOf(run))).length, failed: lost.size, missing };
}

/** Names of all runs of a suite, in the order of its studies, datasets and methods. */
function plannedKeys({ studies, datasets, methods }: SuiteConfig): RunKey[] {
  return studies.flatMap(({ name: study, datasets: names }) =>
    datasets
      .filter(({ name }) => names.includes(name))
      .flatMap(({ name: dataset, splits }) =>
        // Epochs change what some variants do, not what they are called.
        STUDIES[study]
          .variants(methods, 100)
          .flatMap(({ method, name: variant }) =>
            Array.from({ length: splits }, (_, split) => ({ study, dataset, method, variant, split })),
          ),
      ),
  );
}

/** Missing runs in short: a line a study, first the datasets that lack all of its runs, then the others with how many and of which methods. */
export function summarizeRuns(runs: readonly RunKey[], config: SuiteConfig): string[] {
  const planned = plannedKeys(config);
  return distinct(runs.map(({ study }) => study)).map((study) => {
    const ofStudy = runs.filter((run) => run.study === study);
    const of = (all: readonly RunKey[], dataset: string) => all.filter((run) => run.study === study && run.dataset === dataset);
    const datasets = distinct(ofStudy.map(({ dataset }) => dataset));
    const whole = datasets.filter((dataset) => of(runs, dataset).length === of(planned, dataset).length);
    const parts = datasets
      .filter((dataset) => !whole.includes(dataset))
      .map(
        (dataset) =>
          `${dataset} ${of(runs, dataset).length} (${distinct(of(runs, dataset).map(({ method }) => method)).join(", ")})`,
      );
    const all = whole.length > 0 ? [`all of ${whole.join(", ")}`] : [];
    return `${study}: ${counted(ofStudy.length, "run")}; ${[...all, ...parts].join("; ")}`;
  });
}

/** The results in the order of the plan, which is the order of every table; what the plan lacks comes last. */
export function inPlannedOrder(config: SuiteConfig, results: readonly RunResult[]): RunResult[] {
  const places = new Map(plannedKeys(config).map((run, i) => [keyOf(run), i]));
  const placeOf = ({ key }: RunResult) => places.get(key) ?? Infinity;
  return [...results].sort((a, b) => placeOf(a) - placeOf(b) || 0);
}
