import { check, checkInteger, checkNumber } from "../util/check.js";
import { checkFeatures, type Dataset } from "./dataset.js";

/** A per-feature affine map x -> (x - mean) / std; both [features]. Kept in checkpoints as `input.mean` and `input.std`. */
export interface Standardizer {
  mean: Float32Array;
  std: Float32Array;
}

/**
 * The mean and the population standard deviation sqrt(sum (x - mean)^2 / samples) of every feature of x [samples, features],
 * in two passes of f64, rounded to f32 at the end. A feature that is constant (or whose deviation is below the smallest f32)
 * gets std 1, so that it maps to 0 (up to the rounding of its mean) instead of dividing by zero.
 */
export function fitStandardizer(x: Float32Array, samples: number, features: number): Standardizer {
  checkInteger(samples, "fitStandardizer: samples", 1);
  checkInteger(features, "fitStandardizer: features", 1);
  check(x.length === samples * features, "fitStandardizer", () => {
    return `x holds ${x.length} values; ${samples} samples of ${features} features are ${samples * features}`;
  });
  const mean = new Float64Array(features);
  const squares = new Float64Array(features);
  const constant = new Uint8Array(features).fill(1);
  for (let i = 0; i < samples; i++) {
    for (let j = 0; j < features; j++) {
      const value = x[i * features + j];
      mean[j] += value;
      if (value !== x[j]) constant[j] = 0;
    }
  }
  for (let j = 0; j < features; j++) mean[j] /= samples;
  for (let i = 0; i < samples; i++) {
    for (let j = 0; j < features; j++) squares[j] += (x[i * features + j] - mean[j]) ** 2;
  }
  // f32 exactly: a constant feature's mean is the constant, whatever the rounding of its sum
  const mean32 = Float32Array.from(mean, (value, j) => (constant[j] ? x[j] : value));
  const std = Float32Array.from(squares, (sum, j) => (constant[j] ? 1 : Math.fround(Math.sqrt(sum / samples)) || 1));
  return { mean: mean32, std };
}

/** The statistics that divide every feature by `divisor` and shift nothing: 255 maps bytes of a picture to [0, 1]. */
export function scaleBy(features: number, divisor: number): Standardizer {
  checkInteger(features, "scaleBy: features", 1);
  checkNumber(divisor, "scaleBy: divisor", 0, Infinity, true);
  return { mean: new Float32Array(features), std: new Float32Array(features).fill(divisor) };
}

/**
 * A new dataset with x[i, j] = (x[i, j] - mean[j]) / std[j], computed in f64 and rounded once to f32. Throws when the statistics
 * are of another number of features, or when a value far outside the range they were fitted on overflows 32 bits.
 */
export function standardize(dataset: Dataset, { mean, std }: Standardizer): Dataset {
  checkFeatures(dataset, mean.length);
  check(std.length === mean.length, "standardize", () => `${mean.length} means but ${std.length} standard deviations`);
  const { features } = dataset;
  const x = new Float32Array(dataset.x.length);
  for (let i = 0, k = 0; i < dataset.samples; i++) {
    for (let j = 0; j < features; j++, k++) x[k] = (dataset.x[k] - mean[j]) / std[j];
  }
  const overflow = x.findIndex((value) => !Number.isFinite(value));
  check(overflow < 0, dataset.name, () => {
    const [row, column] = [Math.floor(overflow / features), overflow % features];
    const value = `(${dataset.x[overflow]} - ${mean[column]}) / ${std[column]}`;
    return `row ${row + 1}, column ${column + 1} is ${value} when standardised, which is not a finite 32-bit float`;
  });
  return { ...dataset, x };
}
