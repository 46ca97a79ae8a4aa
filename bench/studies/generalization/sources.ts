import type { DatasetDifference } from "../../../src/experiment/analysis/pairs.js";
import { distinct } from "../../../src/experiment/analysis/select.js";
import { meanOf } from "../../../src/experiment/statistics/interval.js";

/** Datasets that are not independent of each other and count as one: by name, the source they share. */
const SHARED_SOURCES: Readonly<Record<string, string>> = {
  leukemia: "leukemia + ALLAML",
  ALLAML: "leukemia + ALLAML",
  ORL: "ORL + orlraws10P",
  orlraws10P: "ORL + orlraws10P",
};

/** What a dataset counts as when it is decided across datasets: itself, or the source it shares with another. */
export function sourceOf(dataset: string): string {
  return Object.hasOwn(SHARED_SOURCES, dataset) ? SHARED_SOURCES[dataset] : dataset;
}

/** A difference that counts once: of a dataset, or the mean of those that share a source. */
export interface SourceDifference {
  readonly source: string;
  readonly difference: number;
  readonly datasets: readonly string[];
}

/** One difference a source: datasets that share one give the mean of theirs. In the order the sources first come. */
export function mergeSources(differences: readonly Omit<DatasetDifference, "runs">[]): SourceDifference[] {
  return distinct(differences.map(({ dataset }) => sourceOf(dataset))).map((source) => {
    const members = differences.filter(({ dataset }) => sourceOf(dataset) === source);
    const difference = meanOf(members.map((member) => member.difference));
    return { source, difference, datasets: members.map(({ dataset }) => dataset) };
  });
}
