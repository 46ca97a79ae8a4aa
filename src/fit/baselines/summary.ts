import type { Dataset } from "../../data/dataset.js";
import { sampleReader } from "../../data/sample-matrix.js";

/** The classes of a set as centroids and what lies around them. */
export interface Summary {
  readonly classes: number;
  readonly features: number;
  /** [classes] samples of each. */
  readonly counts: Float64Array;
  /** [features] the mean of all samples. */
  readonly mean: Float64Array;
  /** [classes, features] the class's mean minus that of all samples; 0 for a class without samples. */
  readonly offsets: Float64Array;
  /** [features] s, the deviation within the classes: s^2 = sum over samples of (x - mean of its class)^2 / (samples - classes that occur). */
  readonly within: Float64Array;
  /**
   * [features] s + s_0, what distances from centroids are measured in. s_0 is the median of the s that are above 0: it keeps features that hardly
   * vary from deciding alone. Where no s is above 0, it is 1.
   */
  readonly spread: Float64Array;
}

/** Sums up the samples at `indices` of a set in two passes, so that far means cost no digits. */
export function summarise({ x, y, features, classes }: Dataset, indices: Uint32Array): Summary {
  const read = sampleReader(x, features);
  const counts = new Float64Array(classes.length);
  const centroids = new Float64Array(classes.length * features);
  const mean = new Float64Array(features);
  for (const i of indices) {
    const row = read(i);
    const start = y[i] * features;
    counts[y[i]]++;
    for (let j = 0; j < features; j++) centroids[start + j] += row[j];
  }
  for (let c = 0; c < classes.length; c++) {
    for (let j = 0; j < features; j++) {
      mean[j] += centroids[c * features + j] / indices.length;
      if (counts[c] > 0) centroids[c * features + j] /= counts[c];
    }
  }
  const squares = new Float64Array(features);
  for (const i of indices) {
    const row = read(i);
    const start = y[i] * features;
    for (let j = 0; j < features; j++) squares[j] += (row[j] - centroids[start + j]) ** 2;
  }
  const freedom = Math.max(1, indices.length - counts.filter((count) => count > 0).length); // squares are 0 where it would be 0
  const within = squares.map((square) => Math.sqrt(square / freedom));
  const s0 = medianOf(within.filter((s) => s > 0));
  for (let c = 0; c < classes.length; c++) {
    for (let j = 0; j < features; j++) centroids[c * features + j] = counts[c] > 0 ? centroids[c * features + j] - mean[j] : 0;
  }
  return { classes: classes.length, features, counts, mean, offsets: centroids, within, spread: within.map((s) => s + s0) };
}

/** The middle value, or the mean of the middle two; 1 of none. */
function medianOf(values: Float64Array): number {
  const sorted = values.toSorted();
  const middle = sorted.length >> 1;
  if (sorted.length === 0) return 1;
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}
