import { check, checkInteger, checkObject, checkOneOf, checkText, checkTexts } from "../util/check.js";
import { MOST_F32 } from "../util/floats.js";
import { shown } from "../util/shown.js";
import type { Dataset } from "./dataset.js";
import { checkDistinct, sampleName } from "./names.js";
import { checkSamples, isSparse } from "./sample-matrix.js";

/**
 * Throws unless a dataset that was put together by hand is one: x holds samples x features values, y an index into `classes` for every sample,
 * classes are distinct texts, names are texts, as many as what they name, and pictures have all features. Whether values are finite is not
 * looked at. Datasets that `makeDataset` or a reader made pass.
 */
export function checkDataset(dataset: Dataset): void {
  checkObject(dataset, "dataset", "dataset; makeDataset() puts one together");
  const { name, x, y, samples, features, classes, imageShape, missing } = dataset;
  checkText(name, "dataset: name");
  const where = `dataset "${name}"`;
  const make = "makeDataset() puts a dataset together and checks it";
  checkInteger(samples, `${where}: samples`, 1);
  checkInteger(features, `${where}: features`, 1);
  checkSamples(x, where);
  const size = isSparse(x) ? [x.rows, x.cols] : [x.length];
  const expected = isSparse(x) ? [samples, features] : [samples * features];
  check(size.join() === expected.join(), where, () => {
    return `x holds ${size.join(" x ")} values, expected ${expected.join(" x ")} for ${samples} samples of ${features} features; ${make}`;
  });
  check(ArrayBuffer.isView(y) && y instanceof Uint32Array && y.length === samples, where, () => {
    return `y is no Uint32Array of ${samples} class indices, one a sample; ${make}`;
  });
  check(Array.isArray(classes), where, () => `classes is no list of labels; ${make}`);
  const odd = classes.findIndex((label: unknown) => typeof label !== "string" || label === "");
  check(odd < 0, where, () => {
    return `the label of class index ${odd} is ${shown(classes[odd])}, expected a text that is not empty; ${make}`;
  });
  checkDistinct(classes, where, "classes");
  const beyond = classes.length > 0 ? y.findIndex((index) => index >= classes.length) : -1;
  check(beyond < 0, where, () => {
    return `sample ${beyond + 1} is of class index ${y[beyond]}, expected 0 to ${classes.length - 1}; ${make}`;
  });
  if (dataset.targets !== undefined || dataset.targetNames !== undefined) checkTargets(dataset, where);
  checkNames(dataset, samples, where);
  checkWeights(dataset, where);
  if (imageShape !== undefined) checkImageShape(imageShape, features, `${where}: imageShape`);
  if (missing !== undefined) checkOneOf(missing, ["median"], `${where}: missing`);
}

/** `checkDataset`, of one that is to have labels. */
export function checkLabelled(dataset: Dataset): void {
  checkDataset(dataset);
  const { name, classes, targets } = dataset;
  check(classes.length > 0 || targets !== undefined, `dataset "${name}"`, () => {
    return "it has no labels (classes is empty); training and evaluation need them";
  });
}

/** Throws unless targets are finite numbers, as many for each sample as they have names, and stand in the place of classes. */
export function checkTargets(dataset: Pick<Dataset, "targets" | "targetNames" | "samples" | "classes">, where: string): void {
  const { targets, targetNames, samples, classes } = dataset;
  check(classes.length === 0, where, () => "it has both classes and targets; keep one of them");
  check(ArrayBuffer.isView(targets) && targets instanceof Float64Array, where, () => {
    return `targets is ${shown(targets)}, expected a Float64Array; makeDataset() makes one`;
  });
  check(targets.length > 0 && targets.length % samples === 0, where, () => {
    return `${targets.length} targets for ${samples} samples; expected as many for each`;
  });
  const width = targets.length / samples;
  checkTexts(targetNames ?? [], `${where}: targetNames`, width);
  checkDistinct(targetNames ?? [], where, "names of targets");
  const wrong = targets.findIndex((value) => !(Math.abs(value) <= MOST_F32));
  check(wrong < 0, where, () => {
    return `target "${targetNames?.[wrong % width]}" of sample ${Math.floor(wrong / width) + 1} is ${targets[wrong]}, expected a finite number of 32 bits; correct it, or leave the sample out`;
  });
}

/** Throws unless weights, where there are some, are a number of at least 0 for each sample. */
export function checkWeights({ weights, samples, ids }: Pick<Dataset, "weights" | "samples" | "ids">, where: string): void {
  if (weights === undefined) return;
  const fits = ArrayBuffer.isView(weights) && weights instanceof Float64Array && weights.length === samples;
  check(fits, where, () => {
    return `weights is no Float64Array of ${samples} numbers, one a sample; makeDataset() makes one`;
  });
  const wrong = weights.findIndex((weight) => !(weight >= 0 && weight <= MOST_F32));
  check(wrong < 0, where, () => {
    return `the weight of ${sampleName(ids, wrong)} is ${weights[wrong]}, expected a finite number of at least 0`;
  });
}

/** Throws unless names are texts, as many as what they name. */
export function checkNames(of: Pick<Dataset, "features" | NamedBy>, samples: number, where: string): void {
  const counts = { featureNames: of.features, ids: samples, groups: samples };
  for (const key of Object.keys(counts) as NamedBy[])
    if (of[key] !== undefined) checkTexts(of[key], `${where}: ${key}`, counts[key]);
}

type NamedBy = "featureNames" | "ids" | "groups";

/** Throws unless a shape is the height and width of pictures that make up all features. */
export function checkImageShape(shape: readonly [number, number], features: number, where: string): void {
  const fits = Array.isArray(shape) && shape.length === 2 && shape.every((side) => Number.isInteger(side) && side >= 1);
  const whole = fits && shape[0] * shape[1] === features;
  check(whole, where, () => {
    return fits ? `pictures of ${shape.join(" x ")} do not have ${features} features` : `${shown(shape)} is no height and width`;
  });
}
