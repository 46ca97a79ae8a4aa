import type { Dataset } from "./dataset.js";

/** The numbers to learn of one name. */
export interface TargetRange {
  readonly name: string;
  readonly least: number;
  readonly mean: number;
  readonly largest: number;
  /** Whether all of them are 0 or 1. */
  readonly binary: boolean;
}

/** What the numbers to learn of a set lie between, by their names; none of a set of classes. */
export function targetRanges({ targets, targetNames = [], samples }: Dataset): TargetRange[] {
  if (!targets) return [];
  return targetNames.map((name, t) => {
    const values = Float64Array.from({ length: samples }, (_, i) => targets[i * targetNames.length + t]);
    return {
      name,
      least: values.reduce((a, b) => Math.min(a, b), Infinity),
      mean: values.reduce((sum, value) => sum + value / samples, 0),
      largest: values.reduce((a, b) => Math.max(a, b), -Infinity),
      binary: values.every((value) => value === 0 || value === 1),
    };
  });
}
