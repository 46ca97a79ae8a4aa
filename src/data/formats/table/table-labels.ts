import { check } from "../../../util/check.js";
import { excerpt } from "../../../util/shown.js";
import { groupBy } from "../../group-by.js";
import { plainNumber, spellingNotes, truthOf } from "../../labels.js";
import { list, sampleName } from "../../names.js";
import { hardlyRepeats } from "../../quantities.js";
import { isError, isMissing, isNumber } from "./cells.js";
import type { CsvOptions } from "./open-table.js";

/** Refuses labels that are empty or say that there is none; `place` tells where sample i's stands. */
export function checkLabels(labels: readonly string[], place: (i: number) => string): void {
  const empty = labels.indexOf("");
  check(empty < 0, place(empty), () => {
    const count = labels.filter((label) => label === "").length;
    return `the label is empty${count > 1 ? `, as of ${count} samples in all` : ""}; remove samples without a label, or write a class for them`;
  });
  const missing = labels.findIndex(isNone);
  const count = () => labels.filter((label) => label === labels[missing]).length;
  check(missing < 0, place(missing), () => {
    return `the label is "${labels[missing]}", as of ${count()} samples in all; remove samples without a label, or write their class in other words`;
  });
}

/** Refuses a guessed label that is another for almost every sample: it is an annotation, or samples are the other way round. */
export function checkRepeating(labels: readonly string[], where: string, column: string): void {
  const distinct = new Set(labels).size;
  check(!hardlyRepeats(distinct, labels.length), where, () => {
    return `${column} would be the labels, with ${distinct} classes for ${labels.length} samples; say with option label what is, give labels in a file (option labels), or see whether samples are rows or columns (option orientation)`;
  });
}

/** Whether a text says that there is none, or is an error of a spreadsheet. */
const isNone = (text: string): boolean => /^(n\/?a|nan|\?)$/i.test(text) || isError(text);

/** Refuses samples without a group, or whose group says that there is none: these would be one. `place` tells where sample i's stands. */
export function checkFilled(
  groups: readonly string[],
  where: string,
  ids: readonly string[] | undefined,
  place?: (i: number) => string,
): void {
  const empty = groups.findIndex((group) => group === "" || isNone(group));
  check(empty < 0, where, () => {
    const told = groups[empty] === "" ? "no group" : `group "${groups[empty]}", which is none`;
    return `${place ? `${place(empty)}: ` : ""}${sampleName(ids, empty)} has ${told}; every sample needs one (its own, if it is alone)`;
  });
}

/** Refuses IDs that are errors of a spreadsheet. */
export function checkIds(ids: readonly string[], place: (i: number) => string): void {
  const wrong = ids.findIndex(isError);
  check(wrong < 0, place(wrong), () => `the ID is "${ids[wrong]}"; mend the formula that gives it, or write the ID`);
}

/** Weights of samples. Throws where a cell is no number; what numbers they may be, `makeDataset` says. */
export function weightsOf(cells: readonly string[], where: string, ids: readonly string[] | undefined): number[] {
  const wrong = cells.findIndex((cell) => !isNumber(cell));
  check(wrong < 0, where, () => `the weight of ${sampleName(ids, wrong)} is "${excerpt(cells[wrong])}", expected a number`);
  return cells.map(Number);
}

/**
 * The labels of a table: as numbers if every one is spelled as numbers usually are, so that
 * "1.0" and "1" are one class. Codes ("01", "1E2") stay texts, and all others with them. True, TRUE and true are one class where all are such. What became one class is noted. Where the classes
 * are a model's, the cells as they are: their very texts are looked for first; and where they are numbers to learn.
 */
export function classLabels(
  cells: readonly string[],
  options: Pick<CsvOptions, "classes" | "numeric">,
  notes: string[],
): (string | number)[] {
  if (options.classes || options.numeric) return [...cells];
  const numbers = cells.map(plainNumber);
  if (!numbers.every((value) => value !== undefined)) return truths(cells, notes);
  for (const one of spellingNotes(cells, plainNumber)) notes.push(one);
  return numbers;
}

/** Labels that are all true or false, and not written alike, as True and False; others as they are. */
function truths(cells: readonly string[], notes: string[]): string[] {
  const values = cells.map(truthOf);
  const alike = spellingNotes(cells, truthOf);
  if (alike.length === 0 || !values.every((value) => value !== undefined)) return [...cells];
  for (const one of alike) notes.push(one);
  return values;
}

/** Fewest samples of which a class of one is pointed out: in smaller tables it is no wonder. */
const MANY = 10;

/** What to say of classes, or of labels of which samples have several: those that differ only in case or spaces, and those of one sample; `place` tells where a label stands. */
export function classNotes(
  labels: readonly string[],
  place: (i: number) => string,
  [one, several] = ["class", "classes"],
): string[] {
  const counts = new Map<string, number>();
  for (const label of labels) counts.set(label, (counts.get(label) ?? 0) + 1);
  const spellings = groupBy(counts.keys(), (label) => label.toLowerCase().replace(/\s+/g, ""));
  const alike = [...spellings.values()].filter((some) => some.length > 1);
  const notes: string[] = [];
  if (alike.length > 0) {
    const shown = list(alike.map((some) => some.map((label) => `"${excerpt(label)}"`).join(" and ")));
    notes.push(
      `labels that differ only in case or spaces are different ${several}: ${shown}; write them alike if they are one ${one}`,
    );
  }
  const single = labels.flatMap((label, i) => (counts.get(label) === 1 ? [`"${excerpt(label)}" (${place(i)})`] : []));
  if (single.length > 0 && labels.length >= MANY)
    notes.push(
      `${single.length === 1 ? `a ${one} has` : `${single.length} ${several} have`} one sample: ${list(single)}; is that a ${one}?`,
    );
  return notes;
}

/** The labels of each cell, which a text parts; none of an empty one. Throws where a cell is missing, or a label is empty. */
export function partsOf(cells: readonly string[], separator: string, place: (i: number) => string): string[][] {
  return cells.map((cell, i) => {
    check(!isNone(cell), place(i), () => `the labels are "${cell}"; an empty cell says that a sample has none`);
    const parts = cell.trim() === "" ? [] : cell.split(separator).map((part) => part.trim());
    check(!parts.includes(""), place(i), () => {
      return `"${excerpt(cell)}" has an empty label; write "${separator}" between labels alone`;
    });
    return parts;
  });
}

/** What to say of the labels of samples that have several: that the text between them parts none, or leaves some joined; and what there is to say of classes. */
export function severalNotes(sets: readonly (readonly string[])[], separator: string, place: (i: number) => string): string[] {
  const labels = sets.flat();
  const owners = sets.flatMap((set, i) => set.map(() => i));
  const joined = joinedLabel(labels);
  return [
    ...(sets.every(({ length }) => length < 2) ? [`"${separator}" parts no cell: a sample has one label, or none`] : []),
    ...(joined === undefined
      ? []
      : [`the label "${excerpt(joined)}" joins others; is "${separator}" what stands between labels?`]),
    ...classNotes(labels, (k) => place(owners[k]), ["label", "labels"]),
  ];
}

/** Refuses labels that join several. */
export function refuseJoined(labels: readonly string[], column: string, where: string): void {
  const found = joinedLabel(labels);
  check(found === undefined, where, () => {
    return `${column} holds several labels a sample: "${excerpt(found ?? "")}"; to learn all, say what parts them with option labelSeparator; else keep one of them, or name another column with option label`;
  });
}

/** A label that joins several: "a|b" or "a;b" where each part is in other labels too, and one of them is a label alone. */
function joinedLabel(labels: readonly string[]): string | undefined {
  const distinct = [...new Set(labels)];
  for (const separator of ["|", ";"]) {
    const partsOf = (label: string) => label.split(separator).map((part) => part.trim());
    const joined = distinct.filter((label) => label.includes(separator));
    if (joined.length === 0) continue;
    const single = new Set(distinct.filter((label) => !label.includes(separator)));
    const several = (part: string, label: string) =>
      single.has(part) || joined.some((other) => other !== label && partsOf(other).includes(part));
    const found = joined.find((label) => {
      const parts = partsOf(label);
      return parts.some((part) => single.has(part)) && parts.every((part) => part !== "" && several(part, label));
    });
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Refuses numbers that are no classes: fractions of a column that nothing says to be labels, and those that hardly repeat. */
export function refuseFractions(cells: readonly string[], where: string, column: string, options: CsvOptions): void {
  const labels = cells.filter((cell) => !isMissing(cell));
  if (!labels.every(isNumber)) return;
  const fraction = labels.findIndex((label) => !Number.isInteger(Number(label)));
  if (fraction < 0) return;
  const remedy = "a number to predict is a regression: name its column with option target";
  const word = column.startsWith("the last row") ? "row" : "column";
  check(options.label !== undefined, where, () => {
    return `${column} holds ${labels[fraction]}, which is no class label; say which ${word} is, with option label, or give the labels in a file (option labels); ${remedy}`;
  });
  check(!hardlyRepeats(new Set(labels.map(Number)).size, labels.length), where, () => {
    return `${column} holds fractions that hardly repeat, like ${labels[fraction]}: ${remedy}, or make classes of them`;
  });
}
