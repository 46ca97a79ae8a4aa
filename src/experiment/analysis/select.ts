import type { MethodName } from "../../methods/index.js";
import type { RunResult } from "../run/records.js";

/** Which runs of a study to take; what is left out does not matter. */
export interface Selection {
  readonly study: string;
  readonly dataset?: string;
  readonly method?: MethodName;
  readonly variant?: string;
}

/** The results that fit, by split. */
export function runsOf(results: readonly RunResult[], { study, dataset, method, variant }: Selection): RunResult[] {
  return results
    .filter(
      ({ run }) =>
        run.study === study &&
        (dataset === undefined || run.dataset === dataset) &&
        (method === undefined || run.method === method) &&
        (variant === undefined || run.variant === variant),
    )
    .sort((a, b) => a.run.split - b.run.split);
}

/** Names of the datasets of a study, in the order they first come. */
export function datasetsOf(results: readonly RunResult[], study: string): string[] {
  return distinct(results.filter(({ run }) => run.study === study).map(({ run }) => run.dataset));
}

/** The runs of both lists that are of the same splits, one by one. */
export function pairedRuns(first: readonly RunResult[], second: readonly RunResult[]): [RunResult[], RunResult[]] {
  const others = first.map(({ run }) => second.find((other) => other.run.split === run.split));
  return [first.filter((_, k) => others[k]), others.filter((other) => other !== undefined)];
}

/** Every value once, in the order they first come. */
export function distinct<T>(values: readonly T[]): T[] {
  return [...new Set(values)];
}

/** "epsilon=20" as its name and value; null for the variant without a name. */
export function parseVariant(variant: string): { readonly name: string; readonly value: string } | null {
  const at = variant.indexOf("=");
  return at < 0 ? null : { name: variant.slice(0, at), value: variant.slice(at + 1) };
}
