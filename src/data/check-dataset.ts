import { check, checkInteger } from "../util/check.js";
import { shown } from "../util/shown.js";
import { checkDistinct, type Dataset } from "./dataset.js";
import { checkSparse, isSparse } from "./sample-matrix.js";

/**
 * Throws unless a dataset that was put together by hand is one: x holds samples x features values, y an index into `classes` for every sample, classes distinct texts,
 * and names that it gives are as many as what they name. Whether values are finite is not looked at. Datasets that `makeDataset` or a reader
 * made pass.
 */
export function checkDataset({ name, x, y, samples, features, classes, featureNames, ids, groups }: Dataset): void {
  const where = `dataset "${name}"`;
  const make = "makeDataset() puts a dataset together and checks it";
  checkInteger(samples, `${where}: samples`, 1);
  checkInteger(features, `${where}: features`, 1);
  const floats = x instanceof Float32Array || x instanceof Float64Array;
  check(floats || (typeof x === "object" && x !== null && isSparse(x)), where, () => {
    return `x is neither a Float32Array or Float64Array nor sparse rows; ${make}`;
  });
  check(y instanceof Uint32Array && y.length === samples, where, () => {
    return `y is no Uint32Array of ${samples} class indices, one a sample; ${make}`;
  });
  const size = isSparse(x) ? [x.rows, x.cols] : [x.length];
  const expected = isSparse(x) ? [samples, features] : [samples * features];
  check(size.join() === expected.join(), where, () => {
    return `x holds ${size.join(" x ")} values, expected ${expected.join(" x ")} for ${samples} samples of ${features} features; ${make}`;
  });
  if (isSparse(x)) checkSparse(x, where);
  check(Array.isArray(classes), where, () => `classes is no list of labels; ${make}`);
  const odd = classes.findIndex((label: unknown) => typeof label !== "string" || label === "");
  check(
    odd < 0,
    where,
    () => `the label of class index ${odd} is ${shown(classes[odd])}, expected a text that is not empty; ${make}`,
  );
  checkDistinct(classes, where, "classes");
  const beyond = classes.length > 0 ? y.findIndex((index) => index >= classes.length) : -1;
  check(
    beyond < 0,
    where,
    () => `sample ${beyond + 1} is of class index ${y[beyond]}, expected 0 to ${classes.length - 1}; ${make}`,
  );
  for (const [what, names, count] of [
    ["featureNames", featureNames, features],
    ["ids", ids, samples],
    ["groups", groups, samples],
  ] as const)
    check(!names || names.length === count, where, () => `${what} holds ${names?.length} names, expected ${count}; ${make}`);
}
