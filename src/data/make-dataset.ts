import { check, checkInteger, checkKeys, checkOneOf, checkText, checkTexts, isFloats, isList } from "../util/check.js";
import { counted } from "../util/counted.js";
import { MOST_F32 } from "../util/floats.js";
import { shown } from "../util/shown.js";
import type { FloatArray } from "../util/types.js";
import { alignClasses } from "./align.js";
import { checkImageShape, checkNames, checkTargets, checkWeights } from "./check-dataset.js";
import type { Dataset, Table } from "./dataset.js";
import { indexLabels } from "./labels.js";
import { countMissing, describeMissing, isComplete, MISSING, refusalOfMissing } from "./missing.js";
import { checkDistinct, plainName } from "./names.js";
import { pickFeatures, pickSamples } from "./pick.js";
import { checkSamples, countSamples, isSparse, narrowSamples, type SampleMatrix } from "./sample-matrix.js";

/**
 * Checks a table and maps its labels to class indices. Classes are the distinct labels, in numeric order when every label is a number.
 * Else they are in order of their UTF-16 code units, so that no locale changes them. With `table.classes` they are those, and a single
 * class may occur. Without labels there are no classes and y is 0: such a dataset is only good for predictions.
 *
 * With `table.targets` there are numbers to learn in the place of classes: `targets` and `targetNames`.
 *
 * NaN in x is a missing value: `table.missing` says what becomes of it. "error" refuses with the counts by feature.
 *
 * Throws
 * - when x does not hold labels.length x features values, or sparse rows are no CSR matrix of that shape;
 * - when there is no sample or no feature (left), or fewer than two classes occur;
 * - when a value is infinite or overflows 32 bits;
 * - on labels that `indexLabels` refuses, and when names or IDs do not fit;
 * - on targets that are not finite, or not as many for each sample, and on weights below 0.
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
    return `${counted(Math.round(held * features), "value")} for ${samples} ${table.labels ? "labels" : "samples"} of ${counted(features, "feature")} each; expected ${samples * features}`;
  });
  if (imageShape !== undefined) checkImageShape(imageShape, features, `${name}: imageShape`);
  checkNames(table, samples, name);
  checkDistinct(table.ids ?? [], name, "sample IDs");
  const whole = withoutMissing({ ...table, x: withinRange(table.x, features, name) }, samples);
  const y = whole.labels
    ? indexLabels(whole.labels, name)
    : { y: new Uint32Array(countSamples(whole.x, whole.features, name)), classes: [], ...targetsOf(whole) };
  check(!whole.labels || classes !== undefined || y.classes.length >= 2, name, () => {
    return `every label is "${y.classes[0]}"; at least two classes are needed (is this the label column?)`;
  });
  const dataset: Dataset = { name, x: whole.x, ...y, samples: y.y.length, features: whole.features };
  if (dataset.targets) checkTargets(dataset, name);
  if (imageShape && whole.features === features) dataset.imageShape = imageShape;
  const { featureNames, ids, groups, notes = [] } = whole;
  Object.assign(dataset, featureNames && { featureNames }, ids && { ids }, groups && { groups }, notes.length > 0 && { notes });
  if (whole.weights) dataset.weights = Float64Array.from(whole.weights);
  checkWeights(dataset, name);
  if (table.missing === "median") dataset.missing = "median";
  return whole.labels && classes ? alignClasses(dataset, classes) : dataset;
}

/** The targets of a table, and their names. */
function targetsOf({ x, features, targets, targetNames, name }: FiniteTable): Pick<Dataset, "targets" | "targetNames"> {
  if (!targets) return {};
  const width = Math.max(1, Math.floor(targets.length / countSamples(x, features, name)));
  const numbered = () => Array.from({ length: width }, (_, t) => (width === 1 ? "y" : `y${t + 1}`));
  return { targets: Float64Array.from(targets), targetNames: targetNames ?? numbered() };
}

const TABLE_KEYS: Record<keyof Table, true> = {
  name: true,
  x: true,
  labels: true,
  targets: true,
  targetNames: true,
  features: true,
  imageShape: true,
  classes: true,
  featureNames: true,
  ids: true,
  groups: true,
  weights: true,
  notes: true,
  missing: true,
};

/** Throws unless the fields of a table are of their types. */
function checkTable(table: Table): void {
  checkKeys(table, TABLE_KEYS, "makeDataset: field");
  const { name, features, labels, targets, weights, missing } = table;
  checkText(name, "makeDataset: name");
  checkInteger(features, `${name}: features`, 1);
  const listed = labels === null || labels === undefined || isList(labels);
  check(listed, name, () => `labels is ${shown(labels)}, expected a list of numbers or texts, or null`);
  check(targets === undefined || isList(targets), name, () => `targets is ${shown(targets)}, expected a list of numbers`);
  check(weights === undefined || isList(weights), name, () => `weights is ${shown(weights)}, expected a list of numbers`);
  check(!targets || !labels, name, () => "both labels and targets are given; give one of them");
  const odd = Array.prototype.findIndex.call(targets ?? [], (value) => typeof value !== "number");
  check(odd < 0, name, () => `value ${odd + 1} of targets is ${shown(targets?.[odd])}, not a number`);
  for (const key of ["classes", "notes"] as const) if (table[key] !== undefined) checkTexts(table[key], `${name}: ${key}`);
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
  let wrong = 0; // a loop, as a call for each of many values takes long
  while (wrong < values.length && !(Math.abs(values[wrong]) > MOST_F32)) wrong++;
  check(wrong === values.length, name, () => {
    const row = isSparse(x) ? x.rowPtr.findIndex((start) => start > wrong) : Math.floor(wrong / features) + 1;
    const column = isSparse(x) ? x.colIdx[wrong] : wrong % features;
    const why = Number.isFinite(values[wrong])
      ? "beyond the range of 32-bit floats (3.4e38)"
      : "every feature must be a finite number";
    return `row ${row}, column ${column + 1} holds ${values[wrong]}${Number.isFinite(values[wrong]) ? "," : ";"} ${why}`;
  });
  if (isSparse(x))
    check(!x.background || x.background.every((value) => Math.abs(value) <= MOST_F32), name, () => {
      return "a background value is not finite";
    });
  return narrowSamples(x);
}

type FiniteTable = Table<SampleMatrix>;

function withoutMissing(table: FiniteTable, samples: number): FiniteTable {
  const { name, x, features, missing = "error", notes = [] } = table;
  const counts = countMissing(x, features);
  if (counts.total === 0) return table;
  const what = describeMissing(counts, samples, table.featureNames);
  check(missing !== "error", name, () => refusalOfMissing(counts, samples, table.featureNames));
  if (missing === "median") return { ...table, notes: [...notes, `${what}; the training part's medians are filled in`] };
  if (missing === "drop-features") {
    const kept = indicesWhere(features, (j) => counts.byFeature[j] === 0);
    check(kept.length > 0, name, () => `${what}; no feature would be left: drop samples or fill in medians (missing: median)`);
    const picked = pickFeatures(x, features, kept);
    const out = features - kept.length;
    const left = `${out} of ${counted(features, "feature")} ${out === 1 ? "is" : "are"} left out`;
    return {
      ...table,
      x: picked,
      features: kept.length,
      featureNames: kept.map((j) => plainName(table.featureNames, j)),
      notes: [...notes, `${what}; ${left}`],
    };
  }
  const kept = indicesWhere(samples, (i) => isComplete(x, features, i));
  check(kept.length > 0, name, () => `${what}; no sample would be left: drop features or fill in medians (missing: median)`);
  const take = <T>(items: ArrayLike<T> | null | undefined) => items && kept.map((i) => items[i]);
  return {
    ...table,
    x: pickSamples(x, features, kept),
    labels: take<string | number>(table.labels) ?? null,
    ...(table.targets && { targets: takeTargets(table.targets, samples, kept) }),
    ids: take(table.ids) ?? undefined,
    groups: take(table.groups) ?? undefined,
    weights: take(table.weights) ?? undefined,
    notes: [...notes, `${what}; ${samples - kept.length} of ${samples} samples are left out`],
  };
}

/** The targets of some of so many samples. */
function takeTargets(targets: ArrayLike<number>, samples: number, kept: readonly number[]): number[] {
  const width = targets.length / samples;
  return kept.flatMap((i) => Array.from({ length: width }, (_, t) => targets[i * width + t]));
}

function indicesWhere(count: number, holds: (index: number) => boolean): number[] {
  return Array.from({ length: count }, (_, index) => index).filter(holds);
}
