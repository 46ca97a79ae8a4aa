import { check, didYouMean } from "../../../util/check.js";
import type { FloatArray } from "../../../util/types.js";
import { list } from "../../names.js";
import type { SampleMatrix } from "../../sample-matrix.js";
import type { ArrayOf, Parts } from "../arrays.js";
import type { NamedOptions } from "../format.js";
import { withoutLabels } from "../read-options.js";
import { labelName } from "../table/column-names.js";
import { labelsById } from "../table/label-file.js";
import { checkLabels, classLabels } from "../table/table-labels.js";

/** A column of what is known of samples: numbers, or texts ("" where one is missing). */
export type Column = FloatArray | string[];

/** A matrix of samples with what its file says of them. */
export interface Annotated {
  readonly samples: ArrayOf<SampleMatrix>;
  readonly featureNames?: readonly string[];
  readonly ids?: readonly string[];
  /** What is known of samples, as messages call it: "obs". */
  readonly sheet: string;
  /** Names of its columns. */
  readonly columns: readonly string[];
  column(name: string): Column;
}

/** Samples with their labels, and groups, from columns beside them, or from a file of labels by ID. */
export async function partsOf(annotated: Annotated, where: string, options: NamedOptions, notes: string[]): Promise<Parts> {
  const { samples, featureNames, ids, column } = annotated;
  const [count] = samples.shape;
  const take = (name: string) => {
    const values = column(name);
    check(values.length === count, where, () => `${annotated.sheet} ${name} has ${values.length} elements for ${count} samples`);
    return values;
  };
  for (const [names, size, what] of [
    [ids, count, "IDs of samples"],
    [featureNames, samples.shape[1], "names of features"],
  ] as const)
    check(names === undefined || names.length === size, where, () => `it has ${names?.length} ${what}, expected ${size}`);
  const parts = { samples, featureNames, ids, notes };
  if (options.labels && !options.ignoreLabels) {
    check(ids !== undefined, where, () => "it has no IDs of samples to join labels by");
    const found = await labelsById(options.labels, ids, where, options, notes, annotated.columns);
    const groups = found.groups ?? (options.group === undefined ? undefined : take(String(options.group)));
    return { ...parts, labels: vectorOf(found.labels), ...(groups && { groups: vectorOf(groups) }) };
  }
  const groups = options.group === undefined ? undefined : take(find(annotated, String(options.group), where, "group"));
  const grouped = { ...parts, ...(groups && { groups: vectorOf(groups) }) };
  if (withoutLabels(options)) return { ...grouped, labels: null };
  if (options.target) {
    const targetNames = options.target.map((name) => find(annotated, String(name), where, "target"));
    const targets = targetNames.map(take);
    const data = Array.from({ length: count }, (_, i) => targets.map((values) => values[i])).flat();
    const labelled = `${annotated.sheet} ${list(targetNames)}`;
    return { ...grouped, labels: { shape: [count, targets.length], data }, targetNames, labelled };
  }
  const name = find(annotated, options.label === undefined ? undefined : String(options.label), where, "label");
  if (options.label === undefined) notes.push(`labels are ${annotated.sheet} ${name} (option label)`);
  const values = take(name);
  if (Array.isArray(values)) checkLabels(values, (i) => `${where}: ${ids ? `sample "${ids[i]}"` : `sample ${i + 1}`}`);
  const data = Array.isArray(values) ? classLabels(values, options, notes) : values;
  return { ...grouped, labels: vectorOf(data), labelled: `${annotated.sheet} ${name}` };
}

const vectorOf = <T extends ArrayLike<number | string>>(data: T): ArrayOf<T> => ({ shape: [data.length], data });

/** The column of a role as asked for; of labels else the only one that is named so. */
function find({ columns, sheet }: Annotated, asked: string | undefined, where: string, role: string): string {
  const names = columns.length > 0 ? `${sheet} has ${list(columns)}` : `${sheet} has no columns`;
  if (asked !== undefined) {
    check(columns.includes(asked), where, () => `no ${role} column "${asked}"; ${didYouMean(asked, columns)}${names}`);
    return asked;
  }
  const named = columns.filter((name) => labelName(name) === "yes");
  check(named.length === 1, where, () => {
    return `which column holds the labels? say so with option label (--label), or give labels in a file (option labels); ${names}`;
  });
  return named[0];
}
