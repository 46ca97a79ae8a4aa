import { check, checkTexts } from "../util/check.js";
import { counted } from "../util/counted.js";
import { checkDataset } from "./check-dataset.js";
import type { Dataset } from "./dataset.js";
import { matchLabels } from "./labels.js";
import { checkDistinct, list, plainName } from "./names.js";
import { pickFeatures } from "./pick.js";
import type { SampleMatrix } from "./sample-matrix.js";

// Data of the same kind as those that a model was trained on, put into the model's order.

/**
 * `dataset` with its labels mapped onto `classes` (the train set's or a model's): by their texts, and those that are none of them as numbers,
 * which a note says. Classes that do not occur in it are fine; throws on a label that `classes` lacks.
 */
export function alignClasses<X extends SampleMatrix>(dataset: Dataset<X>, classes: readonly string[]): Dataset<X> {
  checkDataset(dataset);
  checkTexts(classes, `${dataset.name}: classes`);
  const occurring = [...new Set(dataset.y)];
  const { index, notes } = matchLabels(
    occurring.map((c) => dataset.classes[c]),
    classes,
  );
  const target = new Map(occurring.map((c, k) => [c, index[k]]));
  const y = dataset.y.map((c) => target.get(c) as number);
  if (index.includes(-1))
    refuseUnknown(
      dataset,
      dataset.y.findIndex((c) => target.get(c) === -1),
      classes,
    );
  return { ...dataset, y, classes: [...classes], ...(notes.length > 0 && { notes: [...(dataset.notes ?? []), ...notes] }) };
}

function refuseUnknown({ name, y, classes: found }: Dataset, i: number, classes: readonly string[]): never {
  const label = found[y[i]];
  const near = classes.find((known) => known.toLowerCase() === label.toLowerCase());
  check(false, name, () => {
    return `label "${label}" (row ${i + 1}) is not among the ${classes.length} classes trained on: ${list(classes)}${near ? `; is it "${near}"?` : ""}`;
  });
}

/** Throws unless the dataset has exactly `features` features (those of the train set or of a model). */
export function checkFeatures(dataset: Dataset, features: number): void {
  check(dataset.features === features, dataset.name, () => {
    return `its samples have ${counted(dataset.features, "feature")}, but the model was trained on ${features}; give data with the same columns`;
  });
}

/**
 * `dataset` with the features `wanted` (those of the train set or of a model) in that order, found by name; others are left out with a
 * note. Features without names, here or there, are taken in their order. Throws when names are missing, or are not distinct.
 */
export function alignFeatures<X extends SampleMatrix>(dataset: Dataset<X>, wanted: readonly string[] | undefined): Dataset<X> {
  checkDataset(dataset);
  if (wanted !== undefined) checkTexts(wanted, `${dataset.name}: wanted features`);
  const { x, features, featureNames } = dataset;
  const match = matchFeatures(featureNames, features, wanted, dataset.name);
  if (!match) return dataset;
  const { imageShape: _ofOtherFeatures, ...rest } = dataset;
  const { columns, names, note } = match;
  const notes = [...(dataset.notes ?? []), note];
  return { ...rest, x: pickFeatures(x, features, columns), features: names.length, featureNames: names, notes };
}

/**
 * Where the features `wanted` are among `features` ones of these names, and what to tell of it; undefined where all are there in that order.
 * Features that have no names, here or there, are in their order; they are "feature 1" and so on where a model trained on such data left
 * some of them out. With `absent` those that are not there are left out of the wanted ones. Throws as `alignFeatures` does.
 */
export function matchFeatures(
  featureNames: readonly string[] | undefined,
  features: number,
  wanted: readonly string[] | undefined,
  where: string,
  absent = false,
): { readonly columns: number[]; readonly names: readonly string[]; readonly note: string } | undefined {
  const unnamed = wanted && wanted.length !== features && wanted.every((name) => /^feature \d+$/.test(name));
  const found = featureNames ?? (unnamed ? Array.from({ length: features }, (_, j) => plainName(undefined, j)) : undefined);
  if (!wanted || !found || (found.length === wanted.length && found.every((name, j) => name === wanted[j]))) return undefined;
  if (absent) {
    const known = new Set(found);
    const there = wanted.filter((name) => known.has(name));
    if (there.length > 0 && there.length < wanted.length) return matchFeatures(found, features, there, where);
  }
  const left = features - wanted.length;
  const note = left > 0 ? leftOut(left, features) : "its features are put into the model's order, by name";
  return { columns: featureColumns(found, wanted, where), names: wanted, note };
}

/** What is told of `count` of `all` features that a model does not know. */
export const leftOut = (count: number, all: number) =>
  `${count} of its ${counted(all, "feature")} ${count === 1 ? "is not the model's and is" : "are not the model's and are"} left out`;

/** Index into `names` of every wanted feature. Throws when one is missing or occurs twice. */
function featureColumns(names: readonly string[], wanted: readonly string[], where: string): number[] {
  const index = new Map(names.map((name, j) => [name, j]));
  const absent = wanted.filter((name) => !index.has(name));
  check(absent.length === 0, where, () => {
    return `it lacks ${absent.length} of the ${counted(wanted.length, "feature")} that the model was trained on: ${list(absent)}; predict and eval fill in some (--absent median)`;
  });
  checkDistinct(wanted, where, "feature names of the model");
  const twice = new Set(wanted);
  checkDistinct(
    names.filter((name) => twice.has(name)),
    where,
    "feature names",
  );
  return wanted.map((name) => index.get(name) as number);
}
