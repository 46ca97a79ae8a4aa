import type { SuiteConfig } from "../plan/config.js";
import type { SplitRecord } from "../plan/splits.js";
import type { FailedRun, RunResult } from "../run/records.js";
import type { TimeRecord } from "../times/time-records.js";

/** What a report is made from. */
export interface ReportInput {
  readonly results: readonly RunResult[];
  readonly failed: readonly FailedRun[];
  readonly config: SuiteConfig;
  readonly splits: readonly SplitRecord[];
  /** Runs the whole suite again. */
  readonly command: string;
  /** From the separate sequential pass, where there was one. */
  readonly times: readonly TimeRecord[];
}

/** What was guessed of the files, dataset by dataset. */
export const readingNotes = (splits: readonly SplitRecord[]): string[] =>
  splits.flatMap(({ dataset, notes }) => (notes ?? []).map((note) => `${dataset}: ${note}`));

/** Names of the datasets whose split is fixed by publication. */
export function fixedDatasets({ datasets }: SuiteConfig): ReadonlySet<string> {
  return new Set(datasets.filter(({ fixed }) => fixed !== null).map(({ name }) => name));
}
