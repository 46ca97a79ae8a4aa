import type { Dataset } from "./dataset.js";
import { list, plainName } from "./names.js";
import { countSamples, type Inputs, type SampleMatrix, sampleReader } from "./sample-matrix.js";

/** The features whose value is the same in every sample of x [samples, features], missing ones (NaN) not counted; those without any among them. */
export function constantFeatures(x: SampleMatrix, features: number): number[] {
  const samples = countSamples(x, features, "constantFeatures");
  const read = sampleReader(x, features);
  const value = read(0).slice();
  let left = Array.from(value, (_, j) => j);
  const varies = (row: ArrayLike<number>) => (j: number) => {
    if (Number.isNaN(value[j])) value[j] = row[j];
    return row[j] !== value[j] && !Number.isNaN(row[j]);
  };
  for (let i = 1; i < samples && left.length > 0; i++) {
    const differs = varies(read(i));
    if (left.some(differs)) left = left.filter((j) => !differs(j));
  }
  return left;
}

/** What to tell of the features of a training part that are constant as they are, or only as a network gets them; [] where there are none. */
export function constantNotes({ x, features, featureNames }: Dataset, inputs: Inputs): string[] {
  const constant = new Set(constantFeatures(x, features));
  const lost = constantFeatures(inputs, features).filter((j) => !constant.has(j));
  const named = (indices: Iterable<number>) => list(Array.from(indices, (j) => plainName(featureNames, j)));
  const count = (some: number) => `${some} of ${features} features ${some === 1 ? "is" : "are"}`;
  const notes: string[] = [];
  if (constant.size + lost.length === features)
    notes.push("EVERY feature is constant in the training part: NOTHING can be learnt, and all samples get the same answer");
  if (constant.size > 0) notes.push(`${count(constant.size)} constant in the training part, and of no use: ${named(constant)}`);
  if (lost.length > 0)
    notes.push(
      `${count(lost.length)} constant once rounded to 32 bits, as the network gets values: ${named(lost)}; inputs that are standardized are rounded after it, but not by models of version 0.1.0`,
    );
  return notes;
}
