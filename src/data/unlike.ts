import type { Dataset } from "./dataset.js";
import { featureName, sampleName } from "./names.js";
import { type Inputs, sampleReader } from "./sample-matrix.js";
import { clipSmoothly, fitStandardizer, type Standardizer } from "./standardize.js";

/** A value this many deviations from the training set's mean is far; a sample of which more than half of the features are is unlike it. */
const FAR = 10;
/** Features of a deviation below this share of that in training vary too little, over so many samples. */
const [SPREAD, ENOUGH] = [0.02, 10];
const QUESTION = "is a logarithm missing, or taken twice, or are these other units?";

/**
 * What to tell of samples that are not of the kind a model's statistics were fitted on, given as they are and standardised: samples that are
 * far away in most features, and samples of which most features hardly vary. Of statistics that only divide, as those of pictures, also
 * samples of no value above 1. [] where nothing is to be told.
 */
export function unlikeNotes(raw: Omit<Dataset, "y" | "classes">, inputs: Inputs, statistics: Standardizer): string[] {
  const { mean, std } = statistics;
  if (mean.every((value) => value === 0) && std.every((value) => value === std[0]))
    return std[0] > 1 ? scaleNotes(raw, inputs, std[0]) : [];
  const far = farSamples(inputs, raw, statistics.clip === undefined ? FAR : clipSmoothly(FAR, statistics.clip));
  const value = (i: number, j: number) => short(sampleReader(raw.x, raw.features)(i)[j]);
  if (far.count > 0) {
    const { sample: i, feature: j } = far;
    const example = `${sampleName(raw.ids, i)}: ${featureName(raw.featureNames, j)} is ${value(i, j)}, in training ${short(mean[j])} with a deviation of ${short(std[j])}`;
    return [
      `${far.count} of ${raw.samples} samples ${far.count === 1 ? "is" : "are"} unlike the training set: more than half of ${far.count === 1 ? "its" : "their"} features are over ${FAR} deviations from its means (${example}); ${QUESTION}`,
    ];
  }
  const still = raw.samples < ENOUGH ? [] : stillFeatures(inputs, raw);
  if (2 * still.length <= raw.features) return [];
  const name = featureName(raw.featureNames, still[0]);
  return [
    `${still.length} of ${raw.features} features ${still.length === 1 ? "varies" : "vary"} less than ${100 * SPREAD} % as much as in the training set (${name}: around ${value(0, still[0])}, in training ${short(mean[still[0]])} with a deviation of ${short(std[still[0]])}); ${QUESTION}`,
  ];
}

interface Size {
  readonly samples: number;
  readonly features: number;
}

/** How many samples are beyond `most` in most features, and of the first its feature that is farthest. */
function farSamples(inputs: Inputs, { samples, features }: Size, most: number) {
  const read = sampleReader(inputs, features);
  let [count, sample, feature] = [0, 0, 0];
  for (let i = 0; i < samples; i++) {
    const row = read(i);
    let far = 0;
    for (let j = 0; j < features; j++) if (Math.abs(row[j]) > most) far++;
    if (2 * far <= features || count++ > 0) continue;
    sample = i;
    for (let j = 0; j < features; j++) if (Math.abs(row[j]) > Math.abs(row[feature])) feature = j;
  }
  return { count, sample, feature };
}

/** The features that vary, but too little. */
function stillFeatures(inputs: Inputs, { samples, features }: Size): number[] {
  const { std } = fitStandardizer(inputs, samples, features);
  return Array.from(std, (_, j) => j).filter((j) => std[j] < SPREAD); // of a constant one it is 1
}

function scaleNotes({ samples, features }: Size, inputs: Inputs, divisor: number): string[] {
  const read = sampleReader(inputs, features);
  let most = 0;
  for (let i = 0; i < samples; i++) for (const value of read(i)) most = Math.max(most, Math.abs(value));
  if (most > FAR)
    return [
      `values up to ${short(most * divisor)} are unlike the training set, which was divided by ${divisor}: are these other units?`,
    ];
  if (most > 0 && Math.fround(most * divisor) <= 1)
    return [`no value is above 1, but the model divides by ${divisor}: are these divided already?`];
  return [];
}

function short(value: number): string {
  return String(Number(value.toPrecision(4)));
}
