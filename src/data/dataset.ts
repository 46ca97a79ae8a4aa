import { check, checkInteger, checkKeys, checkOneOf, checkText, checkTexts, isFloats, isList } from "../util/check.js";
import { MOST_F32 } from "../util/floats.js";
import { shown } from "../util/shown.js";
import type { FloatArray } from "../util/types.js";
import { checkDataset } from "./check-dataset.js";
import { indexLabels, matchLabels } from "./labels.js";
import { countMissing, describeMissing, isComplete, MISSING, type MissingPolicy } from "./missing.js";
import { pickFeatures, pickSamples } from "./pick.js";
import type { TableLayout } from "./readers/layout.js";
import { checkSamples, countSamples, isSparse, narrowSamples, type SampleMatrix, type SparseRows } from "./sample-matrix.js";

/** A classification dataset in memory. Never changed in place: every function here returns a new one. */
export interface Dataset<X extends SampleMatrix = SampleMatrix> {
  name: string;
  /**
   * [samples, features], finite, or with `missing` also NaN. Dense and sample-major: feature j of sample i is x[i * features + j]; or sparse
   * rows, which stay so and become dense only in the chunks that go to a device.
   */
  x: X;
  /** [samples] index into `classes`. */
  y: Uint32Array;
  samples: number;
  features: number;
  /** The label of each class index, as text. */
  classes: string[];
  /** [height, width] when a sample is a picture, row by row. */
  imageShape?: [number, number];
  /** [features] names; absent where the data have none. */
  featureNames?: readonly string[];
  /** [samples] names, all distinct. */
  ids?: readonly string[];
  /** [samples] samples of equal group (several of one patient) stay together in splits. */
  groups?: readonly string[];
  /** x holds NaN where a value is missing; training fills in the medians of its training part and keeps them in the model. */
  missing?: "median";
  /** Of a table of text: where it had what is no feature. */
  layout?: TableLayout;
  /** What the reader guessed or left out, a sentence each. */
  notes?: readonly string[];
}

/** What a reader hands over: values and labels of any kind. */
export interface Table<X extends FloatArray | SparseRows = FloatArray | SparseRows> {
  name: string;
  /**
   * [samples, features], sample-major, or sparse rows. They are kept as they are, not copied, but those in 64 bits that 32 hold exactly become
   * 32-bit ones.
   */
  x: X;
  /** [samples] class labels: numbers, or strings; null for samples without labels. */
  labels: ArrayLike<number | string> | null;
  features: number;
  imageShape?: [number, number];
  /** Map the labels onto these classes (a trained model's) instead of the classes found here. */
  classes?: readonly string[];
  featureNames?: readonly string[];
  ids?: readonly string[];
  groups?: readonly string[];
  notes?: readonly string[];
  /** What to do where x is NaN; default "error". */
  missing?: MissingPolicy;
}

/**
 * Checks a table and maps its labels to class indices. Classes are the distinct labels: in numeric order when every label is a
 * number, else in order of their UTF-16 code units (so that no locale changes them). With `table.classes` they are those, and a
 * single class may occur. Without labels there are no classes and y is 0: such a dataset is only good for predictions.
 *
 * NaN in x is a missing value: `table.missing` says what becomes of it. "error" refuses with the counts by feature.
 *
 * Throws when x does not hold labels.length x features values, or sparse rows are no CSR matrix of that shape, when there is no sample or no feature (left), when a value is infinite
 * or overflows 32 bits, on labels that `indexLabels` refuses, when names or IDs do not fit, or when fewer than two classes occur.
 */
export function makeDataset(table: Table<Float32Array>): Dataset<Float32Array>;
export function makeDataset(table: Table<FloatArray>): Dataset<FloatArray>;
export function makeDataset(table: Table): Dataset;
export function makeDataset(table: Table): Dataset {
  checkTable(table);
  const { name, features, imageShape, classes } = table;
  if (!isSparse(table.x) && !isFloats(table.x)) return makeDataset({ ...table, x: numbersOf(table.x, name) });
  checkSamples(table.x, name);
  const held = countSamples(table.x, features, name);
  const samples = table.labels ? table.labels.length : Math.floor(held);
  check(samples > 0, name, () => "it holds no samples; at least one is needed");
  check(held === samples, name, () => {
    return `${Math.round(held * features)} values for ${samples} ${table.labels ? "labels" : "samples"} of ${features} features each; expected ${samples * features}`;
  });
  if (imageShape !== undefined) {
    const sides =
      Array.isArray(imageShape) && imageShape.length === 2 && imageShape.every((side) => Number.isInteger(side) && side > 0);
    check(sides, name, () => `imageShape is ${shown(imageShape)}, expected [height, width]`);
    const [height, width] = imageShape;
    check(height * width === features, name, () => `pictures of ${height} x ${width} do not have ${features} features`);
  }
  checkNames(table, samples);
  const whole = withoutMissing({ ...table, x: withinRange(table.x, features, name) }, samples);
  const y = whole.labels
    ? indexLabels(whole.labels, name)
    : { y: new Uint32Array(countSamples(whole.x, whole.features, name)), classes: [] };
  check(!whole.labels || classes !== undefined || y.classes.length >= 2, name, () => {
    return `every label is "${y.classes[0]}"; at least two classes are needed (is this the label column?)`;
  });
  const dataset: Dataset = { name, x: whole.x, ...y, samples: y.y.length, features: whole.features };
  if (imageShape && whole.features === features) dataset.imageShape = imageShape;
  const { featureNames, ids, groups, notes = [] } = whole;
  Object.assign(dataset, featureNames && { featureNames }, ids && { ids }, groups && { groups }, notes.length > 0 && { notes });
  if (table.missing === "median") dataset.missing = "median";
  return whole.labels && classes ? alignClasses(dataset, classes) : dataset;
}

const TABLE_KEYS: Record<keyof Table, true> = {
  ...{ name: true, x: true, labels: true, features: true, imageShape: true, classes: true, featureNames: true, ids: true },
  ...{ groups: true, notes: true, missing: true },
};

/** Throws unless the fields of a table are of their types. */
function checkTable(table: Table): void {
  checkKeys(table, TABLE_KEYS, "makeDataset: field");
  const { name, features, labels, missing } = table;
  checkText(name, "makeDataset: name");
  checkInteger(features, `${name}: features`, 1);
  const listed = labels === null || labels === undefined || isList(labels);
  check(listed, name, () => `labels is ${shown(labels)}, expected a list of numbers or texts, or null`);
  for (const key of ["classes", "featureNames", "ids", "groups", "notes"] as const)
    if (table[key] !== undefined) checkTexts(table[key], `${name}: ${key}`);
  if (missing !== undefined) checkOneOf(missing, MISSING, `${name}: missing`);
}

/** A list of numbers as floats. */
function numbersOf(x: unknown, name: string): FloatArray {
  check(isList(x), name, () => `x is ${shown(x)}, expected a float array, a list of numbers or sparse rows`);
  const odd = Array.prototype.findIndex.call(x, (value) => typeof value !== "number");
  check(odd < 0, name, () => `value ${odd + 1} of x is ${shown(x[odd])}, not a number`);
  return Float64Array.from(x as ArrayLike<number>);
}

/** The samples, in 32 bits where these hold them exactly. Throws on values that are infinite or beyond 32 bits. */
function withinRange(x: SampleMatrix, features: number, name: string): SampleMatrix {
  const values = isSparse(x) ? x.values : x;
  const wrong = values.findIndex((value) => Math.abs(value) > MOST_F32);
  check(wrong < 0, name, () => {
    const row = isSparse(x) ? x.rowPtr.findIndex((start) => start > wrong) : Math.floor(wrong / features) + 1;
    const column = isSparse(x) ? x.colIdx[wrong] : wrong % features;
    const why = Number.isFinite(values[wrong])
      ? "beyond the range of 32-bit floats (3.4e38)"
      : "every feature must be a finite number";
    return `row ${row}, column ${column + 1} holds ${values[wrong]}${Number.isFinite(values[wrong]) ? "," : ";"} ${why}`;
  });
  if (isSparse(x))
    check(
      !x.background || x.background.every((value) => Math.abs(value) <= MOST_F32),
      name,
      () => "a background value is not finite",
    );
  return narrowSamples(x);
}

function checkNames({ name, features, featureNames, ids, groups }: Table, samples: number): void {
  for (const [what, names, count] of [
    ["feature names", featureNames, features],
    ["sample IDs", ids, samples],
    ["groups", groups, samples],
  ] as const)
    check(!names || names.length === count, name, () => `${names?.length} ${what} for ${count}`);
  checkDistinct(ids ?? [], name, "sample IDs");
}

/** Throws when a name occurs twice, with the number of those that do and examples. */
export function checkDistinct(names: readonly string[], where: string, what: string): void {
  const again = repeated(names);
  check(again.length === 0, where, () => `${again.length} ${what} occur more than once: ${list(again)}`);
}

function repeated(names: readonly string[]): string[] {
  if (new Set(names).size === names.length) return [];
  const seen = new Set<string>();
  return [...new Set(names.filter((name) => seen.has(name) || !seen.add(name)))];
}

/** What to tell of features of a training set whose names are those of others, too; [] where there are none. */
export function repeatedNameNotes({ featureNames = [] }: Dataset): string[] {
  const again = repeated(featureNames);
  if (again.length === 0) return [];
  return [
    `${again.length} feature names occur more than once: ${list(again)}; data for this model must have its features in the same order, as these cannot be told apart by name`,
  ];
}

type FiniteTable = Table<SampleMatrix>;

function withoutMissing(table: FiniteTable, samples: number): FiniteTable {
  const { name, x, features, missing = "error", notes = [] } = table;
  const counts = countMissing(x, features);
  if (counts.total === 0) return table;
  const nameOf = (j: number) => table.featureNames?.[j] ?? `feature ${j + 1}`;
  const what = describeMissing(counts, samples, nameOf);
  check(missing !== "error", name, () => {
    return `${what}; drop what has any (option missing: drop-samples or drop-features), or fill in the training part's medians (missing: median)`;
  });
  if (missing === "median") return { ...table, notes: [...notes, `${what}; the training part's medians are filled in`] };
  if (missing === "drop-features") {
    const kept = indicesWhere(features, (j) => counts.byFeature[j] === 0);
    check(kept.length > 0, name, () => `${what}; no feature would be left: drop samples or fill in medians (missing: median)`);
    const picked = pickFeatures(x, features, kept);
    const left = `${features - kept.length} of ${features} features are left out`;
    return { ...table, x: picked, features: kept.length, featureNames: kept.map(nameOf), notes: [...notes, `${what}; ${left}`] };
  }
  const kept = indicesWhere(samples, (i) => isComplete(x, features, i));
  check(kept.length > 0, name, () => `${what}; no sample would be left: drop features or fill in medians (missing: median)`);
  const take = <T>(items: ArrayLike<T> | null | undefined) => items && kept.map((i) => items[i]);
  return {
    ...table,
    x: pickSamples(x, features, kept),
    labels: take<string | number>(table.labels) ?? null,
    ids: take(table.ids) ?? undefined,
    groups: take(table.groups) ?? undefined,
    notes: [...notes, `${what}; ${samples - kept.length} of ${samples} samples are left out`],
  };
}

function indicesWhere(count: number, holds: (index: number) => boolean): number[] {
  return Array.from({ length: count }, (_, index) => index).filter(holds);
}

/** The samples at `indices`, in that order, with all classes of the dataset kept. Throws on an index out of range. */
export function takeSamples<X extends SampleMatrix>(
  dataset: Dataset<X>,
  indices: ArrayLike<number>,
  name = dataset?.name,
): Dataset<X> {
  checkDataset(dataset);
  check(isList(indices), `${dataset.name}: takeSamples`, () => `${shown(indices)} is no list of indices`);
  checkText(name, `${dataset.name}: takeSamples: name`);
  const y = new Uint32Array(indices.length);
  for (let k = 0; k < indices.length; k++) {
    checkInteger(indices[k], `${dataset.name}: sample index`, 0, dataset.samples - 1);
    y[k] = dataset.y[indices[k]];
  }
  const x = pickSamples(dataset.x, dataset.features, indices);
  const { ids, groups } = dataset;
  const take = (names: readonly string[]) => Array.from(indices, (i) => names[i]);
  return {
    ...dataset,
    name,
    x,
    y,
    samples: indices.length,
    ...(ids && { ids: take(ids) }),
    ...(groups && { groups: take(groups) }),
  };
}

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

/** Names for a message: the first ten. */
export function list(names: readonly string[]): string {
  const shown = names.slice(0, 10).join(", ");
  return names.length > 10 ? `${shown}, ...` : shown;
}
