import { check } from "../util/check.js";

// Names of samples, features and classes: that none occurs twice, and how a message tells of many.

/** Names for a message: the first ten. */
export function list(names: readonly string[]): string {
  const shown = names.slice(0, 10).join(", ");
  return names.length > 10 ? `${shown}, ...` : shown;
}

/** What messages call a sample: by its ID, or its place from 1. */
export function sampleName(ids: readonly string[] | undefined, i: number): string {
  return `sample ${ids ? `"${ids[i]}"` : i + 1}`;
}

/** What messages call a feature: by its name, or its place from 1. */
export function featureName(names: readonly string[] | undefined, j: number): string {
  return `feature ${names ? `"${names[j]}"` : j + 1}`;
}

/** A feature in a list: its name, or its place from 1. */
export function plainName(names: readonly string[] | undefined, j: number): string {
  return names?.[j] ?? `feature ${j + 1}`;
}

/** Throws when a name occurs twice, with the number of those that do and examples. */
export function checkDistinct(names: readonly string[], where: string, what: string): void {
  const again = repeated(names);
  check(again.length === 0, where, () => `${again.length} ${what} occur more than once: ${list(again)}`);
}

function repeated(names: readonly string[]): string[] {
  if (new Set(names).size === names.length) return [];
  const seen = new Set<string>();
  return [...new Set(names.filter((name) => seen.has(name) || !seen.add(name)))];
}

/** What to tell of features of a training set whose names are those of others, too; [] where there are none. */
export function repeatedNameNotes({ featureNames = [] }: { readonly featureNames?: readonly string[] }): string[] {
  const again = repeated(featureNames);
  if (again.length === 0) return [];
  return [
    `${again.length} feature names occur more than once: ${list(again)}; data for this model must have its features in the same order, as these cannot be told apart by name`,
  ];
}
