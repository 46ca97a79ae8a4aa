import { check } from "../../../util/check.js";
import { excerpt } from "../../../util/shown.js";
import type { Table } from "../../dataset.js";
import { list } from "../../names.js";
import { areQuantities } from "../../quantities.js";
import { isBoolean, isMissing, isNumber, numberFault } from "./cells.js";
import { labelName } from "./column-names.js";
import type { CsvOptions } from "./open-table.js";

/** A column of labels or targets: its number, and the cells of the samples. */
export interface LabelColumn {
  readonly column: number;
  readonly cells: readonly string[];
}

/** Whether a column holds numbers to learn: fractions as `areQuantities` tells them, where it is asked for or its name says that it is a label. */
export function guessNumeric({ column, cells }: LabelColumn, names: readonly string[] | null, options: CsvOptions): boolean {
  const { label, labels, classes } = options;
  const known = (label !== undefined && label !== null) || labels !== undefined || labelName(names?.[column] ?? "") !== "no";
  return known && !classes && cells.every(isNumber) && areQuantities(cells.map(Number));
}

/** The numbers to learn of these columns; true and false are 1 and 0 in a column of nothing else, which is noted. Throws, with the place of the first, on a cell that is none; `place` tells where sample i's stands. `asked`: these columns were named as targets. */
export function takeTargets(
  columns: readonly LabelColumn[],
  names: readonly string[] | null,
  place: (i: number, column: number) => string,
  notes: string[],
  asked: boolean,
): Pick<Table, "targets" | "targetNames"> {
  const booleans: string[] = [];
  const remedy = asked
    ? "write numbers, such as 1 and 0 for yes and no"
    : "name the columns of numbers with option target, or what parts several labels with option labelSeparator";
  for (const { column, cells } of columns) {
    const boolean = cells.some(isBoolean) && cells.every((cell) => isBoolean(cell) || isMissing(cell));
    if (boolean) booleans.push(names?.[column] || String(column + 1));
    const wrong = cells.findIndex((cell) => !isNumber(cell) && !(boolean && isBoolean(cell)));
    check(wrong < 0, wrong < 0 ? "" : place(wrong, column), () => {
      const cell = cells[wrong];
      if (isMissing(cell)) return `the target is ${cell === "" ? "empty" : `"${cell}"`}; leave samples without one out`;
      return `the target is "${excerpt(cell)}", which ${numberFault(cell) ?? "is not a finite number"}; ${remedy}`;
    });
  }
  if (booleans.length > 0) notes.push(`true and false are 1 and 0 in what is to be learnt: ${list(booleans)}`);
  const [{ cells }] = columns;
  const targets = cells.flatMap((_, i) => columns.map((one) => numberOf(one.cells[i])));
  return { targets, ...(names && { targetNames: columns.map(({ column }) => names[column] || String(column + 1)) }) };
}

const numberOf = (cell: string) => (isBoolean(cell) ? Number(cell.toLowerCase() === "true") : Number(cell));
