import { minimum } from "../../../util/extremes.js";
import { numberFault } from "./cells.js";
import { isIdName, isQuantityName, isRowNumberName } from "./column-names.js";
import { areWhole, type Fields, numbersOf, textsOf } from "./fields.js";
import { at } from "./grid.js";

/** A column that names samples rather than measures them. */
export interface Identifier {
  readonly column: number;
  readonly reason: string;
  /** Whether its cells are all distinct. */
  readonly distinct: boolean;
  /** Whether it only numbers rows: any other is rather the ID. */
  readonly rowNumber: boolean;
}

/** Rows that a column must count before it is taken for row numbers whatever its name. */
const COUNTED = 10;

/** What `findIdentifiers` finds. */
export interface Identifiers {
  readonly found: readonly Identifier[];
  /** The ID: the first that is distinct and does more than number rows, else the first that is distinct. */
  readonly best: Identifier | undefined;
  /** What is to be said of other columns that look like some. */
  readonly notes: readonly string[];
}

/** Finds the columns that hold identifiers, of those that no one said anything of: see `identify`. */
export function findIdentifiers(fields: Fields, candidates: readonly number[]): Identifiers {
  const found: Identifier[] = [];
  const notes: string[] = [];
  for (const column of candidates) {
    const identifier = identify(fields, column);
    if (identifier) found.push({ column, ...identifier });
    else if (fields.kinds[column].count >= COUNTED) for (const one of suspicions(fields, column)) notes.push(one);
  }
  const distinct = found.filter((one) => one.distinct);
  return { found, best: distinct.find(({ rowNumber }) => !rowNumber) ?? distinct[0], notes };
}

/**
 * Tells whether a column holds identifiers: distinct texts; distinct whole numbers under an identifier's name or an empty one; from 10 rows
 * on, whole numbers that count the rows from 0 or 1, unless its name is that of a quantity; the index that pandas writes, distinct or not.
 */
function identify(fields: Fields, column: number): Omit<Identifier, "column"> | null {
  const { text, boolean, missing, count } = fields.kinds[column];
  const name = fields.names?.[column];
  const named = name !== undefined && (name === "" || isIdName(name));
  const counting = text === 0 && step(fields, column) === "counts";
  if (count < 2 || missing + boolean > 0) return null;
  if (!named && text < count && !(counting && count >= COUNTED && !isQuantityName(name ?? ""))) return null;
  const whole = counting || areWhole(fields, column);
  if (text === 0 && !whole) return null;
  const cells = textsOf(fields, column);
  const distinct = new Set(cells).size === count;
  const rowNumber = whole && (!named || isRowNumberName(name));
  if (!distinct) return whole && isIndex(fields, column) ? { reason: "it is pandas' index", distinct, rowNumber } : null;
  if (text === count && (cells.every((cell) => numberFault(cell) !== undefined) || (!named && areMeasured(cells)))) return null;
  if (text === count) return { reason: "its texts are all distinct", distinct, rowNumber };
  if (counting) return { reason: `it counts the rows from ${cells[0]}`, distinct, rowNumber };
  const values = whole ? "whole numbers" : "values";
  return { reason: `its ${values} are all distinct and it ${name ? `is named "${name}"` : "has no name"}`, distinct, rowNumber };
}

const MEASURED = /^([^\d\p{L}]{0,3}?)[+-]?\d+(\.\d+)?(\D{0,12}|\s?[×·]\s?10\^.*)$/u;

/** Whether cells are numbers, some with decimals, beside the same in all: a unit, a mark, a no-break space ("5.07 kg", "~1.5", "2.5*"). */
function areMeasured(cells: readonly string[]): boolean {
  const first = MEASURED.exec(cells[0]);
  let decimals = false;
  const alike = cells.every((cell) => {
    const one = MEASURED.exec(cell);
    decimals ||= one?.[2] !== undefined;
    return one !== null && one[1] === first?.[1] && one[3] === first[3];
  });
  return alike && decimals;
}

/** Whether a column is named as the index is that pandas writes, and so are those before it. */
function isIndex({ names }: Fields, column: number): boolean {
  return names?.slice(0, column + 1).every((one) => /^(|unnamed: ?\d+)$/i.test(one)) ?? false;
}

/** Whether whole numbers count the rows from 0 or 1, or ascend by one from another number. */
function step({ grid, first }: Fields, column: number): "counts" | "ascends" | null {
  const value = (i: number) => at(grid, i, column);
  for (let i = first + 1; i < grid.rows; i++) if (value(i) !== value(i - 1) + 1) return null;
  return value(first) === 0 || value(first) === 1 ? "counts" : "ascends";
}

/** Whether column 0 holds distinct whole numbers from 1000, each 10 times what any other column holds. */
function areLarge(fields: Fields): boolean {
  const { columns } = fields.grid;
  const values = numbersOf(fields, 0);
  const least = minimum(values);
  if (least < 1000 || !values.every(Number.isInteger) || new Set(values).size < values.length) return false;
  for (let j = 1; j < columns; j++)
    if (numbersOf(fields, j, 1000).some((value) => Number.isFinite(value) && 10 * Math.abs(value) > least)) return false;
  return columns > 1;
}

/** What to say of a feature that looks like an identifier but is kept. */
function suspicions(fields: Fields, column: number): string[] {
  const { text, missing } = fields.kinds[column];
  if (text + missing > 0) return [];
  const name = fields.names?.[column] ?? "";
  const called = `${fields.grid.columnWord} ${name ? `"${name}"` : column + 1}`;
  const remedy = "if it is no feature, leave it out with option ignore";
  if (step(fields, column)) return [`${called} ascends by one from row to row; ${remedy}`];
  if (column === 0 && areLarge(fields))
    return [`${called} holds distinct whole numbers far beyond all others, like IDs; if they are, name it with option id`];
  if (name === "" || !isIdName(name) || !areWhole(fields, column)) return [];
  return [`${called} is named like an identifier but repeats; ${remedy}, or keep its samples together with option group`];
}
