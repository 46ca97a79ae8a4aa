import { check, checkTexts } from "../util/check.js";
import { checkDataset } from "./check-dataset.js";
import type { Dataset } from "./dataset.js";
import { matchLabels } from "./labels.js";
import { checkDistinct, list } from "./names.js";
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
    return `its samples have ${dataset.features} features, but the model was trained on ${features}; give data with the same columns`;
  });
}

/**
 * `dataset` with the features `wanted` (those of the train set or of a model) in that order, found by name; others are left out with a
 * note. Features without names, here or there, are taken in their order. Throws when names are missing, or are not distinct.
 */
export function alignFeatures<X extends SampleMatrix>(dataset: Dataset<X>, wanted: readonly string[] | undefined): Dataset<X> {
  checkDataset(dataset);
  if (wanted !== undefined) checkTexts(wanted, `${dataset.name}: wanted features`);
  const { name, features } = dataset;
  const names = dataset.featureNames ?? positions(features, wanted);
  if (!wanted || !names || (names.length === wanted.length && names.every((feature, j) => feature === wanted[j]))) return dataset;
  const columns = featureColumns(names, wanted, name);
  const x = pickFeatures(dataset.x, features, columns);
  const { imageShape: _ofOtherFeatures, ...rest } = dataset;
  const notes = [...(dataset.notes ?? []), ...alignmentNotes(features, wanted.length)];
  return { ...rest, x, features: wanted.length, featureNames: wanted, notes };
}

/**
 * Names of features that have none, "feature 1" and so on, where a model trained on such data left some of them out; else undefined:
 * then features are taken in their order.
 */
export function positions(features: number, wanted: readonly string[] | undefined): string[] | undefined {
  if (!wanted || wanted.length === features || !wanted.every((name) => /^feature \d+$/.test(name))) return undefined;
  return Array.from({ length: features }, (_, j) => `feature ${j + 1}`);
}

/** What aligning `found` features to `wanted` ones left out or moved. */
export function alignmentNotes(found: number, wanted: number): string[] {
  return [
    found > wanted
      ? `${found - wanted} of its ${found} features are not the model's and are left out`
      : "its features are put into the model's order, by name",
  ];
}

/** Index into `names` of every wanted feature. Throws when one is missing or occurs twice. */
export function featureColumns(names: readonly string[], wanted: readonly string[], where: string): number[] {
  const index = new Map(names.map((name, j) => [name, j]));
  const absent = wanted.filter((name) => !index.has(name));
  check(absent.length === 0, where, () => {
    return `it lacks ${absent.length} of the ${wanted.length} features that the model was trained on: ${list(absent)}`;
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
