import { maximum, minimum } from "../../../util/extremes.js";
import { hardlyRepeats } from "../../quantities.js";
import { labelName } from "./column-names.js";
import { areBooleans, areWhole, type Fields, numbersOf } from "./fields.js";
import { at } from "./grid.js";

/** A column that is taken for the labels, and why; "" where it is the last and named so. */
interface LabelGuess {
  readonly label: number;
  readonly labelReason: string;
}

/** The column of numbers to learn where none is named: the last whose name says so, else the last. */
export function numericLabel({ names, kinds }: Fields, free: readonly number[]): LabelGuess {
  const named = free.filter((j) => names && labelName(names[j]) !== "no" && kinds[j].text === 0).at(-1);
  return named === undefined
    ? { label: free.at(-1) ?? -1, labelReason: LAST }
    : { label: named, labelReason: "its name says so" };
}

/** A column that its name says to be the labels, and why; else the last, unless that holds numbers and exactly one other holds texts; if a label needs a name, no column of numbers. */
export function defaultLabel(fields: Fields, free: readonly number[], needsName: boolean): LabelGuess {
  const { kinds } = fields;
  const last = free[free.length - 1] ?? -1;
  const byName = labelByName(fields, free);
  if (byName >= 0) return { label: byName, labelReason: byName === last ? "" : "its name says so" };
  const full = free.filter((j) => kinds[j].text + kinds[j].missing === kinds[j].count && kinds[j].text > 0);
  // true and false are rather features, if there is another column that could hold labels
  const texts = full.filter((j) => !areBooleans(kinds[j]) || (full.length === 1 && !couldBeLabels(fields, last)));
  const alone = texts.length === 1 && kinds[last].text === 0 && texts[0] !== last;
  if (alone) return { label: texts[0], labelReason: "no other has texts only" };
  if (needsName && last >= 0 && kinds[last].text === 0) return { label: -1, labelReason: "" };
  return { label: last, labelReason: last < 0 ? "" : whyLast(fields, last, free) };
}

/** How the reason begins where the last column is taken for the labels. */
export const LAST = "it is the last";

/** What is to be said of a last column that is taken for the labels: that it is the last, and what speaks against it. */
function whyLast(fields: Fields, last: number, free: readonly number[]): string {
  const { names } = fields;
  const named = free.find((j) => names && j !== last && labelName(names[j]) !== "no" && couldBeLabels(fields, j));
  if (named !== undefined) return `${LAST}; if "${names?.[named]}" are the labels, say so with option label`;
  const values = numbersOf(fields, last);
  const classes = new Set(values).size;
  if (values.every(Number.isInteger) && classes > 30 && values.length < 10 * classes)
    return `${LAST}; ${classes} whole numbers for ${values.length} samples may be a quantity rather than classes: name the labels with option label`;
  const range = (j: number) => {
    const all = numbersOf(fields, j);
    return [minimum(all), maximum(all)];
  };
  const [least, most] = range(last);
  const alike = (j: number) => {
    const [low, high] = range(j);
    const [common, both] = [Math.min(high, most) - Math.max(low, least), Math.max(high, most) - Math.min(low, least)];
    return areWhole(fields, j) && common >= both / 2;
  };
  if (names && classes > 2 && areWhole(fields, last) && free.every(alike))
    return `${LAST}; its values are like those of all others: if columns are groups (as in Prism), write a row for each sample with its group`;
  return LAST;
}

/** The last column that is named as labels are and whose values could be some; -1 where there is none. */
export function labelByName(fields: Fields, free: readonly number[]): number {
  const { names } = fields;
  if (!names) return -1;
  const named = (sure: "yes" | "maybe") => free.filter((j) => labelName(names[j]) === sure && couldBeLabels(fields, j));
  const last = free[free.length - 1];
  if (labelName(names[last] ?? "") === "maybe" && couldBeLabels(fields, last)) return named("yes").at(-1) ?? last;
  const found = named("yes").at(-1);
  if (found !== undefined) return found;
  const maybe = named("maybe");
  return maybe.length === 1 && !couldBeLabels(fields, last) ? maybe[0] : -1;
}

/** Whether a column holds texts or whole numbers (values may be missing) that repeat. */
export function couldBeLabels({ grid, first }: Fields, j: number): boolean {
  const seen = new Set<number | string>();
  let texts: string[] | undefined;
  for (let i = first; i < grid.rows; i++) {
    const value = at(grid, i, j);
    if (Number.isNaN(value)) continue;
    if (Math.abs(value) === Infinity) {
      texts ??= grid.column(j);
      seen.add(texts[i]);
    } else if (Number.isInteger(value)) seen.add(value);
    else return false;
  }
  return seen.size > 0 && !hardlyRepeats(seen.size, grid.rows - first);
}
