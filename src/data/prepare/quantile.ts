import { check } from "../../util/check.js";
import { zerosLike } from "../../util/floats.js";
import type { FloatArray } from "../../util/types.js";
import { isSparse, type SampleMatrix } from "../sample-matrix.js";
import type { Step } from "./step.js";

/**
 * Every sample gets the distribution of the training part (Bolstad et al. 2003): the value of rank r becomes the mean over the training samples of
 * their r-th smallest values. Equal values get the mean of those of their ranks.
 */
export const quantile: Step = {
  name: "quantile",
  about: "the same distribution of values in every sample",
  fit({ x, features, samples, name }) {
    const values = denseOf(x, features, name);
    const reference = new Float64Array(features);
    for (let i = 0; i < samples; i++) {
      const sorted = values.slice(i * features, (i + 1) * features).sort();
      for (let r = 0; r < features; r++) reference[r] += sorted[r] / samples;
    }
    return { reference: Array.from(reference) };
  },
  apply({ x, features, samples, name }, { reference = [] }) {
    const values = denseOf(x, features, name);
    const result = zerosLike(values, values.length);
    for (let i = 0; i < samples; i++) rankSample(values, i * features, features, reference, result);
    return result;
  },
};

function rankSample(values: FloatArray, from: number, features: number, reference: readonly number[], result: FloatArray): void {
  const order = Array.from({ length: features }, (_, j) => from + j).sort((a, b) => values[a] - values[b]);
  for (let start = 0; start < features; ) {
    let end = start + 1;
    while (end < features && values[order[end]] === values[order[start]]) end++;
    let sum = 0;
    for (let r = start; r < end; r++) sum += reference[r];
    for (let r = start; r < end; r++) result[order[r]] = sum / (end - start);
    start = end;
  }
}

/** The values, all of them there. Throws where they are sparse, or some are missing. */
function denseOf(x: SampleMatrix, features: number, name: string): FloatArray {
  check(!isSparse(x), name, () => {
    const cells = (x as { readonly rows: number }).rows * features;
    return `step quantile of option prepare gives every cell a value: ${cells} x 4 = ${4 * cells} bytes, where the samples are sparse; take library-size`;
  });
  check(
    !x.some(Number.isNaN),
    name,
    () =>
      "values are missing, and step quantile of option prepare ranks all of a sample; take missing: drop-samples or drop-features",
  );
  return x;
}
