import { check, checkInteger } from "../util/check.js";
import type { FloatArray } from "../util/types.js";

/** A classification dataset in memory. Never changed in place: every function here returns a new one. */
export interface Dataset {
  name: string;
  /** Sample-major [samples, features]: feature j of sample i is x[i * features + j]; every value is finite. */
  x: Float32Array;
  /** [samples]: index into `classes`. */
  y: Uint32Array;
  samples: number;
  features: number;
  /** The label of each class index, as text. */
  classes: string[];
  /** [height, width] when a sample is a picture, row by row. */
  imageShape?: [number, number];
}

/** What a reader hands over: values and labels of any kind. */
export interface Table {
  name: string;
  /** Sample-major [samples, features]. A Float32Array is kept as it is, not copied. */
  x: FloatArray;
  /** [samples] class labels: numbers, or strings; null for samples without labels. */
  labels: ArrayLike<number | string> | null;
  features: number;
  imageShape?: [number, number];
  /** Map the labels onto these classes (a trained model's) instead of the classes found here. */
  classes?: readonly string[];
}

/**
 * Checks a table and maps its labels to class indices. Classes are the distinct labels: in numeric order when every label is a
 * number, else in order of their UTF-16 code units (so that no locale changes them). With `table.classes` they are those, and a
 * single class may occur. Without labels there are no classes and y is 0: such a dataset is only good for predictions.
 *
 * Throws when x does not hold labels.length x features values, when there is no sample or no feature, when a value is not
 * finite or overflows 32 bits, when a label is empty or not finite, or when fewer than two classes occur.
 */
export function makeDataset(table: Table): Dataset {
  const { name, features, imageShape } = table;
  checkInteger(features, `${name}: features`, 1);
  const samples = table.labels ? table.labels.length : Math.floor(table.x.length / features);
  check(samples > 0, name, () => "it holds no samples; at least one is needed");
  check(table.x.length === samples * features, name, () => {
    return `${table.x.length} values for ${samples} ${table.labels ? "labels" : "samples"} of ${features} features each; expected ${samples * features}`;
  });
  if (imageShape) {
    const [height, width] = imageShape;
    check(height * width === features, name, () => `pictures of ${height} x ${width} do not have ${features} features`);
  }
  const x = toFinite32(table.x, features, name);
  if (!table.labels)
    return { name, x, y: new Uint32Array(samples), classes: [], samples, features, ...(imageShape && { imageShape }) };
  const found = indexLabels(table.labels, name);
  check(table.classes !== undefined || found.classes.length >= 2, name, () => {
    return `every label is "${found.classes[0]}"; at least two classes are needed (is this the label column?)`;
  });
  const dataset: Dataset = { name, x, ...found, samples, features, ...(imageShape && { imageShape }) };
  return table.classes ? alignClasses(dataset, table.classes) : dataset;
}

function toFinite32(x: FloatArray, features: number, name: string): Float32Array {
  const x32 = x instanceof Float32Array ? x : new Float32Array(x);
  for (let k = 0; k < x32.length; k++) {
    if (Number.isFinite(x32[k])) continue;
    const place = `row ${Math.floor(k / features) + 1}, column ${(k % features) + 1}`;
    check(!Number.isFinite(x[k]), name, () => `${place} holds ${x[k]}, beyond the range of 32-bit floats (3.4e38)`);
    check(false, name, () => `${place} holds ${x[k]}; every feature must be a finite number`);
  }
  return x32;
}

function indexLabels(labels: ArrayLike<number | string>, name: string): { y: Uint32Array; classes: string[] } {
  const seen = new Map<string, number>();
  const y = new Uint32Array(labels.length);
  let numeric = true;
  for (let i = 0; i < labels.length; i++) {
    const label = labels[i];
    if (typeof label !== "number") numeric = false;
    check(typeof label !== "number" || Number.isFinite(label), name, () => `the label of row ${i + 1} is ${label}, not a class`);
    check(label !== "", name, () => `the label of row ${i + 1} is empty`);
    const text = String(label);
    const index = seen.get(text) ?? seen.size;
    if (index === seen.size) seen.set(text, index);
    y[i] = index;
  }
  const firstSeen = [...seen.keys()];
  const classes = numeric ? firstSeen.toSorted((a, b) => Number(a) - Number(b)) : firstSeen.toSorted();
  const rank = new Map(classes.map((label, index) => [label, index]));
  const sorted = Uint32Array.from(firstSeen, (label) => rank.get(label) ?? 0);
  for (let i = 0; i < y.length; i++) y[i] = sorted[y[i]];
  return { y, classes };
}

/** The samples at `indices`, in that order, with all classes of the dataset kept. Throws on an index out of range. */
export function takeSamples(dataset: Dataset, indices: ArrayLike<number>, name = dataset.name): Dataset {
  const { features } = dataset;
  const x = new Float32Array(indices.length * features);
  const y = new Uint32Array(indices.length);
  for (let k = 0; k < indices.length; k++) {
    const i = indices[k];
    checkInteger(i, `${dataset.name}: sample index`, 0, dataset.samples - 1);
    x.set(dataset.x.subarray(i * features, (i + 1) * features), k * features);
    y[k] = dataset.y[i];
  }
  return { ...dataset, name, x, y, samples: indices.length };
}

/**
 * `dataset` with its labels mapped onto `classes` (the train set's or a model's). Classes that do not occur in it are fine;
 * throws on a label that `classes` lacks.
 */
export function alignClasses(dataset: Dataset, classes: readonly string[]): Dataset {
  const index = new Map(classes.map((label, at) => [label, at]));
  const target = dataset.classes.map((label) => index.get(label));
  const y = new Uint32Array(dataset.samples);
  for (let i = 0; i < y.length; i++) {
    const to = target[dataset.y[i]];
    check(to !== undefined, dataset.name, () => {
      return `label "${dataset.classes[dataset.y[i]]}" (row ${i + 1}) is not among the ${classes.length} classes trained on: ${list(classes)}`;
    });
    y[i] = to;
  }
  return { ...dataset, y, classes: [...classes] };
}

/** Throws unless the dataset has exactly `features` features (those of the train set or of a model). */
export function checkFeatures(dataset: Dataset, features: number): void {
  check(dataset.features === features, dataset.name, () => {
    return `its samples have ${dataset.features} features, but the model was trained on ${features}; give data with the same columns`;
  });
}

function list(classes: readonly string[]): string {
  const shown = classes.slice(0, 10).join(", ");
  return classes.length > 10 ? `${shown}, ...` : shown;
}
