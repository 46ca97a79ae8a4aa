import type { SuiteConfig } from "../../../experiment/config.js";
import type { FailedRun, RunResult } from "../../../experiment/records.js";

/** What a report is made from. */
export interface ReportInput {
  readonly results: readonly RunResult[];
  readonly failed: readonly FailedRun[];
  readonly config: SuiteConfig;
  /** Runs the whole suite again. */
  readonly command: string;
  /** From the separate sequential pass, where there was one. */
  readonly times: readonly TimedMethod[];
}

/** Time of a method's training steps on a dataset, measured with nothing beside it and the methods by turns. */
export interface TimedMethod {
  readonly dataset: string;
  readonly method: string;
  /** Median wall time of an epoch before any neuron left, and at the end. */
  readonly secondsPerEpoch: { readonly first: number; readonly last: number };
  readonly repeats: number;
}

/** Names of the datasets whose split is fixed by publication. */
export function fixedDatasets({ datasets }: SuiteConfig): ReadonlySet<string> {
  return new Set(datasets.filter(({ fixed }) => fixed !== null).map(({ name }) => name));
}
