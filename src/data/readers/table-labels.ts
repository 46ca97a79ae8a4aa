import { check } from "../../util/check.js";
import { plainNumber, spellingNotes } from "../labels.js";
import { isMissing, isNumber } from "./cells.js";
import { hardlyRepeats } from "./fields.js";
import type { CsvOptions } from "./open-table.js";

/** Refuses labels that are empty or say that there is none; `place` tells where sample i's stands. */
export function checkLabels(labels: readonly string[], place: (i: number) => string): void {
  const empty = labels.indexOf("");
  check(empty < 0, place(empty), () => "the label is empty");
  const missing = labels.findIndex((label) => /^(n\/?a|#n\/a|nan|\?)$/i.test(label));
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

/** Refuses samples without a group. */
export function checkFilled(groups: readonly string[], where: string, ids: readonly string[] | undefined): void {
  const empty = groups.indexOf("");
  check(
    empty < 0,
    where,
    () => `sample ${ids ? `"${ids[empty]}"` : empty + 1} has no group; every sample needs one (its own, if it is alone)`,
  );
}

/**
 * The labels of a table: as numbers if every one is spelled as numbers usually are, so that
 * "1.0" and "1" are one class. Codes ("01", "1E2") stay texts, and all others with them. What became one class is noted. Where the classes
 * are a model's, the cells as they are: their very texts are looked for first.
 */
export function classLabels(cells: readonly string[], options: CsvOptions, notes: string[]): (string | number)[] {
  if (options.classes) return [...cells];
  const numbers = cells.map(plainNumber);
  if (!numbers.every((value) => value !== undefined)) return [...cells];
  for (const one of spellingNotes(cells, plainNumber)) notes.push(one);
  return numbers;
}

/** Refuses numbers that are no classes: fractions of a column that nothing says to be labels, and those that hardly repeat. */
export function refuseFractions(cells: readonly string[], where: string, column: string, options: CsvOptions): void {
  const labels = cells.filter((cell) => !isMissing(cell));
  if (!labels.every(isNumber)) return;
  const fraction = labels.findIndex((label) => !Number.isInteger(Number(label)));
  if (fraction < 0) return;
  const remedy = "a number to predict is a regression, and only classes are learnt";
  const word = column.startsWith("the last row") ? "row" : "column";
  check(options.label !== undefined, where, () => {
    return `${column} holds ${labels[fraction]}, which is no class label; say which ${word} is, with option label, or give the labels in a file (option labels); ${remedy}`;
  });
  check(!hardlyRepeats(new Set(labels.map(Number)).size, labels.length), where, () => {
    return `${column} holds fractions that hardly repeat, like ${labels[fraction]}: ${remedy}; make classes of them first`;
  });
}
