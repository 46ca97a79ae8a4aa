import { check } from "../../../util/check.js";
import { excerpt } from "../../../util/shown.js";
import { list } from "../../names.js";
import { isMissing } from "./cells.js";
import { type Fields, nameField, numbersOf, textsOf } from "./fields.js";

const GROUPED = /^[+-]?[1-9]\d{0,2}\.\d{3}$/;
const UNGROUPED = /^[+-]?\d{1,3}$/;

/** Cells that are read again from the file, to see how they are written: about a second's worth. Tables by hand have fewer. */
const LOOKED_AT = 1e7;

/**
 * Refuses a table whose points may part thousands, as in German: features with whole numbers below 1000 and others of three decimals
 * ("950", "1.200"), and no cell in any feature that could only have decimals ("0.5"). Features of three decimals throughout are read as
 * decimals; returns a note of it where nothing else in the table tells, else null.
 */
export function checkThousands(fields: Fields, features: readonly number[], where: string): string | null {
  const { grid } = fields;
  const called = (column: number) => nameField(fields, column);
  if (features.some((j) => numbersOf(fields, j).some((value) => Number.isFinite(value) && !couldBeGrouped(value)))) return null;
  const plausible = features.filter((j) =>
    numbersOf(fields, j).every((value) => Math.abs(value) < 1000 || !Number.isFinite(value)),
  );
  const suspects: { column: number; cell: string; whole: string }[] = [];
  const throughout: number[] = [];
  let read = 0;
  for (const column of plausible) {
    // a column of the file is read with all cells before it
    read += grid.rows * (grid.columnStep === 1 ? column + 1 : 1);
    if (read > LOOKED_AT) break;
    const cells = textsOf(fields, column).filter((cell) => !isMissing(cell));
    const points = cells.filter((cell) => cell.includes("."));
    if (!points.every((cell) => GROUPED.test(cell))) return null;
    if (points.length === 0) continue;
    const wholes = cells.filter((cell) => !cell.includes("."));
    if (wholes.length === 0) throughout.push(column);
    else if (wholes.every((cell) => UNGROUPED.test(cell))) suspects.push({ column, cell: points[0], whole: wholes[0] });
  }
  check(suspects.length === 0, where, () => {
    const [{ cell, whole }] = suspects;
    const columns = list([...suspects.map(({ column }) => called(column)), ...throughout.map(called)]);
    return `${columns}: do points part thousands or decimals? "${excerpt(cell)}" stands beside "${whole}", and no feature has other decimals; write ${cell.replace(".", "")} if it is thousands, ${Number(cell).toFixed(4)} if it is a decimal`;
  });
  if (throughout.length === 0) return null;
  return `points are read as those of decimals, three throughout in ${list(throughout.map(called))}; if they part thousands, write numbers without`;
}

/**
 * Refuses columns whose decimal commas may part thousands: whole numbers below 1000 beside others of three decimals throughout ("950",
 * "1,234"), as where a table of thousands has a list or another's decimals in one column. If more columns have commas that only decimals have,
 * as R's write.csv2 writes rounded numbers, they are read; returns a note of them then. Commas are read as points by now.
 */
export function checkCommas(fields: Fields, columns: readonly number[], where: string): string[] {
  const { grid } = fields;
  const called = (column: number) => nameField(fields, column);
  const suspects: { column: number; cell: string; whole: string }[] = [];
  let [read, plain] = [0, 0];
  for (const column of columns) {
    const values = numbersOf(fields, column).filter(Number.isFinite);
    if (values.every(Number.isInteger)) continue;
    if (!values.every((value) => Math.abs(value) < 1000 && couldBeGrouped(value))) {
      plain++;
      continue;
    }
    read += grid.rows * (grid.columnStep === 1 ? column + 1 : 1);
    if (read > LOOKED_AT) break;
    const cells = textsOf(fields, column).filter((cell) => !isMissing(cell));
    const [cell = "", whole] = [true, false].map((point) => cells.find((one) => one.includes(".") === point));
    if (!cells.every((one) => GROUPED.test(one) || UNGROUPED.test(one))) plain++;
    else if (whole !== undefined) suspects.push({ column, cell, whole });
  }
  if (suspects.length === 0) return [];
  check(plain > suspects.length, where, () => {
    const [{ column, cell, whole }] = suspects;
    const [shown, longer] = [cell, Number(cell).toFixed(4)].map((number) => number.replace(".", ","));
    return `${called(column)}: do commas part thousands or decimals? "${excerpt(shown)}" stands beside "${excerpt(whole)}"; write ${cell.replace(".", "")} if it is thousands, ${longer} if it is a decimal`;
  });
  return [
    `commas are decimal in ${list(suspects.map(({ column }) => called(column)))}, as in ${plain} others; if they part thousands, write numbers without`,
  ];
}

/** Whether a number is none that only decimals spell: it is whole, or has three decimals before a point at least. */
function couldBeGrouped(value: number): boolean {
  if (Number.isInteger(value)) return true;
  const thousandths = Math.abs(value) * 1000;
  return Math.abs(value) >= 1 && Math.abs(value) < 1000 && Math.abs(thousandths - Math.round(thousandths)) < 1e-3;
}
