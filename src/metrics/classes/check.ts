import { check, checkFloats, checkInteger, isList } from "../../util/check.js";
import { shown } from "../../util/shown.js";
import type { FloatArray } from "../../util/types.js";

/** Throws a usage error unless there is a sample, and every label is an index of `classes` classes. */
export function checkClasses(labels: ArrayLike<number>, classes: number, where: string): void {
  checkInteger(classes, `${where}: classes`, 1);
  check(isList(labels) && labels.length > 0, `${where}: labels`, () => `${shown(labels)} is no list of at least one class index`);
  for (let i = 0; i < labels.length; i++) checkInteger(labels[i], `${where}: label ${i}`, 0, classes - 1);
}

/** Throws a usage error unless probabilities are [samples, classes] numbers from 0 to 1, as far as rounding to f32 allows, for labels that fit. */
export function checkProbabilities(probabilities: FloatArray, labels: ArrayLike<number>, classes: number, where: string): void {
  checkClasses(labels, classes, where);
  checkFloats(probabilities, `${where}: probabilities`, labels.length * classes);
  const wrong = probabilities.findIndex((p) => !(p >= -1e-6 && p <= 1 + 1e-6));
  check(wrong < 0, `${where}: probabilities`, () => {
    return `sample ${Math.floor(wrong / classes)} has ${probabilities[wrong]}, expected numbers from 0 to 1`;
  });
}

/** The mean of the values that there are; null of none. */
export function meanOfDefined(values: readonly (number | null)[]): number | null {
  const defined = values.filter((value) => value !== null);
  return defined.length === 0 ? null : defined.reduce((sum, value) => sum + value, 0) / defined.length;
}
