import { check, didYouMean, isRecord } from "../../util/check.js";
import { alignFeatures, checkFeatures } from "../align.js";
import type { Dataset } from "../dataset.js";
import { fitMedians } from "../missing.js";
import { featureName, plainName } from "../names.js";
import { fTest } from "./f-test.js";
import { librarySize } from "./library-size.js";
import { log2 } from "./log2.js";
import { quantile } from "./quantile.js";
import type { Fitted, Step } from "./step.js";
import { variance } from "./variance.js";

/** The steps that have a name. */
export const STEPS: readonly Step[] = [librarySize, log2, variance, fTest, quantile];

/** A step as it is asked for, such as "variance:2000", with what it learnt. JSON. */
export interface FittedStep extends Fitted {
  readonly step: string;
}

/** What samples go through before they are scaled, as a model keeps it. JSON. */
export interface Preparation {
  readonly steps: readonly FittedStep[];
  /** Features of the samples that it begins with, and their names where they have any. */
  readonly features: number;
  readonly featureNames?: readonly string[];
  /** [features] the medians of that training part, where values may be missing: for features that other data lack. */
  readonly medians?: readonly number[];
}

/** The step of "variance:2000", and its number. Throws a usage error on any other text. */
export function stepOf(asked: string, where = "prepare"): { step: Step; count: number } {
  const [name, number, ...more] = asked.split(":");
  const step = STEPS.find((one) => one.name === name);
  const names = STEPS.map(({ name, counted }) => (counted ? `${name}:N` : name));
  check(
    step !== undefined,
    where,
    () =>
      `"${asked}" is no step; ${didYouMean(
        name,
        STEPS.map((one) => one.name),
      )}take of ${names.join(", ")}`,
  );
  const count = Number(number);
  const fits = more.length === 0 && (step.counted ? /^[1-9]\d*$/.test(number ?? "") : number === undefined);
  check(fits, where, () => {
    return step.counted
      ? `"${asked}" does not say how many features stay; give e.g. ${name}:1000`
      : `"${asked}": step ${name} takes no number`;
  });
  return { step, count };
}

/** Fits steps to a training part, each to what those before make of it. Throws what they throw. */
export function fitSteps(asked: readonly string[], train: Dataset): Preparation {
  const { name, x, features, featureNames, missing } = train;
  const medians = missing && fitMedians(x, features, (j) => `${name}: ${featureName(featureNames, j)}`);
  const steps: FittedStep[] = [];
  let set = train;
  for (const one of asked) {
    const { step, count } = stepOf(one);
    const fitted = { step: one, ...step.fit?.(set, count) };
    steps.push(fitted);
    set = applyStep(set, fitted);
  }
  return { steps, features, ...(featureNames && { featureNames }), ...(medians && { medians: Array.from(medians) }) };
}

/** A new dataset of what steps make of samples, whose features are found by name as `alignFeatures` does. */
export function applySteps(dataset: Dataset, { steps, features, featureNames }: Preparation): Dataset {
  const named = alignFeatures(dataset, featureNames);
  checkFeatures(named, features);
  return steps.reduce(applyStep, named);
}

function applyStep(set: Dataset, fitted: FittedStep): Dataset {
  const x = stepOf(fitted.step).step.apply(set, fitted);
  const { kept } = fitted;
  if (!kept) return { ...set, x };
  const { imageShape: _ofAll, ...rest } = set;
  return { ...rest, x, features: kept.length, featureNames: kept.map((j) => plainName(set.featureNames, j)) };
}

/** The features that samples for a model are to have: those that its steps begin with, or its own. */
export function rawFeatures({
  prepared,
  features,
  featureNames,
}: {
  readonly prepared?: Preparation;
  readonly features: number;
  readonly featureNames?: readonly string[];
}): { readonly features: number; readonly featureNames?: readonly string[] } {
  return prepared ?? { features, ...(featureNames && { featureNames }) };
}

/** Features that are left of so many. */
export function featuresAfter(asked: readonly string[], features: number): number {
  return asked.map((one) => stepOf(one)).reduce((left, { step, count }) => (step.counted ? count : left), features);
}

/** [raw features] numbers of the features that stay, and 0 for the others. */
export function spreadOut({ prepared }: { readonly prepared?: Preparation }, values: Float64Array): Float64Array {
  if (!prepared) return values;
  const places = prepared.steps.reduce(
    (left, { kept }) => (kept ? kept.map((j) => left[j]) : left),
    Array.from({ length: prepared.features }, (_, j) => j),
  );
  const all = new Float64Array(prepared.features);
  for (const [k, j] of places.entries()) all[j] = values[k];
  return all;
}

/** Throws unless steps are what `fitSteps` gives, and end with so many features. */
export function checkPrepared(prepared: Preparation, features: number, where: string): void {
  check(isRecord(prepared) && Array.isArray(prepared.steps), where, () => "are no steps that were fitted");
  const { medians } = prepared;
  const all =
    medians === undefined || (Array.isArray(medians) && medians.length === prepared.features && medians.every(Number.isFinite));
  check(all, `${where}: medians`, () => `are no ${prepared.features} numbers`);
  let left = prepared.features;
  for (const fitted of prepared.steps) {
    check(isRecord(fitted) && typeof fitted.step === "string", where, () => "hold what is no step");
    const { step } = stepOf(fitted.step, where);
    const { kept, reference } = fitted;
    const before: number = left;
    const rising = (j: number, k: number) =>
      Number.isInteger(j) && j >= 0 && j < before && (k === 0 || j > (kept as readonly number[])[k - 1]);
    const whole = Array.isArray(kept) && kept.every(rising);
    check(step.counted ? whole : kept === undefined, where, () => {
      return `step ${fitted.step} does not say which of ${before} features stay`;
    });
    const numbers = Array.isArray(reference) && reference.length === before && reference.every(Number.isFinite);
    check(step.name === "quantile" ? numbers : reference === undefined, where, () => {
      return `step ${fitted.step} has no reference of ${before} numbers`;
    });
    if (kept) left = (kept as readonly number[]).length;
  }
  check(left === features, where, () => `end with ${left} features, the network has ${features}`);
}
