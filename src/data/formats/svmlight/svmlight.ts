import { CoppiceError, check } from "../../../util/check.js";
import { leftOut } from "../../align.js";
import type { Dataset } from "../../dataset.js";
import { labelSets } from "../../label-sets.js";
import { spellingNotes } from "../../labels.js";
import { makeDataset } from "../../make-dataset.js";
import { list } from "../../names.js";
import { areQuantities, hardlyRepeats, quantityNote } from "../../quantities.js";
import { MAX_INFLATED } from "../gunzip.js";
import { type ReadOptions, withoutLabels } from "../read-options.js";
import { keepRows } from "../sparse-rows.js";
import { type SvmlightRows, svmlightRows } from "./svmlight-rows.js";

/**
 * Reads svmlight (libsvm) text: see `svmlightRows`. Features are named by their indices in the file, so that data with fewer of them fit a
 * model all the same; indices start at 0 when one of them is 0, else at 1, which the notes say. A qid is its sample's group.
 *
 * The file is read chunk by chunk. What was read takes 8 bytes a value and 20 a line until all lines are known, and in the dataset 8 a value and 4 a
 * line, or where the cells that are not 0 are not few, 4 a cell (12, 12 and 8 where 32 bits do not hold every value): see `keepRows`. Throws beyond `maxBytes` before that is allocated, while reading
 * as soon as 4 bytes a value and a line are beyond it, on whole labels that hardly repeat where nothing says that they are numbers to learn, and on what `svmlightRows` and `makeDataset` refuse.
 */
export async function readSvmlight(
  chunks: AsyncIterable<Uint8Array>,
  where: string,
  options: ReadOptions = {},
): Promise<Dataset> {
  const { name = where, classes, featureNames: wanted, missing, maxBytes = MAX_INFLATED } = options;
  const unlabelled = withoutLabels(options);
  const parts: SvmlightRows[] = [];
  let [samples, values] = [0, 0];
  for await (const part of svmlightRows(chunks, where, unlabelled)) {
    parts.push(part);
    samples += part.rows;
    values += part.values.length;
    const least = 4 * (samples + values); // whether they are kept sparse or dense
    check(least <= maxBytes, where, () => {
      return `its first ${samples} samples have ${values} values and take at least ${least} bytes, above the limit of ${maxBytes}; raise it with option maxBytes (--max-bytes)`;
    });
  }
  check(samples > 0, where, () => "it holds no samples");
  const [least, most] = extremes(parts);
  check(most >= 0, where, () => `none of its ${samples} lines has a value`);
  const base = least === 0 ? 0 : 1;
  const features = wanted?.length ?? most - base + 1;
  const notes = [`features are named by their indices, ${least} to ${most}`];
  if (base === 0) notes.push("indices start at 0: one of them is 0");
  const columnOf = wanted ? columnsOf(wanted, parts, where, notes) : (index: number) => index - base;
  const x = keepRows(parts, features, where, maxBytes, notes, columnOf);
  const sets = unlabelled ? null : setsOf(parts, options, where);
  if (sets) for (const note of sets.notes) notes.push(note);
  const labels = parts.flatMap((part) => Array.from(part.labels));
  const numeric = !unlabelled && !sets && (options.numeric ?? (!classes && areQuantities(labels)));
  if (numeric && options.numeric === undefined) notes.push(quantityNote("its labels"));
  check(unlabelled || sets !== null || numeric || !hardlyRepeats(new Set(labels).size, samples), where, () => {
    return `its ${samples} lines have ${new Set(labels).size} different labels; classes are expected: to learn them as numbers, take task regression`;
  });
  const texts = numeric || sets ? [] : parts.flatMap(({ labelTexts }) => [...labelTexts]);
  for (const one of spellingNotes(texts, Number)) notes.push(one); // labels are numbers here, and "+1" is 1
  const groups = groupsOf(parts, where);
  if (groups) notes.push("qid is the samples' group, which splits keep whole");
  return makeDataset({
    name,
    x,
    features,
    classes,
    missing,
    groups,
    notes,
    ...(sets ? { targets: sets.targets, targetNames: sets.targetNames } : undefined),
    ...(numeric ? { targets: labels } : { labels: unlabelled || sets ? null : labels }),
    featureNames: wanted ?? Array.from({ length: features }, (_, j) => String(j + base)),
  });
}

/** The labels of lines that have several, or may have as a model knows several; null where each has one. */
function setsOf(parts: readonly SvmlightRows[], { numeric, targetNames }: ReadOptions, where: string) {
  const many = parts.some(({ several }) => [...several.values()].some(({ length }) => length > 1));
  if (!many && !(targetNames && targetNames.length > 1)) {
    const bare = parts.find((part) => part.bare)?.bare;
    if (bare) throw new CoppiceError(bare);
    return null;
  }
  const sets = parts.flatMap(({ labels, several }) => Array.from(labels, (label, i) => (several.get(i) ?? [label]).map(String)));
  const place = (i: number) => `${where}: sample ${i + 1}`;
  check(numeric !== false, place(sets.findIndex(({ length }) => length !== 1)), () => {
    return "it has several labels, or none; to learn them take task multi-label";
  });
  const isFraction = (label: string) => !Number.isInteger(Number(label));
  const odd = sets.findIndex((set) => set.some(isFraction));
  check(odd < 0, place(odd), () => {
    return `label ${sets[odd].find(isFraction)} is a fraction, but the file has samples with several labels, which are whole numbers; numbers to learn stand alone`;
  });
  return labelSets(sets, targetNames, where, place);
}

function extremes(parts: readonly SvmlightRows[]): [least: number, most: number] {
  let [least, most] = [Infinity, -1];
  for (const { rows, rowPtr, colIdx } of parts) {
    for (let i = 0; i < rows; i++) {
      if (rowPtr[i] === rowPtr[i + 1]) continue;
      least = Math.min(least, colIdx[rowPtr[i]]); // indices ascend
      most = Math.max(most, colIdx[rowPtr[i + 1] - 1]);
    }
  }
  return [least, most];
}

/** Where an index goes among a model's features. Values of other indices are left out with a note; throws when no index is a feature. */
function columnsOf(
  wanted: readonly string[],
  parts: readonly SvmlightRows[],
  where: string,
  notes: string[],
): (index: number) => number {
  const columns = new Map(wanted.map((feature, j) => [feature, j]));
  const found = new Map<number, number>();
  for (const { colIdx } of parts)
    for (const index of colIdx) if (!found.has(index)) found.set(index, columns.get(String(index)) ?? -1);
  const others = [...found].filter(([, column]) => column < 0);
  check(others.length < found.size, where, () => {
    return `none of its ${found.size} indices names a feature of the model, whose features are ${list(wanted)}`;
  });
  if (others.length > 0) notes.push(leftOut(others.length, found.size));
  return (index) => found.get(index) ?? -1;
}

function groupsOf(parts: readonly SvmlightRows[], where: string): string[] | undefined {
  const having = parts.filter(({ queries }) => queries !== null).length;
  check(having === 0 || having === parts.length, where, () => "some lines have a qid and others have none");
  return having > 0 ? parts.flatMap(({ queries }) => Array.from(queries ?? [], String)) : undefined;
}
