import { check } from "../../util/check.js";
import { excerpt } from "../../util/shown.js";
import type { FloatArray } from "../../util/types.js";
import type { Dataset } from "../dataset.js";
import { makeDataset } from "../make-dataset.js";
import { areQuantities, hardlyRepeats, quantityNote } from "../quantities.js";
import type { SparseRows } from "../sample-matrix.js";
import type { ReadOptions } from "./read-options.js";
import { isNumber } from "./table/cells.js";
import { checkFilled, checkLabels, weightsOf } from "./table/table-labels.js";

/** Numbers or texts of a shape, row-major. */
export interface ArrayOf<Data> {
  readonly shape: readonly number[];
  readonly data: Data;
}
type Values = ArrayLike<number | string>;

/** What a dataset is made of where a file has arrays. */
export interface Parts {
  /** [n, features], or pictures [n, height, width], perhaps with channels behind, or before, these. */
  readonly samples: ArrayOf<FloatArray | SparseRows>;
  /** [n] or [n, 1], numbers or texts, or one-hot [n, classes]; of numbers to learn [n] or [n, targets]. */
  readonly labels: ArrayOf<Values> | null;
  /** What numbers of labels stand for, from 0, or what columns of numbers to learn are called, and where that stands. */
  readonly labelNames?: { readonly names: readonly string[]; readonly from: string };
  /** What messages call the labels, if not that. */
  readonly labelled?: string;
  /** Of numbers to learn. */
  readonly targetNames?: readonly string[];
  /** [n] or [n, 1]. */
  readonly groups?: ArrayOf<Values>;
  /** [n] or [n, 1]. */
  readonly weights?: ArrayOf<Values>;
  readonly featureNames?: readonly string[];
  readonly ids?: readonly string[];
  /** What the set is called where it is another than that of training: "x_val, y_val". */
  readonly set?: string;
  /** Other sets that the file holds. */
  readonly beside?: Dataset["beside"];
  readonly notes: string[];
}

/** The dataset of arrays; pictures give it their imageShape. Throws, as `makeDataset` does, where shapes do not fit. */
export function datasetOf(parts: Parts, file: string, options: ReadOptions): Dataset {
  const { samples, labels, labelNames, labelled = "labels", groups, weights, featureNames, ids, set, beside, notes } = parts;
  const of = set === undefined ? "" : ` (${set})`;
  const where = `${file}${of}`;
  const { classes, missing } = options;
  const name = `${options.name ?? file}${of}`;
  const [count, ...sides] = samples.shape;
  const shape = sides.length === 3 && sides[2] === 1 ? sides.slice(0, 2) : sides;
  const shown = `the samples have shape (${samples.shape.join(", ")})`;
  check(shape.length >= 1 && shape.length <= 3, where, () => `${shown}; expected (n, features) or pictures (n, height, width)`);
  const features = shape.reduce((product, size) => product * size, 1);
  if (shape.length === 3) notes.push(`${shown}: each is taken as ${features} features`);
  check(count > 0 && features > 0, where, () => `${shown}: there are none`);
  const called = `${where}: ${labelled}`;
  const numeric = labels !== null && (options.numeric ?? (!classes && areQuantities(labels.data)));
  if (numeric && options.numeric === undefined)
    notes.push(quantityNote(labelled === "labels" ? "its labels" : `the values of ${labelled}`));
  const named = labelNames && labels?.shape[1] === labelNames.names.length ? labelNames.names : undefined;
  const { targetNames = named } = parts;
  const dataset = makeDataset({
    name,
    x: samples.data,
    features,
    classes,
    missing,
    notes,
    featureNames,
    ids,
    ...(labels &&
      (numeric
        ? { targets: targetsOf(labels, count, called), targetNames }
        : { labels: namedLabels(labelsOf(labels, count, called, options, notes), labelNames, classes, notes) })),
    groups: groups && groupsOf(groups, count, where, ids),
    ...(weights && { weights: weightsOf(Array.from(vectorOf(weights, count, `${where}: weights`), String), where, ids) }),
    ...(shape.length === 2 && { imageShape: [shape[0], shape[1]] as [number, number] }),
  });
  return beside && beside.length > 0 ? { ...dataset, beside } : dataset;
}

function labelsOf(labels: ArrayOf<Values>, count: number, where: string, options: ReadOptions, notes: string[]): Values {
  const [rows, columns] = labels.shape;
  if (labels.shape.length === 2 && rows === count && columns > 1) return classesOfOneHot(labels, where, notes);
  const found = vectorOf(labels, count, where);
  if (Array.isArray(found)) checkLabels(found, (i) => `${where}: row ${i + 1}`);
  const distinct = new Set(Array.from(found)).size;
  const classes = options.numeric === false || options.classes !== undefined || typeof found[0] !== "number";
  check(classes || !hardlyRepeats(distinct, count), where, () => {
    return `would be ${distinct} classes for ${count} samples; to learn them as numbers, take task regression; if they are classes, task classification`;
  });
  return found;
}

/** Labels that count `names` from 0 by these names; as they are where others are among them, or a model has other classes. */
function namedLabels(labels: Values, labelNames: Parts["labelNames"], classes: ReadOptions["classes"], notes: string[]): Values {
  const { names, from } = labelNames ?? { names: [], from: "" };
  const other = Array.prototype.find.call(labels, (label) => typeof label !== "number" || names[label] === undefined);
  if (other !== undefined || (classes && !names.every((name) => classes.includes(name)))) {
    if (labelNames && !classes && typeof other === "number")
      notes.push(
        `classes do not have the names of ${from}: it holds ${names.length}, which number labels from 0, and a label is ${other}`,
      );
    return labels;
  }
  notes.push(`classes have the names of ${from}`);
  return Array.from(labels, (label) => names[Number(label)]);
}

function groupsOf(groups: ArrayOf<Values>, count: number, where: string, ids: Parts["ids"]): string[] {
  const found = Array.from(vectorOf(groups, count, `${where}: groups`), String);
  checkFilled(found, where, ids);
  return found;
}

/** [n] or [n, targets] numbers to learn. */
function targetsOf({ shape, data }: ArrayOf<Values>, count: number, where: string): ArrayLike<number> {
  check(shape[0] === count && shape.length <= 2 && shape[1] !== 0, where, () => {
    return `have shape (${shape.join(", ")}), expected (${count}) or (${count}, targets), numbers for each sample`;
  });
  if (!Array.isArray(data)) return data as ArrayLike<number>;
  const odd = data.findIndex((value) => typeof value !== "number" && !isNumber(value));
  check(
    odd < 0,
    where,
    () =>
      `are texts, like "${excerpt(data[odd])}" of sample ${Math.floor((odd * shape[0]) / data.length) + 1}; a regression learns numbers`,
  );
  return data.map(Number);
}

function vectorOf({ shape, data }: ArrayOf<Values>, count: number, where: string): Values {
  const [n, width = 1, ...more] = shape;
  check(more.length === 0 && width === 1 && n === count, where, () => {
    return `have shape (${shape.join(", ")}), expected (${count}), one for each sample`;
  });
  return data;
}

/** Whether values are 0 or 1 throughout. */
export function isBinary(values: Values): boolean {
  for (let k = 0; k < values.length; k++) if (values[k] !== 0 && values[k] !== 1) return false;
  return true;
}

/**
 * The class of every row of one-hot labels: the column of its 1, from 0, which is noted. Throws, naming the first row,
 * where a row has no 1, several, or another number than 0 and 1.
 */
function classesOfOneHot({ shape: [rows, columns], data }: ArrayOf<Values>, where: string, notes: string[]): Float64Array {
  const but = (i: number) => `have shape (${rows}, ${columns}) and would be one-hot, a 1 in each row, but row ${i + 1}`;
  const classes = Float64Array.from({ length: rows }, (_, i) => {
    let at = -1;
    for (let j = 0; j < columns; j++) {
      const value = data[i * columns + j];
      check(value === 0 || value === 1, where, () => `${but(i)} holds ${value}`);
      check(value === 0 || at < 0, where, () => `${but(i)} has several, in columns ${at + 1} and ${j + 1}`);
      if (value === 1) at = j;
    }
    check(at >= 0, where, () => `${but(i)} has none`);
    return at;
  });
  notes.push(`labels of shape (${rows}, ${columns}) are one-hot: a sample's class is the column of its 1, from 0`);
  return classes;
}
