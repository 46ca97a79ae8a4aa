import { check } from "../../util/check.js";
import { zerosLike } from "../../util/floats.js";
import type { FloatArray } from "../../util/types.js";
import type { Dataset } from "../dataset.js";
import { featureName, sampleName } from "../names.js";
import { isSparse, type SampleMatrix, sampleReader } from "../sample-matrix.js";

/** What a step learnt of the training part: JSON, kept in the model. */
export interface Fitted {
  /** Of a step that leaves features out: those that stay, ascending. */
  readonly kept?: readonly number[];
  /** [features] numbers of the step's own. */
  readonly reference?: readonly number[];
}

/**
 * What samples go through before they are scaled: an object with its own behaviour. It learns of the training part alone, and is applied to every
 * set alike. Missing values (NaN) stay missing.
 */
export interface Step {
  readonly name: string;
  /** What it does, in a few words. */
  readonly about: string;
  /** Whether it takes a number: how many features stay. */
  readonly counted?: boolean;
  /** What it learns of a training part; nothing where it is left out. `count` is of a step that takes one. */
  fit?(train: Dataset, count: number): Fitted;
  /** New samples [samples, features of those that stay]; throws, naming sample and feature, on what it does not take. */
  apply(set: Pick<Dataset, "x" | "features" | "name" | "ids" | "featureNames" | "samples">, fitted: Fitted): SampleMatrix;
}

/** Throws on a value below 0, naming it. */
export function checkNotNegative(step: string, { x, features, name, ids, featureNames }: Parameters<Step["apply"]>[0]): void {
  const values = isSparse(x) ? x.values : x;
  const wrong = values.findIndex((value) => value < 0);
  check(wrong < 0, name, () => {
    const i = isSparse(x) ? x.rowPtr.findIndex((start) => start > wrong) - 1 : Math.floor(wrong / features);
    const j = isSparse(x) ? x.colIdx[wrong] : wrong % features;
    return `${sampleName(ids, i)}: ${featureName(featureNames, j)} is ${values[wrong]}, and step ${step} takes values of at least 0: are these logarithms, or standardised already?`;
  });
}

/** x with each of its values mapped; cells without a value stay 0, as the map of 0 must be. */
export function mapValues(x: SampleMatrix, features: number, map: (value: number, sample: number) => number): SampleMatrix {
  if (!isSparse(x)) return mapped(x, (k) => map(x[k], Math.floor(k / features)));
  const sample = new Uint32Array(x.values.length);
  for (let i = 0; i < x.rows; i++) sample.fill(i, x.rowPtr[i], x.rowPtr[i + 1]);
  return { ...x, values: mapped(x.values, (k) => map(x.values[k], sample[k])) };
}

function mapped(values: FloatArray, of: (k: number) => number): FloatArray {
  const result = zerosLike(values, values.length);
  for (let k = 0; k < values.length; k++) result[k] = of(k);
  return result;
}

/** The `count` features of the largest scores, ascending; of equal ones the first. Throws where there are fewer. */
export function largest(scores: Float64Array, count: number, where: string): number[] {
  check(count <= scores.length, where, () => {
    return `${count} features are to stay, and there are ${scores.length}; give at most so many`;
  });
  const order = Array.from(scores.keys()).sort((a, b) => scores[b] - scores[a] || a - b);
  return order.slice(0, count).sort((a, b) => a - b);
}

/** Sums over the samples of each class [classes, features], missing values left aside: of 1, of x - shift, and of its square. */
export function momentsOf(
  { x, features, samples, y }: Dataset,
  classes: number,
): Record<"counts" | "sums" | "squares", Float64Array> {
  const read = sampleReader(x, features);
  const shift = Float64Array.from(read(0), (value) => (Number.isNaN(value) ? 0 : value));
  const [counts, sums, squares] = [0, 1, 2].map(() => new Float64Array(classes * features));
  for (let i = 0; i < samples; i++) {
    const [row, at] = [read(i), classes > 1 ? y[i] * features : 0];
    for (let j = 0; j < features; j++) {
      const value = row[j] - shift[j];
      if (Number.isNaN(value)) continue;
      counts[at + j]++;
      sums[at + j] += value;
      squares[at + j] += value * value;
    }
  }
  return { counts, sums, squares };
}
