import { check, checkInteger, checkNumber } from "../util/check.js";
import { checkFeatures, type Dataset } from "./dataset.js";
import { countMissing, describeMissing } from "./missing.js";
import { countSamples, findNotFinite, isSparse, type SampleMatrix, sampleReader } from "./sample-matrix.js";

/** A per-feature affine map x -> (x - mean) / std; all [features]. Kept in checkpoints as `input.mean`, `input.std` and `input.median`. */
export interface Standardizer {
  mean: Float32Array;
  std: Float32Array;
  /** Takes the place of a missing value (NaN) before the map; without it missing values are refused. */
  median?: Float32Array;
}

/**
 * The mean and the population standard deviation sqrt(sum (x - mean)^2 / samples) of every feature of x [samples, features],
 * in two passes of f64, rounded to f32 at the end. A feature that is constant (or whose deviation is below the smallest f32)
 * gets std 1, so that it maps to 0 (up to the rounding of its mean) instead of dividing by zero. The cells without a value of sparse
 * rows are added up like all others, so that the same bits come out.
 */
export function fitStandardizer(x: SampleMatrix, samples: number, features: number): Standardizer {
  checkInteger(samples, "fitStandardizer: samples", 1);
  checkInteger(features, "fitStandardizer: features", 1);
  const held = countSamples(x, features, "fitStandardizer");
  check(held === samples, "fitStandardizer", () => {
    return `x holds ${Math.round(held * features)} values; ${samples} samples of ${features} features are ${samples * features}`;
  });
  const read = sampleReader(x, features);
  const first = read(0).slice();
  const mean = new Float64Array(features);
  const squares = new Float64Array(features);
  const constant = new Uint8Array(features).fill(1);
  for (let i = 0; i < samples; i++) {
    const row = read(i);
    for (let j = 0; j < features; j++) {
      mean[j] += row[j];
      if (row[j] !== first[j]) constant[j] = 0;
    }
  }
  for (let j = 0; j < features; j++) mean[j] /= samples;
  for (let i = 0; i < samples; i++) {
    const row = read(i);
    for (let j = 0; j < features; j++) squares[j] += (row[j] - mean[j]) ** 2;
  }
  // f32 exactly: a constant feature's mean is the constant, whatever the rounding of its sum
  const mean32 = Float32Array.from(mean, (value, j) => (constant[j] ? first[j] : value));
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
 * A new dataset with x[i, j] = (x[i, j] - mean[j]) / std[j], missing values replaced by the median first, computed in f64 and rounded
 * once to f32. Sparse rows stay sparse: what their cells without a value map to becomes their background. Throws when the statistics are
 * of another number of features, when values are missing and there are no medians, or when a value far outside the range they were
 * fitted on overflows 32 bits.
 */
export function standardize<X extends SampleMatrix>(dataset: Dataset<X>, standardizer: Standardizer): Dataset<X> {
  const { mean, std, median } = standardizer;
  checkFeatures(dataset, mean.length);
  check(std.length === mean.length, "standardize", () => `${mean.length} means but ${std.length} standard deviations`);
  check(!median || median.length === mean.length, "standardize", () => `${mean.length} means but ${median?.length} medians`);
  const { features } = dataset;
  if (!median) checkComplete(dataset);
  const x = mapped(dataset.x, standardizer) as X;
  const overflow = findNotFinite(x, features);
  check(overflow < 0, dataset.name, () => {
    const [row, column] = [Math.floor(overflow / features), overflow % features];
    const value = `(${sampleReader(dataset.x, features)(row)[column]} - ${mean[column]}) / ${std[column]}`;
    return `row ${row + 1}, column ${column + 1} is ${value} when standardised, which is not a finite 32-bit float`;
  });
  const { missing: _filled, ...rest } = dataset;
  return { ...rest, x };
}

function mapped(x: SampleMatrix, { mean, std, median }: Standardizer): SampleMatrix {
  const map = (value: number, j: number) => ((median && Number.isNaN(value) ? median[j] : value) - mean[j]) / std[j];
  if (isSparse(x)) {
    const { colIdx, background } = x;
    return {
      ...x,
      values: x.values.map((value, k) => map(value, colIdx[k])),
      background: mean.map((_, j) => map(background?.[j] ?? 0, j)),
    };
  }
  const features = mean.length;
  const result = new Float32Array(x.length);
  for (let start = 0; start < x.length; start += features) {
    for (let j = 0; j < features; j++) result[start + j] = map(x[start + j], j);
  }
  return result;
}

/** Throws, with the counts, when values of the dataset are missing: of a model that knows no medians to fill in. */
export function checkComplete({ name, x, samples, features, featureNames }: Dataset): void {
  const counts = countMissing(x, features);
  check(counts.total === 0, name, () => {
    const what = describeMissing(counts, samples, (j) => featureNames?.[j] ?? `feature ${j + 1}`);
    return `${what}; the model was trained without missing values and knows none to fill in: drop the samples, or train with missing: median`;
  });
}
