import { check, checkFloats, checkInteger, checkNumber, checkObject } from "../util/check.js";
import { counted } from "../util/counted.js";
import { MOST_F32 } from "../util/floats.js";
import type { FloatArray } from "../util/types.js";
import { checkFeatures } from "./align.js";
import { checkDataset } from "./check-dataset.js";
import { constantFeatures } from "./constant.js";
import type { Dataset } from "./dataset.js";
import { countMissing, describeMissing } from "./missing.js";
import { featureName, sampleName } from "./names.js";
import {
  checkSamples,
  countSamples,
  findBeyond,
  type Inputs,
  isSparse,
  roundSamples,
  type SampleMatrix,
  sampleReader,
} from "./sample-matrix.js";

/**
 * A per-feature affine map x -> z = (x - mean) / std; all [features]. Kept in checkpoints as `input.mean`, `input.std` and `input.median`. In f64;
 * in f32 they are those of a model of version 0.1.0, for which samples are rounded to f32 first, as it did. Of robust inputs `mean` is the median
 * and `std` the range between the quartiles.
 */
export interface Standardizer {
  mean: FloatArray;
  std: FloatArray;
  /** Takes the place of a missing value (NaN) before the map; without it missing values are refused. */
  median?: FloatArray;
  /** Then z becomes z / sqrt(1 + (z / clip)^2), which stays between -clip and clip: of robust inputs, kept as `input.clip` [1]. */
  clip?: number;
}

/** Throws unless statistics are those of `features` inputs, all finite, of one type, and standard deviations positive. */
export function checkStandardizer({ mean, std, median, clip }: Standardizer, features: number, where: string): void {
  checkFloats(mean, `${where}.mean`, features);
  checkFloats(std, `${where}.std`, features);
  if (median !== undefined) checkFloats(median, `${where}.median`, features);
  const bits = [mean, std, ...(median ? [median] : [])].map((statistic) => 8 * statistic.BYTES_PER_ELEMENT);
  check(new Set(bits).size === 1, where, () => `mean, std and median are of ${bits.join(", ")} bits; expected 64, or 32 of all`);
  check(mean.every(Number.isFinite), `${where}.mean`, () => "holds values that are not finite");
  check(
    std.every((value) => value > 0 && value < Infinity),
    `${where}.std`,
    () => {
      return "holds values that are not positive";
    },
  );
  if (clip !== undefined) checkNumber(clip, `${where}.clip`, 0, Infinity, true);
  check(median?.every(Number.isFinite) ?? true, `${where}.median`, () => "holds values that are not finite");
}

/** z / sqrt(1 + (z / clip)^2): z near 0, and never beyond clip. */
export function clipSmoothly(z: number, clip: number): number {
  return z / Math.sqrt(1 + (z / clip) ** 2);
}

/** What inputs of a network may be in magnitude: 32 bits do not hold the square of more, nor then the sums of a network. */
export const MOST_INPUT = 2 ** 64;

/**
 * The mean and the population standard deviation sqrt(sum (x - mean)^2 / samples) of every feature of x [samples, features], in f64.
 * There are two passes. The second also corrects the mean by what the sum of the first lost.
 * A feature that is constant (or whose deviation is too small for f64) gets std 1, so that it maps to 0 instead of dividing by zero.
 * The cells without a value of sparse rows are added up like all others, so that the same bits come out.
 */
export function fitStandardizer(x: SampleMatrix, samples: number, features: number): Standardizer {
  checkSize(x, samples, features, "fitStandardizer");
  const read = sampleReader(x, features);
  const mean = new Float64Array(features);
  for (let i = 0; i < samples; i++) {
    const row = read(i);
    for (let j = 0; j < features; j++) mean[j] += row[j];
  }
  for (let j = 0; j < features; j++) mean[j] /= samples;
  const std = new Float64Array(features);
  const rest = new Float64Array(features);
  for (let i = 0; i < samples; i++) {
    const row = read(i);
    for (let j = 0; j < features; j++) {
      const deviation = row[j] - mean[j];
      std[j] += deviation * deviation;
      rest[j] += deviation;
    }
  }
  for (let j = 0; j < features; j++) {
    const lost = rest[j] / samples;
    mean[j] += lost;
    std[j] = Math.sqrt(Math.max(0, std[j] / samples - lost * lost)) || 1;
  }
  const first = read(0);
  for (const j of constantFeatures(x, features)) [mean[j], std[j]] = [first[j], 1]; // exactly, whatever the rounding of the sum
  return { mean, std };
}

/** Throws unless x holds so many samples of so many features. */
export function checkSize(x: SampleMatrix, samples: number, features: number, where: string): void {
  checkInteger(samples, `${where}: samples`, 1);
  checkInteger(features, `${where}: features`, 1);
  checkSamples(x, where);
  const held = countSamples(x, features, where);
  check(held === samples, where, () => {
    return `x holds ${counted(Math.round(held * features), "value")}; ${counted(samples, "sample")} of ${features} features are ${samples * features}`;
  });
}

/** The statistics that divide every feature by `divisor` and shift nothing: 255 maps bytes of a picture to [0, 1]. */
export function scaleBy(features: number, divisor: number): Standardizer {
  checkInteger(features, "scaleBy: features", 1);
  checkNumber(divisor, "scaleBy: divisor", 0, Infinity, true);
  return { mean: new Float64Array(features), std: new Float64Array(features).fill(divisor) };
}

/**
 * A new dataset with x[i, j] = (x[i, j] - mean[j]) / std[j], missing values replaced by the median first, and smoothly clipped if there
 * is a `clip`. It is computed in f64 and rounded once to f32. Sparse rows stay sparse: what their cells without a value map to becomes their background.
 *
 * Throws
 * - when the statistics are of another number of features, or values are missing and there are no medians;
 * - naming sample and feature, when a value is not finite in f32;
 * - so, too, when it is so far from those they were fitted on that no network takes it (`MOST_INPUT`).
 */
export function standardize(dataset: Dataset<FloatArray>, standardizer: Standardizer): Dataset<Float32Array>;
export function standardize(dataset: Dataset, standardizer: Standardizer): Dataset<Inputs>;
export function standardize(dataset: Dataset, standardizer: Standardizer): Dataset<Inputs> {
  checkDataset(dataset);
  checkObject(standardizer, "standardize", "set of statistics (mean, std)");
  const { mean, std, median } = standardizer;
  checkFloats(mean, "standardize: mean");
  checkFeatures(dataset, mean.length);
  checkFloats(std, "standardize: std", mean.length);
  if (median !== undefined) checkFloats(median, "standardize: median", mean.length);
  if (standardizer.clip !== undefined) checkNumber(standardizer.clip, "standardize: clip", 0, Infinity, true);
  if (!median) checkComplete(dataset);
  const x = mapped(dataset.x, standardizer);
  checkRange(dataset, x, (value, j) => {
    return `, which standardises to (${value} - ${mean[j]}) / ${std[j]} = ${((value - mean[j]) / std[j]).toPrecision(3)}`;
  });
  const { missing: _filled, ...rest } = dataset;
  return { ...rest, x };
}

/** A new dataset with x as it is, rounded to f32. Throws on missing values, and, naming sample and feature, on what no network takes. */
export function keepRaw(dataset: Dataset): Dataset<Inputs> {
  checkComplete(dataset);
  const x = roundSamples(dataset.x);
  checkRange(dataset, x, () => "");
  return { ...dataset, x };
}

function checkRange(
  { name, x, features, featureNames, ids }: Dataset,
  inputs: Inputs,
  map: (value: number, j: number) => string,
): void {
  const beyond = findBeyond(inputs, features, MOST_INPUT);
  check(beyond < 0, name, () => {
    const [i, j] = [Math.floor(beyond / features), beyond % features];
    const value = sampleReader(x, features)(i)[j];
    const what = `${sampleName(ids, i)}: ${featureName(featureNames, j)} is ${value}${map(value, j)}`;
    return `${what}; a network takes values up to 1.8e19: correct it, or leave the sample out (is it a mark for a missing value?)`;
  });
}

function mapped(x: SampleMatrix, { mean, std, median, clip }: Standardizer): Inputs {
  const round = mean instanceof Float32Array;
  const scaled = (value: number, j: number) => {
    if (median && Number.isNaN(value)) return (median[j] - mean[j]) / std[j];
    const known = round ? Math.fround(value) : value;
    return Math.abs(known) <= MOST_F32 ? (known - mean[j]) / std[j] : Infinity;
  };
  const clipped = (z: number, most: number) => (Math.abs(z) <= MOST_INPUT ? clipSmoothly(z, most) : z);
  const map = clip === undefined ? scaled : (value: number, j: number) => clipped(scaled(value, j), clip);
  const features = mean.length;
  if (!isSparse(x)) {
    const result = new Float32Array(x.length);
    for (let start = 0; start < x.length; start += features) {
      for (let j = 0; j < features; j++) result[start + j] = map(x[start + j], j);
    }
    return result;
  }
  const { colIdx, values } = x;
  const result = new Float32Array(values.length);
  for (let k = 0; k < values.length; k++) result[k] = map(values[k], colIdx[k]);
  return { ...x, values: result, background: Float32Array.from(mean, (_, j) => map(x.background?.[j] ?? 0, j)) };
}

/** Throws, with the counts, when values of the dataset are missing: of a model that knows no medians to fill in. */
export function checkComplete({ name, x, samples, features, featureNames }: Dataset): void {
  const counts = countMissing(x, features);
  check(counts.total === 0, name, () => {
    return `${describeMissing(counts, samples, featureNames)}; the model was trained without missing values and knows none to fill in: drop the samples, or train with missing: median`;
  });
}
