import { quantile } from "../util/quantile.js";
import { columnReader } from "./columns.js";
import type { SampleMatrix } from "./sample-matrix.js";
import { checkSize, type Standardizer } from "./standardize.js";

/** Where RealMLP's smooth clipping levels off (Holzmueller et al. 2024). */
const CLIP = 3;

/**
 * The median of every feature of x [samples, features] as `mean`, the range between its quartiles as `std`, and `clip` 3: the robust scaling
 * and smooth clipping of RealMLP (Holzmueller, Grinsztajn, Steinwart 2024), in f64. Quartiles are interpolated linearly, as numpy does.
 * Where they are equal, half of the range of all values stands in for theirs. A constant feature gets 1, so that it maps to 0.
 */
export function fitRobust(x: SampleMatrix, samples: number, features: number): Standardizer {
  checkSize(x, samples, features, "fitRobust");
  const read = columnReader(x, samples, features);
  const [mean, std] = [new Float64Array(features), new Float64Array(features)];
  for (let j = 0; j < features; j++) {
    const sorted = read(j).sort();
    mean[j] = quantile(sorted, 0.5);
    const range = quantile(sorted, 0.75) - quantile(sorted, 0.25);
    std[j] = range || (sorted[sorted.length - 1] - sorted[0]) / 2 || 1;
  }
  return { mean, std, clip: CLIP };
}
