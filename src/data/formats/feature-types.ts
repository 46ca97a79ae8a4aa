import { list } from "../names.js";

/** Kinds of features that a list of types may have: more are something else, like places on a chromosome. */
const MOST_TYPES = 10;

/** A note of the types that 10x Genomics tells of features (Gene Expression, Antibody Capture), if they are of several: all are read. */
export function typeNotes(types: readonly string[]): string[] {
  const counts = new Map<string, number>();
  for (const type of types) counts.set(type, (counts.get(type) ?? 0) + 1);
  if (counts.size < 2 || counts.size > MOST_TYPES) return [];
  const shown = Array.from(counts, ([type, count]) => `${type} (${count})`);
  return [
    `features are of ${counts.size} types, and all are read: ${list(shown)}; to learn of one alone, write its features out`,
  ];
}
